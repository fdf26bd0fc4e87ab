import type { Group, Row, Scalar } from '../../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../../api/schemas/pipeline.ts';
import { fullWords, revisedWords } from '../../charts/chart-words.ts';
import { numberOf } from '../../charts/timeline-data.ts';
import { wordsOf } from '../../components/group-words.ts';
import { formatDuration, type Zone } from '../../format/times.ts';

/** A row of a view in words. */

export interface RowState {
  readonly kind: 'open' | 'final' | 'revised';
  readonly words: string;
}

/** `open, 41 s of 5 min`; `ended, closes in 21 s`; `final`; `r3, revised 18:02`. */
export function stateOf(
  row: Pick<Row, 'is_final' | 'revision'>,
  times: {
    readonly start: number;
    readonly end: number | null;
    readonly nowMs: number;
    readonly watermarkMs: number | null;
    readonly updatedAt: number | null;
    readonly inZone: Zone;
    readonly serverMs: number;
  },
): RowState {
  const { start, end, nowMs, watermarkMs, updatedAt, inZone, serverMs } = times;
  if (row.is_final) {
    return row.revision > 1
      ? { kind: 'revised', words: revisedWords(row.revision, updatedAt, inZone, serverMs) }
      : { kind: 'final', words: 'final' };
  }
  if (end === null) return { kind: 'open', words: 'as it stands' };
  if (nowMs < end) {
    const passed = formatDuration(Math.max(0, Math.floor((nowMs - start) / 1000) * 1000));
    return { kind: 'open', words: `open, ${passed} of ${formatDuration(end - start)}` };
  }
  if (watermarkMs === null || watermarkMs >= end) return { kind: 'open', words: 'ended, closing' };
  return { kind: 'open', words: `ended, closes in ${formatDuration(Math.ceil((end - watermarkMs) / 1000) * 1000)}` };
}

/** Columns that a table of rows has room for, the group among them: those that the definition begins with. */
const MOST_COLUMNS = 6;

export function rowColumns(view: ViewDescription): readonly Column[] {
  return view.columns
    .filter(
      ({ role, type, made_by }) =>
        (role === 'aggregate' || role === 'derived') && type !== 'object' && made_by !== 'histogram',
    )
    .slice(0, MOST_COLUMNS - 3 * Math.min(1, view.group_by.length));
}

/** A cell of any type: numbers in their unit, texts as they are, lists as JSON. */
export function cellWords(column: Column, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (column.type === 'number' || column.type === 'integer') return fullWords(column, numberOf(value));
  return typeof value === 'object' ? JSON.stringify(value) : wordsOf(value as Scalar);
}

export function groupOf(row: Row, fields: readonly string[]): Group {
  const columns = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(fields.map((name) => [name, (columns[name] ?? null) as Scalar]));
}

/** A window's start and end; of a total the moment that it is of, and of a single event its own. */
export function timesOf(row: Row): { readonly start: number; readonly end: number | null } {
  const {
    window_start: start,
    window_end: end,
    as_of: asOf,
    event_time: at,
  } = row as Readonly<Record<string, unknown>>;
  return { start: Date.parse(String(start ?? asOf ?? at)), end: end === undefined ? null : Date.parse(String(end)) };
}
