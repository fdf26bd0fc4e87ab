import { type FieldShape, placedLeaves, type StructShape, wireNameOf } from '../ir/field-shape.ts';
import { eventTimesOf, type StreamDefinition } from '../ir/stream-definition.ts';
import type { IsRead } from './validate.ts';

/** Which fields of a stream are taken as null where their values do not fit. */
export interface Lenience {
  /** None is. */
  readonly isStrict: boolean;
  isLenient(wirePath: readonly string[]): boolean;
}

/**
 * Of fields that may be null: all with `'null'`, none with `'dead'`, and otherwise those that nothing reads. A time for which another one
 * stands in where it is missing counts as missing where it cannot be read, too.
 */
export function lenienceOf(stream: StreamDefinition, isRead: IsRead): Lenience {
  const times = eventTimesOf(stream);
  const standIns = new Set(times.length > 1 ? times : []);
  const { optionalMismatch } = stream;
  const reads = readsOf(stream, isRead);
  const lenient = new Set<string>();
  const visit = ({ fields }: StructShape, path: readonly string[], wirePath: readonly string[]) => {
    for (const [name, field] of fields) {
      const own = [...path, name];
      const onWire = [...wirePath, wireNameOf(name, field)];
      const nullable = field.shape === 'struct' ? field.nullable : field.type.nullable;
      const isTaken = optionalMismatch === 'null' || (optionalMismatch === undefined && !reads(own, field));
      if (nullable && (isTaken || standIns.has(own.join('.')))) lenient.add(keyOf(onWire));
      if (field.shape === 'struct') visit(field, own, onWire);
    }
  };
  visit(stream.shape, [], []);
  return {
    isStrict: lenient.size === 0,
    isLenient: (wirePath) => lenient.has(keyOf(wirePath)),
  };
}

/** Names can hold dots. */
function keyOf(wirePath: readonly string[]): string {
  return JSON.stringify(wirePath);
}

/** What views read, and what the stream itself does. Of an object, whether anything in it is read. */
function readsOf(stream: StreamDefinition, isRead: IsRead): (path: readonly string[], field: FieldShape) => boolean {
  const { partitionKey, eventId, dedupe } = stream;
  const own = new Set([...eventTimesOf(stream), partitionKey, eventId, dedupe?.by]);
  return (path, field) => {
    if (field.shape === 'leaf') return own.has(path.join('.')) || isRead(path);
    return placedLeaves(field, path).some(({ path: inner }) => own.has(inner.join('.')) || isRead(inner));
  };
}
