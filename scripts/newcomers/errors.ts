import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/** Something that a newcomer tried did not work, or not as the documents say. */
export class NewcomerError extends StreamgaugeError {
  override readonly name = 'NewcomerError';
  readonly code = 'newcomer';
}
