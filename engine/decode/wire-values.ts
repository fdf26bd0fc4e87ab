import { isInherited } from '../expression/own-field.ts';
import { type PlacedLeaf, placedLeaves, type StructShape, wireNameOf } from '../ir/field-shape.ts';
import type { DeadReason } from '../ports/dead-letter-sink.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import { describeValue } from './describe-value.ts';
import { readDecimal, readNumeric } from './numeric.ts';
import { noTimestampWords, readTimestamp } from './timestamps.ts';

/** A value that is not what its field is. */
export interface BadValue {
  readonly wirePath: readonly string[];
  readonly reason: DeadReason;
  /** A sentence without its end, which names the stream. */
  readonly message: string;
}

/** What is written in another way on the wire than expressions read it. */
export interface WireValues {
  /**
   * Replaces each timestamp of an event by its milliseconds and each number that is text by its double, in place. Returns the first bad
   * one that `takeAsNull` does not take: what it takes becomes null.
   */
  convert(event: Record<string, unknown>, takeAsNull: (bad: BadValue) => boolean): BadValue | null;
}

/** `eventTimes`: fields that have narrower bounds, which the validator reports. */
export function compileWireValues(shape: StructShape, eventTimes: ReadonlySet<string>): WireValues {
  const fields = placedLeaves(shape).flatMap((leaf) => conversionOf(leaf, eventTimes.has(leaf.path.join('.'))));
  return {
    convert(event, takeAsNull) {
      for (const field of fields) {
        const owner = objectAt(event, field.path);
        const value = owner?.[field.name];
        if (owner === undefined || value === undefined || value === null) continue;
        const read = field.read(value);
        if (typeof read !== 'string') {
          owner[field.name] = read;
          continue;
        }
        const message = `Field '${field.wirePath.join('.')}' is ${describeValue(value)}, which is ${read}`;
        const bad = { wirePath: field.wirePath, reason: field.reason, message };
        if (!takeAsNull(bad)) return bad;
        owner[field.name] = null;
      }
      return null;
    },
  };
}

interface Conversion {
  readonly wirePath: readonly string[];
  /** Of the object that has it. */
  readonly path: readonly string[];
  readonly name: string;
  readonly reason: DeadReason;
  /** The number that a value stands for, or words for what it is not. */
  read(value: unknown): number | string;
}

/** How a leaf is read that is not what expressions read; none where it is. */
export function conversionOf({ wirePath, leaf }: PlacedLeaf, isEventTime: boolean): Conversion[] {
  const place = { wirePath, path: wirePath.slice(0, -1), name: wirePath.at(-1) as string };
  const { timestamp, asText, type } = leaf;
  if (timestamp !== undefined) {
    const read = (value: unknown) => {
      const ms = readTimestamp(value, timestamp);
      if (ms >= START_OF_TIME_MS && ms <= END_OF_TIME_MS) return ms + 0;
      if (!Number.isFinite(ms)) return noTimestampWords(timestamp);
      return isEventTime ? ms : 'outside the years 0 to 9999';
    };
    return [{ ...place, reason: 'unknown_time', read }];
  }
  if (!asText) return [];
  const { scale = 'any' } = type;
  const read = (value: unknown) => {
    if (scale === 'any') return readNumeric(value) ?? 'no number';
    return readDecimal(value, scale) ?? `no decimal with at most ${scale} digits behind the point and 15 in all`;
  };
  return [{ ...place, reason: 'wrong_type', read }];
}

/** Gives each field that has another name in events the name that expressions read it by, in place. Null where none has. */
export function compileRenaming(shape: StructShape): ((event: Record<string, unknown>) => void) | null {
  const structs = renamedIn(shape, []);
  if (structs.length === 0) return null;
  return (event) => {
    for (const { path, fields } of structs) {
      const owner = objectAt(event, path);
      if (owner === undefined) continue;
      // One field can have the name that another has in events: all are read before the first is written.
      const values = fields.map(({ wireName }) => (Object.hasOwn(owner, wireName) ? owner[wireName] : undefined));
      for (const [index, { name }] of fields.entries()) setOwn(owner, name, values[index]);
    }
  };
}

interface RenamedFields {
  /** By the names that expressions read: outer objects are renamed before inner ones. */
  readonly path: readonly string[];
  readonly fields: readonly { readonly name: string; readonly wireName: string }[];
}

function renamedIn({ fields }: StructShape, path: readonly string[]): RenamedFields[] {
  const own = [...fields].map(([name, field]) => ({ name, wireName: wireNameOf(name, field) }));
  const inner = [...fields].flatMap(([name, field]) =>
    field.shape === 'struct' ? renamedIn(field, [...path, name]) : [],
  );
  const isRenamed = own.some(({ name, wireName }) => name !== wireName);
  return isRenamed ? [{ path, fields: own.filter(({ name, wireName }) => name !== wireName) }, ...inner] : inner;
}

/** Also under a name that objects inherit. */
export function setOwn(owner: Record<string, unknown>, name: string, value: unknown): void {
  if (!isInherited(name)) owner[name] = value;
  else Object.defineProperty(owner, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The object at a path of an event; undefined where there is none. */
export function objectAt(event: Record<string, unknown>, path: readonly string[]): Record<string, unknown> | undefined {
  let current: unknown = event;
  for (const name of path) {
    current = (current as Record<string, unknown>)[name];
    if (typeof current !== 'object' || current === null) return undefined;
  }
  return current as Record<string, unknown>;
}
