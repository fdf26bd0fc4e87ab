import { valueAt } from '../aggregates/state-column.ts';
import type { EventColumns } from '../columns/event-columns.ts';
import type { CommitIds } from '../dedupe/id-panes.ts';
import type { ColumnPlan } from '../plan/column-plan.ts';
import type { StreamPlan } from '../plan/plan.ts';
import type { PaneBuffer } from '../protocol/pane-buffer.ts';
import { BundleBuffer } from './bundle-buffer.ts';

/** What some rows came to, beside what they add. */
export interface AddedRows {
  readonly duplicates: number;
  /** The latest time of those that are no duplicates; null where there are none. */
  readonly latestMs: number | null;
  /** The earliest; infinite where there are none. */
  readonly earliestMs: number;
}

/** All bundles of a stream in one commit: takes stretches of events in columns in. */
export class BundleSet {
  readonly #columns: ColumnPlan;
  readonly #bundles: readonly BundleBuffer[];
  /** Of each view. */
  readonly #bundleOf: readonly BundleBuffer[];
  /** Late events that a row can keep aside at most. */
  readonly lateOutputs: number;
  #events: EventColumns | null = null;
  #live = new Uint8Array(0);

  constructor({ views }: StreamPlan, columns: ColumnPlan, buffers: readonly PaneBuffer[]) {
    this.#columns = columns;
    this.#bundles = columns.bundles.map((bundle) => new BundleBuffer(bundle, buffers));
    const bundleOf: BundleBuffer[] = [];
    for (const bundle of this.#bundles) for (const { index } of bundle.views) bundleOf[index] = bundle;
    this.#bundleOf = bundleOf;
    this.lateOutputs = views.filter(({ definition }) => definition.lateEvents === 'sideOutput').length;
  }

  get events(): EventColumns {
    return this.#events as EventColumns;
  }

  begin(events: EventColumns): void {
    this.#events = events;
    this.#columns.expressions.begin(events);
  }

  /** Adds rows of the stretch that began last. */
  add(from: number, to: number, ids: CommitIds | null): AddedRows {
    const duplicates = ids === null ? 0 : this.#findDuplicates(ids, from, to);
    const live = duplicates === 0 ? null : this.#live;
    for (const bundle of this.#bundles) bundle.add(this.events, from, to, live);
    return { duplicates, ...this.#extremes(from, to, live) };
  }

  /** Rows that were added last and missed windows, of each bundle by itself. */
  get lateRows(): number {
    let rows = 0;
    for (const bundle of this.#bundles) rows += bundle.lateRows;
    return rows;
  }

  /** How many of the rows that were added last count in a revision of any view. */
  revisingRows(from: number, to: number): number {
    if (this.#bundles.every((bundle) => bundle.revisingRows === 0)) return 0;
    let rows = 0;
    for (let row = from; row < to; row++) if (this.#bundles.some((bundle) => bundle.isRevising(row))) rows++;
    return rows;
  }

  /** Views of which a row that was added last missed windows, by their numbers and in their order. */
  lateViews(row: number): readonly number[] {
    const views: number[] = [];
    this.#bundleOf.forEach((bundle, index) => {
      if (bundle.isLate(row)) views.push(index);
    });
    return views;
  }

  /** Whether a row that was added last is in a group of any view. */
  isAdded(row: number): boolean {
    return this.#bundles.some((bundle) => bundle.isAdded(row));
  }

  /** A row's event as it came. */
  bytesOf(row: number): Uint8Array {
    const { bytes, starts, ends } = this.events;
    return bytes.slice(starts[row], ends[row]);
  }

  finish(): void {
    for (const bundle of this.#bundles) bundle.finish();
  }

  #findDuplicates(ids: CommitIds, from: number, to: number): number {
    const { length, timesMs } = this.events;
    const column = this.#columns.ids?.column();
    if (column === undefined) return 0;
    if (this.#live.length < length) this.#live = new Uint8Array(length * 2);
    let duplicates = 0;
    for (let row = from; row < to; row++) {
      const isDuplicate = ids.isKnown(valueAt(column, row), timesMs[row] as number);
      this.#live[row] = isDuplicate ? 0 : 1;
      if (isDuplicate) duplicates++;
    }
    return duplicates;
  }

  #extremes(from: number, to: number, live: Uint8Array | null): Pick<AddedRows, 'latestMs' | 'earliestMs'> {
    const { timesMs } = this.events;
    let latest = Number.NEGATIVE_INFINITY;
    let earliest = Number.POSITIVE_INFINITY;
    for (let row = from; row < to; row++) {
      if (live !== null && live[row] !== 1) continue;
      const timeMs = timesMs[row] as number;
      if (timeMs > latest) latest = timeMs;
      if (timeMs < earliest) earliest = timeMs;
    }
    return { latestMs: latest === Number.NEGATIVE_INFINITY ? null : latest, earliestMs: earliest };
  }
}
