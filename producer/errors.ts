import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

export type ProducerErrorCode =
  /** The options make no sense: nothing was built. */
  | 'badOptions'
  /** The event cannot be sent as it is; it was not taken in. */
  | 'badEvent'
  /** Too many puts wait for room; the event was not taken in. */
  | 'overrun'
  /** The producer is closed; the event was not taken in. */
  | 'closed'
  /** Events that had been taken in could not be sent. */
  | 'notSent';

/** What a producer refuses, or could not do. `code` says what has become of the event. */
export class ProducerError extends StreamgaugeError {
  override readonly name: string = 'ProducerError';
  readonly code: ProducerErrorCode;

  constructor(code: ProducerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Events that had been taken in were not sent, as far as is known: here they are. */
export class EventsNotSentError extends ProducerError {
  override readonly name = 'EventsNotSentError';
  /** As they were to be sent, with the ids and times that were filled in: putting them again makes no new ids. */
  readonly events: readonly unknown[];

  constructor(message: string, events: readonly unknown[], options?: ErrorOptions) {
    super('notSent', message, options);
    this.events = events;
  }
}

/** Kinesis did not take a record in. Name and message are those of the service. */
export class RecordNotPutError extends StreamgaugeError {
  override readonly name: string;
  readonly code = 'recordNotPut';

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
