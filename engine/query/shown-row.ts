import { rowsOf } from '../finalize/drafts.ts';
import type { FieldShape, StructShape } from '../ir/field-shape.ts';
import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowColumns } from '../plan/row.ts';
import type { ReadRow } from '../ports/result-store.ts';

/** A row as readers see it. */
export interface ShownRow {
  /** What the view defines: the window, groups, aggregates, derived columns. */
  readonly columns: RowColumns;
  /** 1 when the row was first stored; rises by one with each change. 0 of a row of an open window: none is stored yet. */
  readonly revision: number;
  /** Events of the group that came too late for the window. */
  readonly lateEvents: number;
  /** The view was deployed when the window had already begun: events before that are not in the row. */
  readonly partial: boolean;
  /** The watermark has passed the window's end. Never of a window without an end. */
  readonly isFinal: boolean;
  /** When it was stored as it stands, by the store's clock. Null of an open row, and where the store does not know. */
  readonly updatedAtMs: number | null;
}

/** The rows that a stored one holds: itself, or those of its table. */
export function shownRows({ window }: ViewPlan, row: ReadRow): readonly ShownRow[] {
  const { revision, lateEvents, partial, updatedAtMs } = row;
  const isFinal = window.hasEnd;
  return rowsOf(row).map((columns) => ({ columns, revision, lateEvents, partial, isFinal, updatedAtMs }));
}

const WHOLE: FieldShape = { shape: 'leaf', type: { kind: 'number', nullable: false, integer: true } };
const TRUTH: FieldShape = { shape: 'leaf', type: { kind: 'boolean', nullable: false } };

/** The fields of a row where every row has all of them, in order: its columns, and what there is to say of each row. */
export function shownShape(view: ViewDefinition): StructShape {
  const fields = new Map(rowShape(view).fields);
  for (const [name, field] of [
    ['revision', WHOLE],
    ['late_events', WHOLE],
    ['is_final', TRUTH],
    ['partial', TRUTH],
  ] as const) {
    fields.set(name, field);
  }
  // Of a whole table that was too large to be stored.
  if (view.emit === 'complete') fields.set('truncated', TRUTH);
  return { shape: 'struct', nullable: false, fields };
}

/** A row as JSON has it: the same for the same events, so without the time at which it was stored. */
export function rowJson({ columns, revision, lateEvents, partial, isFinal }: ShownRow): Record<string, unknown> {
  return { ...columns, revision, late_events: lateEvents, is_final: isFinal, ...(partial && { partial: true }) };
}
