import { StreamgaugeError } from './streamgauge-error.ts';

/** A mistake in streamgauge's own code: no setting, input or retry mends it. The message ends with what to do about it. */
export class BugError extends StreamgaugeError {
  override readonly name = 'BugError';
  readonly code = 'bug';

  constructor(message: string, options?: ErrorOptions) {
    super(`${message} This is a bug in streamgauge: please report it.`, options);
  }
}
