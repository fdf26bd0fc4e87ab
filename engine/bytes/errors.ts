import { StreamgaugeError } from '../ir/streamgauge-error.ts';

/** Bytes cannot be read back: they are corrupt, cut short, or written by a newer version of this code. */
export class CodecError extends StreamgaugeError {
  override readonly name = 'CodecError';
  readonly code = 'codec';
}
