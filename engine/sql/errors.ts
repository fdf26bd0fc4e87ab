import { StreamgaugeError } from '../ir/streamgauge-error.ts';

/** A view has no SQL twin. The message names the view or stream and what SQL cannot express. */
export class SqlError extends StreamgaugeError {
  override readonly name = 'SqlError';
  readonly code = 'sql';
}
