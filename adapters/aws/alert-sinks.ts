import { type ChannelDefinition, channelName } from '../../engine/ir/alert.ts';
import type { AlertSink } from '../../engine/ports/alert-sink.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import { PausingAlertSink } from '../pausing-alert-sink.ts';
import { WebhookAlertSink } from '../webhook-alert-sink.ts';
import { createEventBridgeClient, createSnsClient, createSsmClient } from './alert-clients.ts';
import { backoffWithin, servicePause } from './backoff.ts';
import { EventBridgeAlertSink } from './eventbridge-alert-sink.ts';
import { SnsAlertSink } from './sns-alert-sink.ts';
import { SsmSecrets } from './ssm-secrets.ts';
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

/** The sinks of a pipeline's channels on AWS, each made when it is needed; null for a terminal or a file, which there is none of. */
export class AwsAlertSinks {
  readonly #settings: AwsAlertSinksSettings;
  readonly #sinks = new Map<string, AlertSink | null>();
  #secrets: SsmSecrets | null = null;

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
        return new SnsAlertSink({ client: createSnsClient(regionOf(topicArn), { budget }), topicArn });
      }
      case 'eventBridge': {
        const { busName } = channel;
        return new EventBridgeAlertSink({ client: createEventBridgeClient({ budget }), busName, pause });
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
    const { budget, clock, secretsPath } = this.#settings;
    this.#secrets ??= new SsmSecrets(createSsmClient({ budget }), clock);
    const secrets = this.#secrets;
    return () => secrets.read(`${secretsPath ?? '/'}${variable}`);
  }
}

/** `arn:aws:sns:REGION:…`. */
function regionOf(topicArn: string): string {
  return topicArn.split(':')[3] ?? '';
}
