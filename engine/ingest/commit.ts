import type { Groups } from '../codec/group.ts';
import { encodeIds } from '../dedupe/id-codec.ts';
import type { IdPanes } from '../dedupe/id-panes.ts';
import { append } from '../lists/append.ts';
import { greatest } from '../lists/extremes.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { ItemKey, ItemWrite } from '../ports/state-store.ts';
import { addCounters, type Checkpoint, checkpointWrite, type ManifestEntry } from '../state/checkpoint.ts';
import { idsKey, lateKey, markerKey, type PaneAddress, segmentKey } from '../state/keys.ts';
import { formatLateCounts } from '../state/late-counts.ts';
import { floorTo } from '../time/floor-to.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import type { CommitChunk, SegmentDelta, ViewDelta } from './commit-chunk.ts';
import type { Rewriting } from './rewriting.ts';

/** One atomic commit, ready to be written: the checkpoint's successor and everything that goes with it. */
export interface Commit {
  readonly next: Checkpoint;
  readonly writes: readonly ItemWrite[];
  /** What a warm container knows of the last segment of each pane, if the commit succeeds. */
  readonly tails: ReadonlyMap<string, Tail>;
}

/** The last segment that this container wrote for a pane. */
export interface Tail {
  readonly view: string;
  readonly paneStartMs: number;
  readonly key: ItemKey;
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** Settings of a commit that are not in the data. */
export interface CommitContext {
  /** Rises with each deployed version of code or definition. */
  readonly generation: number;
  /** How many times the cost of an appended segment a rewritten one may have: of `Rewriting`. 1 unless set. */
  readonly rewriteFactor?: number;
  /** Larger segments are not written again: of `Rewriting`. No limit unless set. */
  readonly largestRewriteBytes?: number;
  /** Records that arrived before are not read: windows that began before are partial. Null, or not given: all are read. */
  readonly startsAtMs?: number | null;
}

/** What a container knows of its shard. */
export interface ShardState {
  readonly checkpoint: Checkpoint;
  /** By view, bucket and pane: the last segment that this container wrote. */
  readonly tails: ReadonlyMap<string, Tail>;
  /** Ids of its events, if the stream drops duplicates. A container adds to them what it has committed. */
  readonly ids: IdPanes | null;
  /** When to write a last segment again. It learns from each merge. */
  readonly rewriting: Rewriting;
}

/** Builds the commit of a chunk on the checkpoint that it was judged by. */
export function buildCommit(stream: StreamPlan, shard: ShardState, chunk: CommitChunk, context: CommitContext): Commit {
  const { checkpoint: previous, tails, rewriting } = shard;
  const version = previous.version + 1;
  const writes: ItemWrite[] = [];
  const late: ItemWrite[] = [];
  const nextTails = new Map<string, Tail>();
  stream.views.forEach((view, index) => {
    const added = chunk.views[index] as ViewDelta;
    const origin = view.originOf(previous.shard);
    for (const delta of added.segments) {
      const name = `${view.key}#${delta.bucket}#${delta.startMs}#${delta.missed}`;
      const tail = writeSegment(view, origin, delta, version, tails.get(name), rewriting);
      writes.push(segmentPut(tail));
      nextTails.set(name, tail);
      // Whoever finalizes must look at the pane again, and find this segment.
      if (delta.revises) {
        const key = markerKey(view.key, delta.bucket, origin, delta.startMs, version);
        writes.push(markerWrite(key, { key: tail.key, version: tail.version }));
      }
    }
    append(late, lateWrites(view, added, origin, version));
  });
  append(writes, idsWrites(stream, chunk, previous.shard, version));
  const next = successor(stream, previous, chunk, manifestOf(writes), context);
  return {
    next,
    writes: [checkpointWrite(stream.name, previous, next), ...writes, ...late],
    tails: keepOpen(stream, tails, nextTails, next),
  };
}

/**
 * Builds a commit without events that marks panes again: their markers were dealt with or are not visible yet, and
 * nobody can tell. It is a commit of its own, so that it makes no other one too large.
 */
export function buildMarkingCommit(
  stream: StreamPlan,
  previous: Checkpoint,
  panes: readonly PaneAddress[],
  context: CommitContext,
): Pick<Commit, 'next' | 'writes'> {
  const version = previous.version + 1;
  const markers = panes.flatMap(({ view: key, bucket, paneStartMs }) => {
    const view = stream.views.find((candidate) => candidate.key === key);
    if (view === undefined) return [];
    const marker = markerKey(key, bucket, view.originOf(previous.shard), paneStartMs, version);
    return [markerWrite(marker, null)];
  });
  const next = { ...previous, version, generation: context.generation, manifest: manifestOf(markers) };
  return { next, writes: [checkpointWrite(stream.name, previous, next), ...markers] };
}

/** Ids of the events in the commit, to find duplicates that may come later. */
function idsWrites(stream: StreamPlan, { ids }: CommitChunk, shard: string, version: number): ItemWrite[] {
  return [...(ids?.panes ?? [])].map(([startMs, ofPane]) => ({
    kind: 'put',
    key: idsKey(stream.name, shard, startMs, version),
    version: 1,
    data: encodeIds(ofPane),
    condition: { kind: 'absent' },
  }));
}

/** How many events of which groups missed which windows. No watermark waits for them, so no manifest lists them. */
function lateWrites(view: ViewPlan, { late }: ViewDelta, shard: string, version: number): ItemWrite[] {
  return late.flatMap((counts, bucket) => {
    if (counts.length === 0) return [];
    const latestMs = greatest(counts.map(({ atMs }) => atMs));
    const key = lateKey(view.key, bucket, shard, latestMs, version);
    const condition = { kind: 'absent' as const };
    return [{ kind: 'put', key, version: 1, data: formatLateCounts(counts), condition }];
  });
}

/** A marker names the segment that the late event went into, so that nobody looks without finding it. */
function markerWrite(key: ItemKey, segment: ManifestEntry | null): ItemWrite {
  const condition = { kind: 'absent' as const };
  return { kind: 'put', key, version: 1, data: JSON.stringify(segment), condition };
}

function manifestOf(writes: readonly ItemWrite[]): ManifestEntry[] {
  return writes.flatMap((write) => (write.kind === 'put' ? [{ key: write.key, version: write.version }] : []));
}

function segmentPut(tail: Tail): ItemWrite {
  const condition =
    tail.version === 1 ? { kind: 'absent' as const } : { kind: 'version' as const, is: tail.version - 1 };
  return { kind: 'put', key: tail.key, version: tail.version, data: tail.bytes, condition };
}

/** Appends a segment, or writes the pane's last one again with the new groups merged in, where that costs less. */
function writeSegment(
  view: ViewPlan,
  shard: string,
  delta: SegmentDelta,
  version: number,
  tail: Tail | undefined,
  rewriting: Rewriting,
): Tail {
  const { bytes: appended } = delta;
  if (tail !== undefined) {
    const sizes = { key: tail.key, lastBytes: tail.bytes.length, newBytes: appended.length };
    if (rewriting.mayPay(view.key, sizes)) {
      const bytes = merge(view, tail.bytes, appended);
      rewriting.learn(view.key, sizes, bytes.length);
      if (rewriting.pays(sizes, bytes.length)) return { ...tail, version: tail.version + 1, bytes };
    }
  }
  const key = segmentKey(view.key, delta.bucket, shard, delta.startMs, delta.missed, version);
  return { view: view.key, paneStartMs: delta.startMs, key, version: 1, bytes: appended };
}

function merge({ segments }: ViewPlan, last: Uint8Array, added: Uint8Array): Uint8Array {
  const merged: Groups = new Map();
  segments.mergeInto(merged, last);
  segments.mergeInto(merged, added);
  return segments.encode(merged);
}

function successor(
  stream: StreamPlan,
  previous: Checkpoint,
  chunk: CommitChunk,
  manifest: readonly ManifestEntry[],
  { generation, startsAtMs = null }: CommitContext,
): Checkpoint {
  const ownWatermarkMs = chunk.clockMs === null ? START_OF_TIME_MS : chunk.clockMs - stream.definition.maxLatenessMs;
  return {
    ...previous,
    version: previous.version + 1,
    generation,
    position: chunk.end ?? previous.position,
    insideRecord: chunk.insideRecord,
    watermarkMs: Math.max(previous.watermarkMs, ownWatermarkMs),
    clockMs: chunk.clockMs,
    latestEventMs: chunk.latestEventMs,
    clockArrivalMs: chunk.clockArrivalMs,
    counters: addCounters(previous.counters, chunk.counters),
    countedLate: previous.countedLate + chunk.countedLate,
    manifest,
    views: viewsSince(stream, previous, startsAtMs),
  };
}

/** By view: since when it has seen every event. A view that joins a shard in the middle missed what came before. */
function viewsSince(stream: StreamPlan, previous: Checkpoint, startsAtMs: number | null): Record<string, number> {
  const joiningMs =
    previous.position === null ? (startsAtMs ?? START_OF_TIME_MS) : (previous.latestEventMs ?? START_OF_TIME_MS) + 1;
  return Object.fromEntries(stream.views.map((view) => [view.key, previous.views[view.key] ?? joiningMs]));
}

/** Of very many open panes, as where a run takes events in no order, those that were written last. Each is a segment in memory. */
const MAX_TAILS = 10_000;

/** Tails of panes that are still open by the shard's own watermark; the others are not likely to be written again. */
function keepOpen(
  stream: StreamPlan,
  tails: ReadonlyMap<string, Tail>,
  nextTails: ReadonlyMap<string, Tail>,
  next: Checkpoint,
): ReadonlyMap<string, Tail> {
  const openFrom = new Map(
    stream.views.map(({ key, window: { panes } }) => [key, floorTo(panes.paneMs, next.watermarkMs, panes.offsetMs)]),
  );
  const isOpen = (tail: Tail) => tail.paneStartMs >= (openFrom.get(tail.view) ?? Number.POSITIVE_INFINITY);
  const open = [...tails].filter(([key, tail]) => isOpen(tail) && !nextTails.has(key));
  const latest = [...nextTails].filter(([, tail]) => isOpen(tail));
  return new Map([...open, ...latest].slice(-MAX_TAILS));
}
