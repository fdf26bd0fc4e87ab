import { maxNumberOperator } from '../aggregates/max.ts';
import { minNumberOperator } from '../aggregates/min.ts';
import { checkSettings } from '../dsl/settings.ts';
import { type Duration, durationMs, formatDuration, type NotADuration } from '../ir/duration.ts';
import type { ColumnValue } from '../ir/node.ts';
import type { RowWindow } from '../ir/window.ts';
import { type SessionWindow, type Window, type WindowColumn, type WindowTraits, withTraits } from '../ir/window.ts';
import { floorTo } from '../time/floor-to.ts';
import { type SessionGrid, sessionGridOf } from './session-grid.ts';
import {
  MAX_UNFOLDED_MS,
  type PaneGrid,
  type Placement,
  type WindowBounds,
  type WindowKindOf,
  type WindowPace,
  type WindowWords,
} from './window-kind.ts';
import type { SqlEvents, SqlWindows } from './window-sql.ts';

export interface SessionOptions<D extends string = Duration> {
  /** How long a group is silent before its session is over. */
  readonly gap: D extends Duration ? D : NotADuration<D>;
}

/**
 * Windows that a group makes itself: its events at most `gap` apart, from the first event to the last one plus the gap.
 *
 * @example session({ gap: '30 minutes' })
 */
export function session<const D extends string = Duration>(options: SessionOptions<D>): Window<'session'> {
  checkSettings(options, ['gap'], 'session(…)');
  return withTraits({ kind: 'session', gapMs: durationMs(options.gap, 'session({ gap })', 1) }, TRAITS);
}

const TRAITS: WindowTraits<WindowColumn<'session'>> = {
  columns: ['window_start', 'window_end', 'first_event_time', 'last_event_time'],
  hands: 'settled',
  refuses: {
    source: null,
    totals: 'nobody knows where a session ends before it has ended',
    rolling: 'session windows move and merge as events come',
    shares: 'each session is a window of one group',
    rate: null,
    complete: 'each session is a window of one group',
    lateness: null,
    keepRows: null,
  },
};

/** `closedUpTo`, the watermark in ticks: sessions whose last event plus the gap lies before it are final. */
export class SessionKind implements WindowKindOf<'session'> {
  readonly hasEnd = true;
  readonly grid = null;
  readonly isCarried = true;
  /** The first event's time, and the last one's. */
  readonly timeOperators = [minNumberOperator, maxNumberOperator];
  readonly #sessions: SessionGrid;

  constructor(window: SessionWindow) {
    this.#sessions = sessionGridOf(window);
  }

  get panes(): PaneGrid {
    return { paneMs: this.#sessions.paneMs, offsetMs: 0 };
  }

  get spanMs(): number {
    return this.#sessions.gapMs + MAX_UNFOLDED_MS;
  }

  /** An event that missed its session could have been in one that begins up to a gap later. */
  get missedReachMs(): number {
    return this.#sessions.gapMs;
  }

  get pace(): WindowPace {
    return { everyMs: this.#sessions.tickMs, overMs: null };
  }

  closedUpTo(watermarkMs: number): number {
    return floorTo(this.#sessions.tickMs, watermarkMs);
  }

  stateCutoff(settledMs: number): number {
    return floorTo(this.#sessions.paneMs, settledMs);
  }

  placement(watermarkMs: number, allowedLatenessMs: number): Placement {
    return {
      earliestPaneMs: Number.NEGATIVE_INFINITY,
      lateBeforeMs: watermarkMs - allowedLatenessMs,
      // A final session's last event is more than a gap below the watermark, so what can touch it lies below that too.
      revisesBeforeMs: watermarkMs,
      windowsOf: () => 1,
      missedBy: () => 0,
      endedBy: () => 0,
    };
  }

  latestPaneMs(latestEventMs: number): number {
    return latestEventMs;
  }

  missed(timeMs: number): WindowBounds {
    return { windowStartMs: timeMs, windowEndMs: timeMs + this.#sessions.gapMs };
  }

  missedStarts(): null {
    return null;
  }

  firstRowMs(paneStartMs: number): number {
    return paneStartMs;
  }

  openWindows(paneStartMs: number, _missed: number, closedUpToMs: number): readonly number[] {
    return paneStartMs >= closedUpToMs ? [paneStartMs] : [];
  }

  rowColumns({ startMs, endMs }: RowWindow, timeResult: (index: number) => ColumnValue) {
    return {
      window_start: startMs,
      window_end: endMs,
      first_event_time: timeResult(0),
      last_event_time: timeResult(1),
    };
  }

  lengthMs({ startMs, endMs }: RowWindow): number {
    return endMs - startMs;
  }

  /** Of a session that ends at an instant: its end is what tells when it is over. */
  rowTimeMs(windowEndMs: number): number {
    return windowEndMs - 1;
  }

  get words(): WindowWords {
    const gaps = `gaps of at most ${formatDuration(this.#sessions.gapMs)}`;
    const steps = `steps of ${formatDuration(this.#sessions.tickMs)}`;
    return {
      window: `session, with ${gaps}; final when the watermark, in ${steps}, is beyond the last event by more`,
      unit: `session with ${gaps}`,
      neverLate: null,
      stays: null,
      keptRows: null,
      sqlOpen: 'how far the stream has come: sessions that are open have rows too',
      sqlLate: "late events: a stream leaves out what comes after the watermark has passed the event's time",
    };
  }

  /** An event begins a session where the group's event before it lies more than a gap earlier; the sessions are numbered. */
  sql(events: SqlEvents): SqlWindows {
    const { gapMs } = this.#sessions;
    const { eventTime, groups } = events;
    const begins = events.unusedName('begins session');
    const number = events.unusedName('session number');
    const partition = groups.length > 0 ? `PARTITION BY ${groups.join(', ')} ` : '';
    const over = `OVER (${partition}ORDER BY ${eventTime}`;
    const isFirst = `CASE WHEN ${eventTime} - lag(${eventTime}) ${over}) <= ${gapMs} THEN 0 ELSE 1 END AS ${begins}`;
    // RANGE, not ROWS: events of the same time come in any order, and all need the number of the one that begins.
    const count = `sum(${begins}) ${over} RANGE UNBOUNDED PRECEDING) AS ${number}`;
    const from = events.withColumn('numbered', events.withColumn('marked', events.from, isFirst), count);
    const [first, last] = [`min(${eventTime})`, `max(${eventTime})`];
    const columns = [
      `${first} AS "window_start"`,
      `${last} + ${gapMs} AS "window_end"`,
      `${first} AS "first_event_time"`,
      `${last} AS "last_event_time"`,
    ];
    return { from, columns, keys: [number], windowMs: `(${last} - ${first} + ${gapMs})` };
  }
}
