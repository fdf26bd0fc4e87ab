import { GIB } from '../contracts/prices.ts';
import type { PipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../engine/ir/view-definition.ts';
import { traitsOf } from '../engine/ir/window.ts';
import { ASSUMED } from './assumed.ts';
import { type CostInput, SECONDS_PER_MONTH } from './input.ts';
import { rowsOf } from './traffic.ts';

const MONTH_MS = SECONDS_PER_MONTH * 1000;

/** Rows that lie in the results table. */
export interface KeptRows {
  /** Of views that keep their rows for ever: what each month adds. */
  readonly addedMonthly: number;
  /** Of the others, at any time, once the first have expired; and of global windows, which have one row a group. */
  readonly atAnyTime: number;
}

export function keptRows(input: CostInput): KeptRows {
  let [addedMonthly, atAnyTime] = [0, 0];
  for (const view of input.pipeline.views) {
    const { rows, emptyRows } = rowsOf(view, input);
    const made = rows + emptyRows;
    if (isReplaced(view)) atAnyTime += Math.min(made, view.groupBy.length === 0 ? 1 : input.groups);
    else if (view.keepRowsMs === null) addedMonthly += made;
    else atAnyTime += (made * view.keepRowsMs) / MONTH_MS;
  }
  return { addedMonthly, atAnyTime };
}

/** Views whose rows nothing ends. */
export function keptForEver({ views }: PipelineDefinition): readonly ViewDefinition[] {
  return views.filter((view) => !isReplaced(view) && view.keepRowsMs === null);
}

/** A group has one row, which is replaced. */
function isReplaced({ window }: ViewDefinition): boolean {
  return traitsOf(window).refuses.keepRows !== null;
}

/** What rows take in the table and in its index. */
export function rowGigabytes(rows: number): number {
  return 2 * tableGigabytes(rows);
}

/** What rows take in the table alone: point-in-time recovery is paid for that. */
export function tableGigabytes(rows: number): number {
  return (rows * ASSUMED.rowBytes) / GIB;
}
