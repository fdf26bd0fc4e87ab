import { valueAt } from '../aggregates/state-column.ts';
import type { EventColumns } from '../columns/event-columns.ts';
import type { CommitIds } from '../dedupe/id-panes.ts';
import type { StreamPlan } from '../plan/plan.ts';
import type { PaneBuffer } from '../protocol/pane-buffer.ts';
import { LaneBuffer } from './lane-buffer.ts';

/** What some rows came to, beside what they add. */
export interface AddedRows {
  readonly duplicates: number;
  /** The latest time of those that are no duplicates; null where there are none. */
  readonly latestMs: number | null;
}

/** All lanes of a stream in one commit: takes stretches of events in columns in. */
export class LaneSet {
  readonly #stream: StreamPlan;
  readonly #lanes: readonly LaneBuffer[];
  /** Of each view. */
  readonly #laneOf: readonly LaneBuffer[];
  /** Late events that a row can keep aside at most. */
  readonly lateOutputs: number;
  #events: EventColumns | null = null;
  #live = new Uint8Array(0);

  constructor(stream: StreamPlan, buffers: readonly PaneBuffer[]) {
    this.#stream = stream;
    this.#lanes = stream.columns.lanes.map((lane) => new LaneBuffer(lane, buffers));
    const laneOf: LaneBuffer[] = [];
    for (const lane of this.#lanes) for (const { index } of lane.views) laneOf[index] = lane;
    this.#laneOf = laneOf;
    this.lateOutputs = stream.views.filter(({ definition }) => definition.lateEvents === 'sideOutput').length;
  }

  get events(): EventColumns {
    return this.#events as EventColumns;
  }

  begin(events: EventColumns): void {
    this.#events = events;
    this.#stream.columns.expressions.begin(events);
  }

  /** Adds rows of the stretch that began last. */
  add(from: number, to: number, ids: CommitIds | null): AddedRows {
    const duplicates = ids === null ? 0 : this.#findDuplicates(ids, from, to);
    const live = duplicates === 0 ? null : this.#live;
    for (const lane of this.#lanes) lane.add(this.events, from, to, live);
    return { duplicates, latestMs: this.#latest(from, to, live) };
  }

  /** Rows that were added last and missed windows, of each lane by itself. */
  get lateRows(): number {
    let rows = 0;
    for (const lane of this.#lanes) rows += lane.lateRows;
    return rows;
  }

  /** Views of which a row that was added last missed windows, by their numbers and in their order. */
  lateViews(row: number): readonly number[] {
    const views: number[] = [];
    this.#laneOf.forEach((lane, index) => {
      if (lane.isLate(row)) views.push(index);
    });
    return views;
  }

  /** Whether a row that was added last is in a group of any view. */
  isAdded(row: number): boolean {
    return this.#lanes.some((lane) => lane.isAdded(row));
  }

  /** A row's event as it came. */
  bytesOf(row: number): Uint8Array {
    const { bytes, starts, ends } = this.events;
    return bytes.slice(starts[row], ends[row]);
  }

  finish(): void {
    for (const lane of this.#lanes) lane.finish();
  }

  #findDuplicates(ids: CommitIds, from: number, to: number): number {
    const { length, timesMs } = this.events;
    const column = this.#stream.columns.ids?.column();
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

  #latest(from: number, to: number, live: Uint8Array | null): number | null {
    const { timesMs } = this.events;
    let latest = Number.NEGATIVE_INFINITY;
    for (let row = from; row < to; row++) {
      if ((timesMs[row] as number) > latest && (live === null || live[row] === 1)) latest = timesMs[row] as number;
    }
    return latest === Number.NEGATIVE_INFINITY ? null : latest;
  }
}
