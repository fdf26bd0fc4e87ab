import { Type } from 'typebox';
import { formatPosition } from '../ports/position.ts';
import type { ItemWrite, StateStore } from '../ports/state-store.ts';
import type { Checkpoint } from './checkpoint.ts';
import { observationKey } from './keys.ts';
import { storedJson } from './stored-json.ts';

/** What one sweep found of a stream's shards. The next one compares. */
export interface Observation {
  readonly version: number;
  /** By the clock of the sweeps' session. */
  readonly atMs: number;
  /** By name: open shards in which no record was seen to wait. */
  readonly shards: Readonly<Record<string, ObservedShard>>;
}

export interface ObservedShard {
  /** How far it was read, as `positionName` writes it. */
  readonly position: string;
  /** How long it was seen to stand there with nothing to read. */
  readonly idleMs: number;
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
  return {
    kind: 'put',
    key: observationKey(stream),
    version,
    data: JSON.stringify(content),
    condition: version === 1 ? { kind: 'absent' } : { kind: 'version', is: version - 1 },
  };
}

const readContent = storedJson(
  'what a sweep found',
  Type.Object({
    atMs: Type.Number(),
    shards: Type.Record(Type.String(), Type.Object({ position: Type.String(), idleMs: Type.Number({ minimum: 0 }) })),
  }),
);
