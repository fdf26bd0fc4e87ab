import { StreamgaugeError } from '../ir/streamgauge-error.ts';

/** A newer version of the code has committed on this shard, so this one must stop writing. */
export class OlderGenerationError extends StreamgaugeError {
  override readonly name = 'OlderGenerationError';
  readonly code = 'olderGeneration';

  constructor(stream: string, shard: string, own: number, stored: number) {
    super(
      `Stream '${stream}', shard ${shard}: generation ${stored} of the code has committed here, and this is generation ${own}. It stops so that the two do not mix; the newer one goes on.`,
    );
  }
}

/**
 * A batch came from a shard that the source does not list, so nobody knows what came before it. A made-up watermark
 * could move the global one back. The source lists a new shard soon, and the batch comes again.
 */
export class UnlistedShardError extends StreamgaugeError {
  override readonly name = 'UnlistedShardError';
  readonly code = 'unlistedShard';

  constructor(stream: string, shard: string) {
    super(`Stream '${stream}' does not list shard ${shard}, of which a batch came. The batch will come again.`);
  }
}

/** All attempts to commit failed. The batch stays with its source and comes again. */
export class CommitFailedError extends StreamgaugeError {
  override readonly name = 'CommitFailedError';
  readonly code = 'commitFailed';
}
