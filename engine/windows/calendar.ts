import type { DialectName } from '../aggregates/aggregate-sql.ts';
import { checkSettings, oneOf } from '../dsl/settings.ts';
import { localSql, toMsSql } from '../functions/zone.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type CalendarWindow, type Window, withTraits } from '../ir/window.ts';
import { Calendar, type CalendarUnit } from '../time/calendar.ts';
import { TimeZone } from '../time/time-zone.ts';
import type { Grid } from './aligned.ts';
import { ALIGNED_TRAITS, AlignedKind, alignedWords } from './aligned-kind.ts';
import type { WindowKindOf, WindowPace, WindowWords } from './window-kind.ts';
import type { SqlEvents, SqlWindowNumbers, SqlWindows } from './window-sql.ts';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface CalendarOptions {
  /** A name of the IANA database, such as `'America/New_York'`. `'UTC'` unless set. */
  readonly timeZone?: string;
  /** The day that weeks begin on. `'monday'` unless set; of weeks alone. */
  readonly weekStart?: Weekday;
}

/**
 * Days, weeks or months of a calendar, by the local time of a zone: a day has 23 hours where clocks are set forward, and 25 where they
 * are set back.
 *
 * @example calendar('day', { timeZone: 'America/New_York' })
 */
export function calendar(unit: CalendarUnit, options: CalendarOptions = {}): Window<'calendar'> {
  checkSettings(options, ['timeZone', 'weekStart'], 'calendar(…)');
  oneOf(unit, ['day', 'week', 'month'], 'calendar(unit)');
  const { timeZone = 'UTC', weekStart } = options;
  if (TimeZone.of(timeZone) === null) {
    throw new DefinitionError(
      `calendar(…, { timeZone }) is '${timeZone}', and there is no such time zone. Give a name such as 'America/New_York'.`,
    );
  }
  if (weekStart !== undefined && unit !== 'week') {
    throw new DefinitionError(`calendar('${unit}', …) has a weekStart, which only weeks have. Leave it out.`);
  }
  const ofWeek =
    unit === 'week' ? { weekStart: oneOf(weekStart ?? 'monday', WEEKDAYS, 'calendar(…, { weekStart })') } : {};
  return withTraits({ kind: 'calendar', unit, timeZone, ...ofWeek }, ALIGNED_TRAITS);
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS: Readonly<Record<CalendarUnit, { readonly usual: number; readonly most: number }>> = {
  day: { usual: 1, most: 1 },
  week: { usual: 7, most: 7 },
  month: { usual: 30, most: 31 },
};

export class CalendarKind extends AlignedKind implements WindowKindOf<'calendar'> {
  readonly #window: CalendarWindow;

  constructor(window: CalendarWindow) {
    super(calendarGrid(window));
    this.#window = window;
  }

  override get pace(): WindowPace {
    const everyMs = DAYS[this.#window.unit].usual * DAY_MS;
    return { everyMs, overMs: everyMs };
  }

  get words(): WindowWords {
    const { unit, timeZone, weekStart } = this.#window;
    const begins = weekStart === undefined ? '' : ` that begins on ${weekStart}`;
    return {
      ...alignedWords('calendar', `${unit}${begins}, ${timeZone}`, 0),
      unit: `${unit} in ${timeZone}${begins}`,
    };
  }

  override sqlNumbers(dialect: DialectName): SqlWindowNumbers {
    return numbersOf(this.#window, dialect);
  }

  sql(events: SqlEvents): SqlWindows {
    const { unit, timeZone } = this.#window;
    const { dialect } = events;
    const days = weekdayOf(this.#window);
    const local = localSql(events.eventTime, timeZone, dialect);
    const start =
      days === 0
        ? `date_trunc('${unit}', ${local})`
        : `date_trunc('week', ${local} - INTERVAL '${days}' DAY) + INTERVAL '${days}' DAY`;
    const column = events.unusedName('local start');
    const from = events.withColumn('calendar', events.from, `${start} AS ${column}`);
    const next = `${column} + INTERVAL ${unit === 'month' ? `'1' MONTH` : `'${DAYS[unit].most}' DAY`}`;
    const [startMs, endMs] = [toMsSql(column, timeZone, dialect), toMsSql(next, timeZone, dialect)];
    return {
      from,
      columns: [`${startMs} AS "window_start"`, `${endMs} AS "window_end"`],
      keys: ['1', '2'],
      windowMs: `(${endMs} - ${startMs})`,
    };
  }
}

/** By the calendar's own days or months. Weeks are every seventh day. */
function numbersOf({ unit, timeZone }: CalendarWindow, dialect: DialectName): SqlWindowNumbers {
  const part = unit === 'month' ? 'month' : 'day';
  const origin = "TIMESTAMP '1970-01-01 00:00:00'";
  return {
    of: (startMs) => `date_diff('${part}', ${origin}, ${localSql(startMs, timeZone, dialect)})`,
    startMs: (number) => toMsSql(`(${origin} + INTERVAL '1' ${part.toUpperCase()} * ${number})`, timeZone, dialect),
    step: unit === 'week' ? 7 : 1,
  };
}

function weekdayOf({ weekStart }: CalendarWindow): number {
  return weekStart === undefined ? 0 : WEEKDAYS.indexOf(weekStart);
}

/**
 * Panes that no window's edge goes through: of a day where a zone's clocks have not been changed since 1970, otherwise of an hour, or of
 * a half or quarter where its offset is no whole number of hours. Before 1970 an edge is that of a pane.
 */
function calendarGrid(window: CalendarWindow): Grid {
  const zone = TimeZone.of(window.timeZone);
  if (zone === null) {
    throw new DefinitionError(
      `This machine does not know the time zone '${window.timeZone}'. Its time zone database is older than the definition's.`,
    );
  }
  const offsets = zone.offsetsSince1970();
  const [first = 0] = offsets;
  const panes =
    offsets.size === 1
      ? { paneMs: DAY_MS, offsetMs: ((-first % DAY_MS) + DAY_MS) % DAY_MS }
      : {
          paneMs: PANES.find((paneMs) => [...offsets].every((offset) => offset % paneMs === 0)) ?? QUARTER_MS,
          offsetMs: 0,
        };
  const mostMs = DAYS[window.unit].most * DAY_MS + (offsets.size === 1 ? 0 : HOUR_MS);
  return { ...panes, sizeMs: mostMs, slideMs: mostMs, calendar: new Calendar(window.unit, zone, weekdayOf(window)) };
}

const QUARTER_MS = HOUR_MS / 4;
const PANES = [HOUR_MS, HOUR_MS / 2];
