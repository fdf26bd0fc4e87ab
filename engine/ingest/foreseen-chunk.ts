import type { BatchItem } from '../decode/line-block.ts';
import { isLineBlock } from '../decode/line-block.ts';
import type { StreamPlan } from '../plan/plan.ts';
import { compareSequences } from '../ports/position.ts';
import { type Checkpoint, newCheckpoint } from '../state/checkpoint.ts';
import { watermarkFor } from '../state/watermark.ts';
import { buildChunk, type CommitChunk } from './commit-chunk.ts';

/**
 * A chunk that was built before anybody knew the checkpoint that it will be committed on:
 *
 * ```
 * who commits:    commit 1 │ commit 2 │ commit 3     in the order of the batches
 * somebody else:  chunk 2 ─┘  chunk 3 ─┘             meanwhile, as if nothing had come before
 * ```
 *
 * It is data alone, so it can be made in another thread.
 */
export interface ForeseenChunk {
  /** Of the batch's first record. */
  readonly firstSequence: string;
  readonly chunk: CommitChunk;
}

/** Null where it must be built on its checkpoint: ids tell duplicates, and those before it are not known; or there is nothing in it. */
export function foreseeChunk(stream: StreamPlan, shard: string, records: readonly BatchItem[]): ForeseenChunk | null {
  const [first] = records;
  if (first === undefined || !canForesee(stream)) return null;
  const start = { checkpoint: newCheckpoint(shard, []), ids: null };
  const limits = { maxEvents: Number.POSITIVE_INFINITY, oversized: null };
  const chunk = buildChunk(stream, start, records, { limits, reading: null });
  // Readings are of the process that made them.
  return { firstSequence: sequenceOf(first), chunk: { ...chunk, from: null, to: null } };
}

export function canForesee({ dedupe }: StreamPlan): boolean {
  return dedupe === null;
}

/**
 * The chunk as it would have been built on a checkpoint; null where that can be another one. Of what is before it a chunk
 * takes the watermark, and this says nothing of events at or after it: the windows that hold them have not ended.
 */
export function foreseenOn(
  stream: StreamPlan,
  checkpoint: Checkpoint,
  { firstSequence, chunk }: ForeseenChunk,
): CommitChunk | null {
  const { position } = checkpoint;
  if (position !== null && compareSequences(position.sequence, firstSequence) >= 0) return null;
  const { earliestEventMs, clockMs } = chunk;
  const isBehind = (watermarkMs: number) => earliestEventMs !== null && earliestEventMs < watermarkMs;
  if (isBehind(checkpoint.watermarkMs)) return null;
  if (stream.views.some(({ key }) => isBehind(watermarkFor(checkpoint, key)))) return null;
  const isLater = clockMs !== null && (checkpoint.clockMs === null || clockMs > checkpoint.clockMs);
  return {
    ...chunk,
    clockMs: isLater ? clockMs : checkpoint.clockMs,
    clockArrivalMs: isLater ? chunk.clockArrivalMs : checkpoint.clockArrivalMs,
    latestEventMs: latest(chunk.latestEventMs, checkpoint.latestEventMs),
  };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function sequenceOf(item: BatchItem): string {
  return isLineBlock(item) ? String(item.firstSequence) : item.sequence;
}
