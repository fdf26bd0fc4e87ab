import { StreamgaugeError } from '../ir/streamgauge-error.ts';

/** What went wrong in a store. Each case asks for another reaction. */
export type StoreErrorCode =
  /** The write may or may not have been applied: read before going on. */
  | 'unknownOutcome'
  /** Nothing was applied, and the store asks to slow down. */
  | 'throttled'
  /** Nothing was applied: another transaction was touching the same items. */
  | 'conflict'
  /** The same request is still being carried out. */
  | 'inProgress';

export class StoreError extends StreamgaugeError {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A receiver of alerts did not take a message, and may do so later. The message names the channel. */
export class AlertSinkError extends StreamgaugeError {
  override readonly name: string = 'AlertSinkError';
  readonly code: string = 'alertSink';
}

/** A commit is beyond `COMMIT_LIMITS`: the caller splits it into commit chunks. */
export class CommitTooLargeError extends StreamgaugeError {
  override readonly name = 'CommitTooLargeError';
  readonly code = 'commitTooLarge';
}
