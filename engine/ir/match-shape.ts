import type { FieldShape, StructShape } from './field-shape.ts';
import type { PatternSource } from './pattern-definition.ts';

/** The last event of a step, the first, or the one before the last. */
export type EventOfStep = 'first' | 'last' | 'previous';
export type MeasureKind = 'sum' | 'mean' | 'min' | 'max';

/**
 * The name of what a step has matched, where an expression reads it: no field of an event has a dot in its name. Under it are
 * `first`, `last` and `previous` (fields of an event, or null), `count`, and under `sum`, `mean`, `min` and `max` a number for
 * each of the step's measures, by its index.
 *
 * @example page_url of the first event of `looks`: ['matched.looks', 'first', 'page_url']
 */
export function matchedName(step: string): string {
  return `${MATCHED}${step}`;
}

/** The step whose matched events a field is of; null of a field of the event itself. */
export function stepOfPath([first = '']: readonly string[]): string | null {
  return first.startsWith(MATCHED) ? first.slice(MATCHED.length) : null;
}

const MATCHED = 'matched.';

/** What each row of a pattern has, beside the key and what is selected. */
export const MATCH_COLUMNS = ['match_start', 'match_end', 'duration_ms', 'reason', 'truncated'] as const;
export type MatchColumn = (typeof MATCH_COLUMNS)[number];

const MATCH_FIELDS: Readonly<Record<MatchColumn, FieldShape>> = {
  match_start: { shape: 'leaf', type: { kind: 'instant', nullable: false } },
  match_end: { shape: 'leaf', type: { kind: 'instant', nullable: false } },
  duration_ms: { shape: 'leaf', type: { kind: 'number', nullable: false, integer: true } },
  reason: { shape: 'leaf', type: { kind: 'string', nullable: false } },
  truncated: { shape: 'leaf', type: { kind: 'boolean', nullable: false } },
};

/** A row of a pattern: its key, when the match was and why, and what is selected. */
export function matchShape<V>({ partitionBy, select }: PatternSource<V>): StructShape {
  const fields = new Map<string, FieldShape>();
  for (const { path, type } of partitionBy) {
    fields.set(path.at(-1) as string, { shape: 'leaf', type: { ...type, nullable: false } });
  }
  for (const name of MATCH_COLUMNS) fields.set(name, MATCH_FIELDS[name]);
  for (const { name, node } of select) fields.set(name, { shape: 'leaf', type: node.type });
  return { shape: 'struct', nullable: false, fields };
}
