import { REAL_BACKOFF, servicePause } from '../../adapters/aws/backoff.ts';
import { FileAlertSink } from '../../adapters/file-alert-sink.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { WebhookAlertSink } from '../../adapters/webhook-alert-sink.ts';
import { type ChannelDefinition, channelName } from '../../engine/ir/alert.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import type { AlertSink } from '../../engine/ports/alert-sink.ts';
import { UsageError } from './command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The sinks of a pipeline's channels that a process on this machine reaches; null for the others.
 *
 * @throws UsageError where a webhook's secret is not in the environment: better now than when an alert is to be sent.
 */
export function openAlertSinks(
  plan: PipelinePlan,
  terminal: AlertSink,
  env: Environment,
): (channel: ChannelDefinition) => AlertSink | null {
  const sinks = new Map<string, AlertSink | null>();
  for (const { definition } of plan.views) {
    for (const { name, to } of definition.alerts) {
      const where = `View '${definition.name}', alert '${name}'`;
      for (const channel of to) sinks.set(channelName(channel), openSink(channel, terminal, env, where));
    }
  }
  return (channel) => sinks.get(channelName(channel)) ?? null;
}

function openSink(channel: ChannelDefinition, terminal: AlertSink, env: Environment, where: string): AlertSink | null {
  switch (channel.kind) {
    case 'terminal':
      return terminal;
    case 'file':
      return new FileAlertSink(channel.path);
    case 'webhook': {
      const secret = channel.secretVariable === null ? null : secretOf(channel.secretVariable, env, where);
      return new WebhookAlertSink({ url: channel.url, secret, clock: systemClock, pause: servicePause(REAL_BACKOFF) });
    }
    case 'sns':
    case 'eventBridge':
      return null;
  }
}

function secretOf(variable: string, env: Environment, where: string): string {
  const secret = env[variable];
  if (secret !== undefined && secret !== '') return secret;
  throw new UsageError(
    `${where}: its webhook signs messages with the key in the environment variable ${variable}, which is not set. Set it, or leave secret out.`,
  );
}

/** What cannot be reached from here, in words: one line a channel. */
export function unreachable(plan: PipelinePlan): readonly string[] {
  const channels = plan.views.flatMap(({ definition }) => definition.alerts.flatMap(({ to }) => to));
  const names = channels.filter(({ kind }) => kind === 'sns' || kind === 'eventBridge').map(channelName);
  return [...new Set(names)].map((name) => `Alerts are not sent to ${name} from this machine: it is reached on AWS.`);
}
