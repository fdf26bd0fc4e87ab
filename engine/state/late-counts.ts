import type { Value } from '../ir/node.ts';
import { Type } from '../ir/type.ts';
import { MAX_OVERLAP } from '../ir/window.ts';
import type { Item } from '../ports/state-store.ts';
import { storedJson } from './stored-json.ts';

/** Events of a group that came too late, counted by what they missed. */
export interface LateCount {
  /** Start of the events' pane, of which they missed windows; for a session the event's own time. */
  readonly atMs: number;
  /** How many of the pane's first windows they missed; 1 for a session. */
  readonly missed: number;
  /** The group's values. */
  readonly values: readonly Value[];
  readonly events: number;
}

type Packed = readonly [atMs: number, missed: number, values: readonly PackedValue[], events: number];
/** JSON would round a whole number beyond 2^53. */
type PackedValue = Exclude<Value, bigint> | { readonly whole: string };

/** As text: late events are few. */
export function formatLateCounts(counts: readonly LateCount[]): string {
  return JSON.stringify(
    counts.map(({ atMs, missed, values, events }): Packed => [atMs, missed, values.map(pack), events]),
  );
}

export function parseLateCounts(item: Item): readonly LateCount[] {
  return readPacked(item).map(([atMs, missed, values, events]) => ({
    atMs,
    missed,
    values: values.map(unpack),
    events,
  }));
}

function pack(value: Value): PackedValue {
  return typeof value === 'bigint' ? { whole: String(value) } : value;
}

function unpack(value: PackedValue): Value {
  return typeof value === 'object' && value !== null ? BigInt(value.whole) : value;
}

const readPacked = storedJson(
  'a list of counts of late events',
  Type.Array(
    Type.Tuple([
      Type.Number(),
      Type.Integer({ minimum: 1, maximum: MAX_OVERLAP }),
      Type.Array(
        Type.Union([
          Type.String(),
          Type.Number(),
          Type.Boolean(),
          Type.Null(),
          Type.Object({ whole: Type.String({ pattern: '^-?[0-9]{16,19}$' }) }),
        ]),
      ),
      Type.Integer({ minimum: 1 }),
    ]),
  ),
);
