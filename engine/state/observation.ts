import { Type } from '../ir/type.ts';
import { formatPosition } from '../ports/position.ts';
import type { ItemWrite, StateStore } from '../ports/state-store.ts';
import type { Checkpoint } from './checkpoint.ts';
import { observationKey } from './keys.ts';
import { replacingWrite } from './replacing-write.ts';
import { storedJson } from './stored-json.ts';

/** What one sweep found of a stream's shards. The next one compares. */
export interface Observation {
  readonly version: number;
  /** By the clock of the sweeps' session. */
  readonly atMs: number;
  /** By name: open shards in which no record was seen to wait. */
  readonly shards: Readonly<Record<string, ObservedShard>>;
  /** By name: open shards that stand although records wait. Observations of older code have none. */
  readonly blocked?: Readonly<Record<string, BlockedShard>>;
  /** Events that had been delivered by this sweep and by the one before, the earlier first. */
  readonly counted?: readonly CountedEvents[];
}

export interface ObservedShard {
  /** How far it was read, as `positionName` writes it. */
  readonly position: string;
  /** How long it was seen to stand there with nothing to read. */
  readonly idleMs: number;
}

export interface BlockedShard {
  readonly position: string;
  /** Since which sweep it was seen so, by the clock of the sweeps' session. */
  readonly sinceMs: number;
}

export interface CountedEvents {
  readonly atMs: number;
  readonly delivered: number;
}

/** Where a shard stands, to see whether it is there still. */
export function positionName({ position }: Pick<Checkpoint, 'position'>): string {
  return position === null ? 'start' : formatPosition(position);
}

export async function loadObservation(state: StateStore, stream: string): Promise<Observation | null> {
  const item = await state.get(observationKey(stream));
  return item === null ? null : { ...readContent(item), version: item.version };
}

/**
 * The write that replaces an observation by its successor, which it is conditional on. Two sweeps at once that compared
 * with the same one cannot both add their distance to it:
 *
 *   sweep A: reads v7, idle 2 min |                              | writes v8, idle 3 min
 *   sweep B:                      | reads v7, idle 2 min |                              | writes v8: refused
 */
export function observationWrite(stream: string, { version, ...content }: Observation): ItemWrite {
  return replacingWrite(observationKey(stream), version, content);
}

const readContent = storedJson(
  'what a sweep found',
  Type.Object({
    atMs: Type.Number(),
    shards: Type.Record(Type.String(), Type.Object({ position: Type.String(), idleMs: Type.Number({ minimum: 0 }) })),
    blocked: Type.Optional(
      Type.Record(Type.String(), Type.Object({ position: Type.String(), sinceMs: Type.Number() })),
    ),
    counted: Type.Optional(Type.Array(Type.Object({ atMs: Type.Number(), delivered: Type.Number() }))),
  }),
);
