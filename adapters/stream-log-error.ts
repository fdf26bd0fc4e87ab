import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';

/** A stream log has no such stream, shard or position, or the shard takes no records any more. The message names it. */
export class StreamLogError extends StreamgaugeError {
  override readonly name = 'StreamLogError';
  readonly code = 'streamLog';
}
