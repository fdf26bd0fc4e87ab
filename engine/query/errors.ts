import { StreamgaugeError } from '../ir/streamgauge-error.ts';

/** A question that cannot be answered as it is asked. The message says what to write instead. */
export class BadQueryError extends StreamgaugeError {
  override readonly name = 'BadQueryError';
  readonly code = 'badQuery';
}
