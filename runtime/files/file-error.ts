import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

export { isSystemError, reasonOf } from '../../adapters/system-reason.ts';

/** A file or folder cannot be made or written. The message names it, and says what was found and what to do. */
export class FileError extends StreamgaugeError {
  override readonly name = 'FileError';
  readonly code = 'file';
}
