import { StreamgaugeError } from '../ir/streamgauge-error.ts';

/** Text is no line of bronze, or lines are not what was written for one record. The message cites the line. */
export class BronzeError extends StreamgaugeError {
  override readonly name = 'BronzeError';
  readonly code = 'bronze';
}
