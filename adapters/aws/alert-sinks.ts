import { type ChannelDefinition, channelName } from '../../engine/ir/alert.ts';
import type { AlertSink } from '../../engine/ports/alert-sink.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import { openLater } from '../open-later.ts';
import { PausingAlertSink } from '../pausing-alert-sink.ts';
import { WebhookAlertSink } from '../webhook-alert-sink.ts';
import { backoffWithin, servicePause } from './backoff.ts';
import type { TimeBudget } from './time-budget.ts';

export interface AwsAlertSinksSettings {
  readonly clock: Clock;
  /** Of all calls. */
  readonly budget: TimeBudget;
  /** Of the deployment; null where no alert needs it. */
  readonly topicArn: string | null;
  /** What the names of parameters with secrets begin with, such as `/streamgauge/requests/`; null where no webhook has one. */
  readonly secretsPath: string | null;
}

const NO_TOPIC =
  'An alert goes to the topic of the deployment, and the environment names none. The stack sets it: deploy the stack again.';

/** After a receiver failed: how long until this container tries it again. */
const PAUSE_MS = 60_000;
/** Finalizers wait for receivers, so a webhook gets less than on one machine. What fails is tried again by a sweep. */
const WEBHOOK = { attempts: 2, timeoutMs: 3000 };

/**
 * The sinks of a pipeline's channels on AWS, each made when it is needed; null for a terminal or a file, which there is none of.
 * The services' clients are loaded with the first message to them.
 */
export class AwsAlertSinks {
  readonly #settings: AwsAlertSinksSettings;
  readonly #sinks = new Map<string, AlertSink | null>();
  readonly #secrets = openLater(async () => {
    const [{ createSsmClient }, { SsmSecrets }] = await Promise.all([
      import('./alert-clients.ts'),
      import('./ssm-secrets.ts'),
    ]);
    const { budget, clock } = this.#settings;
    return new SsmSecrets(createSsmClient({ budget }), clock);
  });

  constructor(settings: AwsAlertSinksSettings) {
    this.#settings = settings;
  }

  readonly of = (channel: ChannelDefinition): AlertSink | null => {
    const name = channelName(channel);
    const known = this.#sinks.get(name);
    if (known !== undefined) return known;
    const made = this.#open(channel);
    const sink = made === null ? null : new PausingAlertSink(made, this.#settings.clock, PAUSE_MS);
    this.#sinks.set(name, sink);
    return sink;
  };

  #open(channel: ChannelDefinition): AlertSink | null {
    const { budget, clock } = this.#settings;
    const pause = servicePause(backoffWithin(budget));
    switch (channel.kind) {
      case 'sns': {
        const topicArn = channel.topicArn ?? this.#settings.topicArn;
        if (topicArn === null) throw new AlertSinkError(NO_TOPIC);
        return opening(async () => {
          const [{ createSnsClient }, { SnsAlertSink }] = await Promise.all([
            import('./alert-clients.ts'),
            import('./sns-alert-sink.ts'),
          ]);
          return new SnsAlertSink({ client: createSnsClient(regionOf(topicArn), { budget }), topicArn });
        });
      }
      case 'eventBridge': {
        const { busName } = channel;
        return opening(async () => {
          const [{ createEventBridgeClient }, { EventBridgeAlertSink }] = await Promise.all([
            import('./alert-clients.ts'),
            import('./eventbridge-alert-sink.ts'),
          ]);
          return new EventBridgeAlertSink({ client: createEventBridgeClient({ budget }), busName, pause });
        });
      }
      case 'webhook': {
        const secret = channel.secretVariable === null ? null : this.#secretOf(channel.secretVariable);
        return new WebhookAlertSink({
          url: channel.url,
          secret,
          clock,
          pause,
          ...WEBHOOK,
          timeLeftMs: () => budget.leftMs,
        });
      }
      case 'terminal':
      case 'file':
        return null;
    }
  }

  #secretOf(variable: string): () => Promise<string> {
    const { secretsPath } = this.#settings;
    return async () => (await this.#secrets()).read(`${secretsPath ?? '/'}${variable}`);
  }
}

/** A sink that opens with its first message. */
function opening(open: () => Promise<AlertSink>): AlertSink {
  const sink = openLater(open);
  return { send: async (message) => (await sink()).send(message) };
}

/** `arn:aws:sns:REGION:…`. */
function regionOf(topicArn: string): string {
  return topicArn.split(':')[3] ?? '';
}
