import type { Elements } from '../ir/elements.ts';
import { type FieldShape, type LeafShape, wireNameOf } from '../ir/field-shape.ts';
import type { ColumnValue } from '../ir/node.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import { readDecimal } from './numeric.ts';
import { readTimestamp } from './timestamps.ts';
import { setOwn } from './wire-values.ts';

/** The elements of a list, or the entries of a map, as expressions read them. */
export type ReadElements = (list: unknown) => readonly unknown[];

/** Whether an expression reads a field of an element, by its path there. */
type IsRead = (path: readonly string[]) => boolean;

/**
 * In a list, elements are as they are on the wire, for rows show them so. Where a view explodes it they become what fields of events
 * are: times in milliseconds, numbers, the names that expressions read by. What is none is null, and what nobody reads is left out.
 */
export function elementsReader({ kind, shape }: Elements, isRead: IsRead): ReadElements {
  if (kind === 'list') {
    const read = readerOf(shape, [], isRead);
    return (list) => {
      if (!Array.isArray(list)) return NONE;
      return read === null ? list : list.map(read);
    };
  }
  const value = shape.shape === 'struct' ? shape.fields.get('value') : undefined;
  const read = value === undefined ? null : readerOf(value, ['value'], isRead);
  return (map) => {
    if (typeof map !== 'object' || map === null || Array.isArray(map)) return NONE;
    return Object.entries(map).map(([key, inner]) => ({ key, value: read === null ? inner : read(inner) }));
  };
}

const NONE: readonly unknown[] = [];

type Read = (value: unknown) => unknown;

/** Null where what is on the wire is what expressions read. */
function readerOf(shape: FieldShape, path: readonly string[], isRead: IsRead): Read | null {
  if (shape.shape === 'leaf') return leafReader(shape);
  const fields = [...shape.fields]
    .filter(([name, field]) => leavesOf(field, [...path, name]).some(isRead))
    .map(([name, field]) => ({
      name,
      wireName: wireNameOf(name, field),
      read: readerOf(field, [...path, name], isRead),
    }));
  if (fields.every(({ name, wireName, read }) => name === wireName && read === null)) return null;
  return (value) => {
    if (typeof value !== 'object' || value === null) return null;
    const struct: Record<string, unknown> = {};
    for (const { name, wireName, read } of fields) {
      const found = Object.hasOwn(value, wireName) ? (value as Record<string, unknown>)[wireName] : null;
      setOwn(struct, name, read === null ? found : read(found));
    }
    return struct;
  };
}

function leavesOf(field: FieldShape, path: readonly string[]): readonly (readonly string[])[] {
  if (field.shape === 'leaf') return [path];
  return [...field.fields].flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

function leafReader({ timestamp, asText, type }: LeafShape): Read | null {
  if (timestamp !== undefined) {
    return (value): ColumnValue => {
      const ms = readTimestamp(value, timestamp);
      return ms >= START_OF_TIME_MS && ms <= END_OF_TIME_MS ? ms + 0 : null;
    };
  }
  return asText === true ? (value) => readDecimal(value, type.scale ?? 'any') : null;
}
