import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { AlertSink, SentAlert } from '../../engine/ports/alert-sink.ts';
import { Again, type Pause, withRetries } from '../../engine/ports/retry.ts';
import { alertFailure } from './alert-sink-failure.ts';
import { errorName, sentence } from './aws-errors.ts';
import { AwsCallError } from './errors.ts';

export interface EventBridgeAlertSinkSettings {
  readonly client: Pick<EventBridgeClient, 'send'>;
  readonly busName: string;
  /** Between attempts at an event that the bus did not take, for it was too busy. */
  readonly pause: Pause;
}

/** Rules match on these: docs/alerts.md promises them. */
export const ALERT_EVENT = { source: 'streamgauge', detailType: 'Streamgauge Alert' } as const;

/** The answer to a call may be good and yet say of its event that it was not taken. */
const ATTEMPTS = 4;
const TRANSIENT: ReadonlySet<string> = new Set(['ThrottlingException', 'InternalFailure', 'InternalException']);
/** The event itself is at fault, and would be each time: it cannot be read, or is too large. */
const isOfEvent = ({ code, text }: Refusal) =>
  code === 'MalformedDetail' || (code === 'ValidationException' && /size/i.test(text));

/** What a bus says against an event. */
interface Refusal {
  readonly code: string;
  readonly text: string;
}

/** Puts each message on a bus as an event whose detail is the message. */
export class EventBridgeAlertSink implements AlertSink {
  readonly #settings: EventBridgeAlertSinkSettings;

  constructor(settings: EventBridgeAlertSinkSettings) {
    this.#settings = settings;
  }

  async send(message: SentAlert): Promise<'sent' | 'refused'> {
    return withRetries(ATTEMPTS, this.#settings.pause, async () => {
      const refusal = await this.#put(message);
      if (refusal === null) return 'sent';
      if (isOfEvent(refusal)) return 'refused';
      const failure = () => this.#failure(message, new AwsCallError(refusal.text));
      if (TRANSIENT.has(refusal.code)) return new Again(failure);
      throw failure();
    });
  }

  /** What the bus says against the event; null where it took it. */
  async #put(message: SentAlert): Promise<Refusal | null> {
    const entry = {
      EventBusName: this.#settings.busName,
      Source: ALERT_EVENT.source,
      DetailType: ALERT_EVENT.detailType,
      Detail: JSON.stringify(message),
    };
    try {
      const answer = await this.#settings.client.send(new PutEventsCommand({ Entries: [entry] }));
      if (!answer.FailedEntryCount) return null;
      const { ErrorCode: code = 'an unknown error', ErrorMessage: text = '' } = answer.Entries?.[0] ?? {};
      return { code, text: text === '' ? code : `${code}: ${text}` };
    } catch (error) {
      const refusal = { code: errorName(error), text: sentence(error) };
      if (isOfEvent(refusal)) return refusal;
      throw this.#failure(message, error);
    }
  }

  #failure(message: SentAlert, error: unknown) {
    const advice = "Look at the bus, and at the permissions of the function's role.";
    return alertFailure(`The event bus ${this.#settings.busName}`, message, error, advice);
  }
}
