import { BugError } from '../ir/bug-error.ts';
import { Type } from '../ir/type.ts';
import type { Position } from '../ports/position.ts';
import type { Item, ItemKey, ItemWrite, StateStore } from '../ports/state-store.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { checkpointKey, checkpointPartition } from './keys.ts';
import { storedJson } from './stored-json.ts';

/** How far a shard has been read, and what that says about time. One item a shard. Every write raises its version. */
export interface Checkpoint {
  readonly shard: string;
  readonly version: number;
  /** Of the code that wrote last. Older code must stop writing. */
  readonly generation: number;
  /** The last event of the last commit; null before the first. */
  readonly position: Position | null;
  /** The record at the position holds more events. The next commit goes on inside it. */
  readonly insideRecord: boolean;
  readonly watermarkMs: number;
  /** The latest event time seen, each capped by its arrival; null before the first. Idle shards advance from it. */
  readonly clockMs: number | null;
  /** The latest event time seen, as it was; null before the first. */
  readonly latestEventMs: number | null;
  /** When the event arrived that `clockMs` is of; null where the source does not tell. */
  readonly clockArrivalMs: number | null;
  readonly counters: Counters;
  /**
   * Of the accepted events, those that came when the shard's watermark had passed the end of a window that still took them: a
   * revision counts them. Older code counted none.
   */
  readonly countedLate: number;
  /**
   * The items of the last commit. `query` is only read-committed, so for a moment a reader can see a new checkpoint and
   * an old segment. Whoever uses this watermark checks that it read these items in these versions.
   */
  readonly manifest: readonly ManifestEntry[];
  /** By view key: no event at or after this time came before the view was deployed. */
  readonly views: Readonly<Record<string, number>>;
  /** By key of a join: how far the shard counts there while it is idle. Not stored where there is none. */
  readonly floors?: Readonly<Record<string, number>>;
  readonly parents: readonly string[];
  /** It is closed and read to its end, and its children have checkpoints. It no longer holds back the watermark. */
  readonly retired: boolean;
  /** Its figures are in the roll-up of its stream, and it is about to be deleted. */
  readonly rolledUp: boolean;
}

export interface ManifestEntry {
  readonly key: ItemKey;
  readonly version: number;
}

/** Events of a shard by what became of them. The other five always add up to `delivered`. */
export interface Counters {
  readonly delivered: number;
  readonly accepted: number;
  /** Too late for every view that wanted it. */
  readonly late: number;
  readonly dead: number;
  readonly duplicate: number;
  /** In batches that the event source gave up on. */
  readonly discarded: number;
}

export const NO_EVENTS: Counters = { delivered: 0, accepted: 0, late: 0, dead: 0, duplicate: 0, discarded: 0 };

export function addCounters(a: Counters, b: Counters): Counters {
  return {
    delivered: a.delivered + b.delivered,
    accepted: a.accepted + b.accepted,
    late: a.late + b.late,
    dead: a.dead + b.dead,
    duplicate: a.duplicate + b.duplicate,
    discarded: a.discarded + b.discarded,
  };
}

/** A shard that is known and not read yet. Not stored by itself: its version is 0. */
export function newCheckpoint(shard: string, parents: readonly string[], watermarkMs = START_OF_TIME_MS): Checkpoint {
  return {
    shard,
    version: 0,
    generation: 0,
    position: null,
    insideRecord: false,
    watermarkMs,
    clockMs: null,
    latestEventMs: null,
    clockArrivalMs: null,
    counters: NO_EVENTS,
    countedLate: 0,
    manifest: [],
    views: {},
    parents,
    retired: false,
    rolledUp: false,
  };
}

export async function loadCheckpoint(state: StateStore, stream: string, shard: string): Promise<Checkpoint | null> {
  const item = await state.get(checkpointKey(stream, shard));
  return item && parseCheckpoint(item);
}

/**
 * The checkpoints of all shards of a stream, retired ones too, but for those that were deleted: `loadShards` has them with
 * what is kept of these.
 */
export async function listCheckpoints(state: StateStore, stream: string): Promise<readonly Checkpoint[]> {
  const items = await state.query({ partition: checkpointPartition(stream) });
  return items.map(parseCheckpoint);
}

/**
 * The write that replaces a checkpoint by its successor, conditional on the version that was read:
 *
 *   A loads v7        B loads v7
 *   A commits v8      .
 *   .                 B commits: the stored version is 8, not 7. Nothing is written; B loads v8 and filters its batch.
 */
export function checkpointWrite(stream: string, previous: Checkpoint, next: Checkpoint): ItemWrite {
  const { version, ...content } = next;
  if (version !== previous.version + 1)
    throw new BugError(`A checkpoint goes from version ${previous.version} to ${version}.`);
  return {
    kind: 'put',
    key: checkpointKey(stream, next.shard),
    version,
    data: JSON.stringify(content),
    condition: previous.version === 0 ? { kind: 'absent' } : { kind: 'version', is: previous.version },
  };
}

/** Writes only the checkpoint. False if somebody else wrote it first. */
export async function replaceCheckpoint(
  state: StateStore,
  stream: string,
  previous: Checkpoint,
  change: Partial<Omit<Checkpoint, 'shard' | 'version'>>,
): Promise<boolean> {
  const next = { ...previous, ...change, version: previous.version + 1 };
  const outcome = await state.transact([checkpointWrite(stream, previous, next)]);
  return outcome.kind === 'committed';
}

export function parseCheckpoint(item: Item): Checkpoint {
  const { lastArrivalMs, clockArrivalMs = lastArrivalMs ?? null, ...content } = readContent(item);
  // Those of older code do not say whether they are rolled up: they are not. They tell the arrival of the last record, and count
  // no late events that are counted.
  return { rolledUp: false, countedLate: 0, ...content, clockArrivalMs, version: item.version };
}

const WHOLE = Type.Integer({ minimum: 0 });
const NUMBER_OR_NULL = Type.Union([Type.Number(), Type.Null()]);

/** An entry of a manifest, as stored. */
export const MANIFEST_ENTRY = Type.Object({
  key: Type.Object({ partition: Type.String(), sort: Type.String() }),
  version: WHOLE,
});

/** Counters, as stored. */
export const COUNTERS = Type.Object({
  delivered: WHOLE,
  accepted: WHOLE,
  late: WHOLE,
  dead: WHOLE,
  duplicate: WHOLE,
  discarded: WHOLE,
});

const readContent = storedJson(
  'a checkpoint',
  Type.Object({
    shard: Type.String(),
    generation: WHOLE,
    position: Type.Union([Type.Object({ sequence: Type.String(), index: WHOLE }), Type.Null()]),
    insideRecord: Type.Boolean(),
    watermarkMs: Type.Number(),
    clockMs: NUMBER_OR_NULL,
    latestEventMs: NUMBER_OR_NULL,
    clockArrivalMs: Type.Optional(NUMBER_OR_NULL),
    lastArrivalMs: Type.Optional(NUMBER_OR_NULL),
    counters: COUNTERS,
    countedLate: Type.Optional(WHOLE),
    manifest: Type.Array(MANIFEST_ENTRY),
    views: Type.Record(Type.String(), Type.Number()),
    floors: Type.Optional(Type.Record(Type.String(), Type.Number())),
    parents: Type.Array(Type.String()),
    retired: Type.Boolean(),
    rolledUp: Type.Optional(Type.Boolean()),
  }),
);
