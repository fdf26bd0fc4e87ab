import type { AggregateOperator } from '../aggregates/operator.ts';
import { checkSettings } from '../dsl/settings.ts';
import { BugError } from '../ir/bug-error.ts';
import { type Duration, durationMs, formatDuration, type NotADuration } from '../ir/duration.ts';
import type { RowWindow } from '../ir/window.ts';
import { type GlobalWindow, type Window, type WindowColumn, type WindowTraits, withTraits } from '../ir/window.ts';
import { floorTo } from '../time/floor-to.ts';
import {
  MAX_UNFOLDED_MS,
  type PaneGrid,
  type Placement,
  type WindowKindOf,
  type WindowPace,
  type WindowWords,
} from './window-kind.ts';
import type { SqlEvents, SqlWindows } from './window-sql.ts';

export interface GlobalOptions<D extends string = Duration> {
  /** At the end of each interval of this length, in event time, the rows of groups that changed are replaced. */
  readonly emitEvery: D extends Duration ? D : NotADuration<D>;
}

/**
 * Running totals of each group since the beginning. A group's row is replaced at the end of every interval in which it
 * changed; between these, totals can be read as of the last commit.
 *
 * @example global({ emitEvery: '10 seconds' })
 */
export function global<const D extends string = Duration>(options: GlobalOptions<D>): Window<'global'> {
  checkSettings(options, ['emitEvery'], 'global(…)');
  const emitEveryMs = durationMs(options.emitEvery, 'global({ emitEvery })', 1);
  return withTraits({ kind: 'global', emitEveryMs }, TRAITS);
}

const TRAITS: WindowTraits<WindowColumn<'global'>> = {
  columns: ['as_of'],
  hands: 'totals',
  refuses: {
    source: 'its rows are replaced as events come',
    totals: 'a window without an end has no last total',
    rolling: 'a group has one row in a global window',
    shares: 'a total is replaced when its own group changes, and not when others do',
    rate: 'a global window has no length to divide by',
    complete: null,
    lateness: 'nothing is late for a global window: it has no end',
    keepRows: 'a global window has one row a group, which is replaced and always current',
  },
};

/** `closedUpTo`: intervals that end at or before it are counted into the rows. */
export class GlobalKind implements WindowKindOf<'global'> {
  readonly hasEnd = false;
  readonly grid = null;
  readonly isCarried = true;
  readonly missedReachMs = 0;
  readonly timeOperators: readonly AggregateOperator[] = [];
  readonly #everyMs: number;

  constructor({ emitEveryMs }: GlobalWindow) {
    this.#everyMs = emitEveryMs;
  }

  get panes(): PaneGrid {
    return { paneMs: this.#everyMs, offsetMs: 0 };
  }

  get spanMs(): number {
    return this.#everyMs + MAX_UNFOLDED_MS;
  }

  get pace(): WindowPace {
    return { everyMs: this.#everyMs, overMs: this.#everyMs };
  }

  closedUpTo(watermarkMs: number): number {
    return floorTo(this.#everyMs, watermarkMs);
  }

  stateCutoff(settledMs: number): number {
    return floorTo(this.#everyMs, settledMs);
  }

  /** An event older than the watermark goes into the pane where that stands. */
  placement(watermarkMs: number): Placement {
    return {
      earliestPaneMs: floorTo(this.#everyMs, watermarkMs),
      lateBeforeMs: Number.NEGATIVE_INFINITY,
      revisesBeforeMs: Number.NEGATIVE_INFINITY,
      windowsOf: () => 1,
      missedBy: () => 0,
      endedBy: () => 0,
    };
  }

  /** An idle shard's watermark may be beyond its events. */
  latestPaneMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  missed(): never {
    throw new BugError('Nothing is late for a global window.');
  }

  missedStarts(): readonly number[] {
    return [];
  }

  firstRowMs(paneStartMs: number): number {
    return paneStartMs;
  }

  openWindows(paneStartMs: number, _missed: number, closedUpToMs: number): readonly number[] {
    return paneStartMs >= closedUpToMs ? [paneStartMs] : [];
  }

  rowColumns({ endMs }: RowWindow) {
    return { as_of: endMs };
  }

  lengthMs(): undefined {
    return undefined;
  }

  /** Of a total that changed in the interval from an instant on: the interval's last instant. */
  rowTimeMs(intervalStartMs: number): number {
    return intervalStartMs + this.#everyMs - 1;
  }

  get words(): WindowWords {
    return {
      window: `global, without an end; rows are brought up to date every ${formatDuration(this.#everyMs)}`,
      unit: 'total',
      neverLate: 'none: nothing is late for a window without an end',
      stays: 'the totals of every group stay',
      keptRows: 'one a group, replaced as it changes',
      sqlOpen: 'as of when: a stream counts an event that comes late into the interval that is current',
      sqlLate: null,
    };
  }

  /** Totals over all events of a group, as of the end of the interval that its latest event lies in. */
  sql(events: SqlEvents): SqlWindows {
    const interval = events.floorTo(events.eventTime, this.#everyMs, 0);
    const columns = [`max(${interval}) + ${this.#everyMs} AS "as_of"`];
    return { from: events.from, columns, keys: [], windowMs: 'NULL' };
  }
}
