import { StreamgaugeError } from '../ir/streamgauge-error.ts';

/** Another finalizer has claimed the same (view, bucket): this one stops, the other does the work. */
export class FencedError extends StreamgaugeError {
  override readonly name = 'FencedError';
  readonly code = 'fenced';
}
