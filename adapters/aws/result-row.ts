import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { RESULT_TABLE } from '../../contracts/tables.ts';
import type { ReadRow, RowKey, StoredRow } from '../../engine/ports/result-store.ts';
import { formatInstant } from '../../engine/time/instant.ts';
import { ForeignDataError } from './errors.ts';
import { groupPartition, indexSort, slotOf, slotPartition, windowSort } from './result-keys.ts';

export type Attributes = Record<string, AttributeValue>;

export function rowKeyAttributes({ view, group, windowStartMs }: RowKey): Attributes {
  return { pk: { S: groupPartition(view, group) }, sk: { S: windowSort(windowStartMs) } };
}

/** Readable in a console: times as ISO-8601, the row's own columns as one JSON text. */
export function rowAttributes(row: StoredRow, nowMs: number): Attributes {
  return {
    ...rowKeyAttributes(row),
    pk2: { S: slotPartition(row.view, slotOf(row.group)) },
    sk2: { S: indexSort(row.windowStartMs, row.group) },
    view: { S: row.view },
    group: { S: row.group },
    window_end: { S: formatInstant(row.windowEndMs) },
    revision: { N: String(row.revision) },
    epoch: { N: String(row.epoch) },
    partial: { BOOL: row.partial },
    late_events: { N: String(row.lateEvents) },
    retracted: { BOOL: row.retracted },
    columns: { S: row.columns },
    updated_at: { N: String(nowMs) },
    ...(row.expiresAtSeconds !== null && { [RESULT_TABLE.timeToLive]: { N: String(row.expiresAtSeconds) } }),
  };
}

export function toRow(attributes: Attributes, table: string): StoredRow {
  const row = {
    view: attributes.view?.S as string,
    group: attributes.group?.S as string,
    windowStartMs: Date.parse(attributes.sk?.S ?? ''),
    windowEndMs: Date.parse(attributes.window_end?.S ?? ''),
    revision: Number(attributes.revision?.N),
    epoch: Number(attributes.epoch?.N),
    partial: attributes.partial?.BOOL as boolean,
    lateEvents: Number(attributes.late_events?.N ?? 0),
    retracted: attributes.retracted?.BOOL ?? false,
    columns: attributes.columns?.S as string,
    expiresAtSeconds: expiryOf(attributes),
  };
  if (Object.values(row).every((value) => value !== undefined && !Number.isNaN(value))) return row;
  throw new ForeignDataError(
    `The row at ("${attributes.pk?.S}", "${attributes.sk?.S}") in table "${table}" lacks an attribute or holds one that cannot be read: something else than streamgauge wrote it. Remove it, or use a table that is not shared.`,
  );
}

/** A row with when it was put. */
export function toReadRow(attributes: Attributes, table: string): ReadRow {
  const updatedAt = attributes.updated_at?.N;
  return { ...toRow(attributes, table), updatedAtMs: updatedAt === undefined ? null : Number(updatedAt) };
}

function expiryOf(attributes: Attributes): number | null {
  const expiry = attributes[RESULT_TABLE.timeToLive]?.N;
  return expiry === undefined ? null : Number(expiry);
}

/** The same epoch and content. A row that is put again may be put at a later time, and so expire later. */
export function sameRow(a: StoredRow, b: StoredRow): boolean {
  return (Object.keys(a) as (keyof StoredRow)[]).every((name) => name === 'expiresAtSeconds' || a[name] === b[name]);
}
