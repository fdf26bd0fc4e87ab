import { storedForm } from '../aggregates/compare-values.ts';
import type { ColumnValue, Value, ValueType } from '../ir/node.ts';

/** What an event log keeps of a value: as state keeps it, and a list or an object as its text. */
export function toStored({ kind }: ValueType): (value: ColumnValue | undefined) => Value {
  if (kind === 'json') return (value) => (value === null || value === undefined ? null : JSON.stringify(value));
  return (value) => (value === null || value === undefined ? null : storedForm(value as NonNullable<Value>));
}

/** The value that `toStored` kept. */
export function fromStored({ kind }: ValueType): (value: Value | undefined) => ColumnValue {
  if (kind === 'json') return (value) => (typeof value === 'string' ? JSON.parse(value) : null);
  return (value) => value ?? null;
}
