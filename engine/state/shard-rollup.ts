import { Type } from '../ir/type.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Item, ItemWrite, StateStore } from '../ports/state-store.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { addCounters, type Checkpoint, COUNTERS, type Counters, listCheckpoints, NO_EVENTS } from './checkpoint.ts';
import { rollupKey } from './keys.ts';
import { storedJson } from './stored-json.ts';

/** What is kept of the retired shards of a stream whose checkpoints were deleted: one item, however many they were. */
export interface ShardRollup {
  readonly version: number;
  /** Their sum. */
  readonly counters: Counters;
  readonly countedLate: number;
  /** The latest of each; null where no such shard had one. */
  readonly clockMs: number | null;
  readonly latestEventMs: number | null;
  /** When the event arrived that `clockMs` is of. */
  readonly clockArrivalMs: number | null;
  /** By view key: the latest of the times from which it had seen every event of one of them. */
  readonly views: Readonly<Record<string, number>>;
  /**
   * The shards that came last, with when. While a name stands here its checkpoint does not count, and none is made for
   * it anew: whoever listed the source's shards before may still take it for a new one.
   */
  readonly recent: readonly RolledUpShard[];
}

export interface RolledUpShard {
  readonly shard: string;
  readonly atMs: number;
}

export const NO_ROLLUP: ShardRollup = {
  version: 0,
  counters: NO_EVENTS,
  countedLate: 0,
  clockMs: null,
  latestEventMs: null,
  clockArrivalMs: null,
  views: {},
  recent: [],
};

export async function loadRollup(state: StateStore, stream: string): Promise<ShardRollup> {
  const item = await state.get(rollupKey(stream));
  return item === null ? NO_ROLLUP : parseRollup(item);
}

export function parseRollup(item: Item): ShardRollup {
  const { lastArrivalMs, clockArrivalMs = lastArrivalMs ?? null, ...content } = readContent(item);
  return { countedLate: 0, ...content, clockArrivalMs, version: item.version };
}

/** All shards that a stream has had. */
export interface StreamShards {
  /** Of shards that are not in the roll-up. */
  readonly checkpoints: readonly Checkpoint[];
  readonly rollup: ShardRollup;
}

/**
 * Reads the checkpoints first and the roll-up after them. A shard goes into the roll-up in one commit, and a later sweep
 * that has seen it there deletes its checkpoint, so no shard is missed, and a name in the roll-up says which is there twice:
 *
 *   sweep 1   rolls A up |
 *   sweep 2              | sees A in the roll-up | deletes A's checkpoint
 *   reader                                       |                        | checkpoints: no A | roll-up: A is in it
 *   reader      checkpoints: A |                                                              | roll-up: A is in it
 *
 * The other way round, a reader could see a roll-up without A, and then no checkpoint of A.
 */
export async function loadShards(state: StateStore, stream: string): Promise<StreamShards> {
  const checkpoints = await listCheckpoints(state, stream);
  const rollup = await loadRollup(state, stream);
  return shardsOf(checkpoints, rollup);
}

/** All shards of checkpoints and of a roll-up that was read after them. */
export function shardsOf(checkpoints: readonly Checkpoint[], rollup: ShardRollup): StreamShards {
  const rolledUp = new Set(rollup.recent.map(({ shard }) => shard));
  return { checkpoints: checkpoints.filter(({ shard }) => !rolledUp.has(shard)), rollup };
}

/** What became of all events of a stream. */
export function totalCounters({ checkpoints, rollup }: StreamShards): Counters {
  return checkpoints.map(({ counters }) => counters).reduce(addCounters, rollup.counters);
}

/** Of the accepted events, those that a revision counts. */
export function totalCountedLate({ checkpoints, rollup }: StreamShards): number {
  return checkpoints.reduce((sum, { countedLate }) => sum + countedLate, rollup.countedLate);
}

/** Since when a view has seen every event of the shards in a roll-up. It saw none of those before its deployment. */
export function rollupCompleteFromMs({ views, latestEventMs }: ShardRollup, view: string): number {
  return views[view] ?? afterLatest(latestEventMs);
}

/** A roll-up with one more shard in it. Of views that are not deployed, nothing is kept: they start over. */
export function withShard(
  rollup: ShardRollup,
  checkpoint: Checkpoint,
  views: readonly ViewPlan[],
  atMs: number,
): ShardRollup {
  const completeFrom = ({ key }: ViewPlan) =>
    Math.max(
      rollupCompleteFromMs(rollup, key),
      checkpoint.views[key] ?? afterLatest(checkpoint.latestEventMs),
      START_OF_TIME_MS,
    );
  return {
    version: rollup.version + 1,
    counters: addCounters(rollup.counters, checkpoint.counters),
    countedLate: rollup.countedLate + checkpoint.countedLate,
    ...laterClock(rollup, checkpoint),
    latestEventMs: latest(rollup.latestEventMs, checkpoint.latestEventMs),
    views: Object.fromEntries(views.map((view) => [view.key, completeFrom(view)])),
    recent: [...rollup.recent, { shard: checkpoint.shard, atMs }],
  };
}

/** The write that replaces a roll-up by its successor, which it is conditional on. */
export function rollupWrite(stream: string, { version, ...content }: ShardRollup): ItemWrite {
  return {
    kind: 'put',
    key: rollupKey(stream),
    version,
    data: JSON.stringify(content),
    condition: version === 1 ? { kind: 'absent' } : { kind: 'version', is: version - 1 },
  };
}

function afterLatest(latestEventMs: number | null): number {
  return latestEventMs === null ? Number.NEGATIVE_INFINITY : latestEventMs + 1;
}

function laterClock(rollup: EventClock, checkpoint: EventClock): EventClock {
  const isLater = (checkpoint.clockMs ?? Number.NEGATIVE_INFINITY) > (rollup.clockMs ?? Number.NEGATIVE_INFINITY);
  const { clockMs, clockArrivalMs } = isLater ? checkpoint : rollup;
  return { clockMs, clockArrivalMs };
}

type EventClock = Pick<Checkpoint, 'clockMs' | 'clockArrivalMs'>;

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

const NUMBER_OR_NULL = Type.Union([Type.Number(), Type.Null()]);

const readContent = storedJson(
  'a roll-up of shards',
  Type.Object({
    counters: COUNTERS,
    countedLate: Type.Optional(Type.Integer({ minimum: 0 })),
    clockMs: NUMBER_OR_NULL,
    latestEventMs: NUMBER_OR_NULL,
    clockArrivalMs: Type.Optional(NUMBER_OR_NULL),
    // Of older code: when the last record arrived.
    lastArrivalMs: Type.Optional(NUMBER_OR_NULL),
    views: Type.Record(Type.String(), Type.Number()),
    recent: Type.Array(Type.Object({ shard: Type.String(), atMs: Type.Number() })),
  }),
);
