import type { Event } from '../events.ts';
import type { Taken } from './commits.ts';
import { overSessions, overShares, overTotals, sharesOf } from './handed.ts';
import { aligned, type Expected, type ExpectedRow, instant, sessions, total, totals } from './views.ts';

type View = (taken: readonly Taken[]) => Expected;

const counted = (events: readonly Event[]) => ({ events: events.length, total: total(events) });
const least = (events: readonly Event[]) => Math.min(...events.map(({ n }) => n));
const most = (events: readonly Event[]) => Math.max(...events.map(({ n }) => n));

const tumble: View = (taken) =>
  aligned(taken, { size: 10_000, slide: 10_000, offset: 0, lateness: 8000, byUser: true, columns: counted });
const slide =
  (lateness: number): View =>
  (taken) =>
    aligned(taken, { size: 14_000, slide: 10_000, offset: 0, lateness, byUser: true, columns: counted });
const sessLate: View = (taken) =>
  sessions(taken, {
    gap: 6000,
    lateness: 15_000,
    columns: (events) => ({ events: events.length, least: least(events), most: most(events) }),
  });

const sessLong: View = (taken) => sessions(taken, { gap: 6000, lateness: 30_000, columns: counted });

export interface BaseRow {
  readonly start: number;
  readonly time: number;
  readonly user: string;
  readonly events: number;
  readonly columns: Record<string, unknown>;
  readonly recent: number;
}

/** Rows without a hole of more than a thousand windows up to the one that starts at an instant. */
function remembered(rows: readonly BaseRow[], start: number): readonly BaseRow[] {
  const last = rows.at(-1);
  if (last === undefined || start - last.start > 1000 * 5000) return [];
  return [...remembered(rows.slice(0, -1), last.start), last];
}

function changeFrom(from: number | null, to: number): Record<string, number | null> {
  if (from === null) return { absolute: null, percent: null, from };
  return { absolute: to - from, percent: from === 0 ? null : ((to - from) / from) * 100, from };
}

/** Many events in two windows in a row; a hole begins the count again, and does not end the state. */
function stateOf(rows: readonly Pick<BaseRow, 'start' | 'events'>[]): string {
  let run = 0;
  rows.forEach(({ start, events }, i) => {
    const isAfterHole = start - (rows[i - 1]?.start ?? start) > 5000;
    if (isAfterHole && run < 2) run = 0;
    run = events > 1 ? Math.min(2, run + 1) : 0;
  });
  return run < 2 ? 'normal' : 'many_exceeded';
}

/** Rows of five seconds, each with what goes over the user's last ones. */
function baseRows(taken: readonly Taken[], lateness = 10_000): { rows: BaseRow[]; expected: Expected } {
  const expected = aligned(taken, {
    size: 5000,
    slide: 5000,
    offset: 0,
    lateness,
    byUser: true,
    columns: counted,
  });
  const rows: BaseRow[] = [];
  for (const { start, end, user, events } of expected.windows) {
    const before = remembered(
      rows.filter((row) => row.user === user),
      start,
    );
    const counts = [...before.map((row) => row.events), events.length].slice(-3);
    const sums = [...before.map((row) => row.columns.total as number), total(events)].slice(-2);
    const smooth = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    const recent = sums.reduce((sum, n) => sum + n, 0);
    const from = before.find((row) => row.start === start - 2 * 5000)?.events ?? null;
    const columns = {
      window_start: instant(start),
      window_end: instant(end),
      user,
      ...counted(events),
      smooth,
      recent,
      change: changeFrom(from, events.length),
      state: stateOf([...before, { start, events: events.length }]),
    };
    rows.push({ start, time: end - 1, user: user as string, events: events.length, columns, recent });
  }
  return { rows, expected };
}

const base =
  (lateness?: number): View =>
  (taken) => {
    const { rows, expected } = baseRows(taken, lateness);
    const named = rows.map(({ start, user, columns }): [string, ExpectedRow] => {
      const name = `${start} ${JSON.stringify([user])}`;
      return [name, { columns, lateEvents: expected.rows.get(name)?.lateEvents ?? 0 }];
    });
    return { rows: new Map(named), missed: expected.missed };
  };

const KEPT_WINDOWS = 3;

/** Rows of five seconds; a user also has one in each of the three windows after one with events. */
function trailRows(taken: readonly Taken[]): { rows: BaseRow[]; expected: Expected } {
  const size = 5000;
  const expected = aligned(taken, {
    size,
    slide: size,
    offset: 0,
    lateness: 30_000,
    byUser: true,
    columns: counted,
  });
  const cells = new Map<string, { start: number; user: string; events: readonly Event[] }>();
  for (const { start, user } of expected.windows) {
    for (let later = 0; later <= KEPT_WINDOWS; later++) {
      const cell = { start: start + later * size, user: user as string, events: [] };
      cells.set(`${cell.start} ${user}`, cell);
    }
  }
  for (const { start, user, events } of expected.windows) {
    cells.set(`${start} ${user}`, { start, user: user as string, events });
  }
  const rows: BaseRow[] = [];
  for (const { start, user, events } of [...cells.values()].sort((a, b) => a.start - b.start)) {
    const before = remembered(
      rows.filter((row) => row.user === user),
      start,
    );
    const recent = ((before.at(-1)?.columns.total as number | undefined) ?? 0) + total(events);
    const from = before.find((row) => row.start === start - 2 * size)?.events ?? null;
    const columns = {
      window_start: instant(start),
      window_end: instant(start + size),
      user,
      ...counted(events),
      recent,
      change: changeFrom(from, events.length),
    };
    rows.push({ start, time: start + size - 1, user, events: events.length, columns, recent });
  }
  return { rows, expected };
}

const trail: View = (taken) => {
  const { rows, expected } = trailRows(taken);
  const late = new Map<string, number>();
  for (const { event } of expected.missed.keys()) {
    const name = `${Math.floor(event.at / 5000) * 5000} ${JSON.stringify([event.user])}`;
    late.set(name, (late.get(name) ?? 0) + 1);
  }
  const named = rows.map(({ start, user, columns }): [string, ExpectedRow] => {
    const name = `${start} ${JSON.stringify([user])}`;
    return [name, { columns, lateEvents: late.get(name) ?? 0 }];
  });
  return { rows: new Map(named), missed: expected.missed };
};

/** Rows of a view as if they were events, each at the last instant of its window, and none ever late. */
function asEvents(rows: readonly BaseRow[]): Taken[] {
  return rows.map(({ user, time }, index) => ({
    event: { id: '', user, n: index, at: time },
    watermarkMs: Number.NEGATIVE_INFINITY,
    generation: 1,
  }));
}

const rowsAmong = (rows: readonly BaseRow[], events: readonly Event[]) => events.map(({ n }) => rows[n] as BaseRow);

function overRows(
  rowsOf: (taken: readonly Taken[]) => readonly BaseRow[],
  columnsOf: (rows: readonly BaseRow[]) => Record<string, unknown>,
  options: { size: number; slide: number; byUser: boolean },
): View {
  return (taken) => {
    const rows = rowsOf(taken);
    const columns = (events: readonly Event[]) => columnsOf(rowsAmong(rows, events));
    return aligned(asEvents(rows), { ...options, offset: 0, lateness: 0, columns });
  };
}

const summed = (rows: readonly BaseRow[]) => ({
  rows: rows.length,
  events: rows.reduce((sum, { events }) => sum + events, 0),
});
const overAll =
  (rowsOf: (taken: readonly Taken[]) => readonly BaseRow[]): View =>
  (taken) => {
    const rows = rowsOf(taken);
    return totals(asEvents(rows), { every: 20_000, columns: (events) => summed(rowsAmong(rows, events)) });
  };

/** The totals that `over_all` has, which are made of rows. */
const overOver: View = (taken) => {
  const rows = ofBase(taken);
  return overTotals(asEvents(rows), {
    every: 20_000,
    size: 40_000,
    byUser: true,
    columns: (all) => ({
      rows: all.length,
      events: all.reduce((sum, events) => sum + summed(rowsAmong(rows, events)).events, 0),
    }),
  });
};

export const ofBase = (taken: readonly Taken[]) => baseRows(taken).rows;
const over = overRows(ofBase, (rows) => ({ ...summed(rows), most: Math.max(...rows.map(({ recent }) => recent)) }), {
  size: 20_000,
  slide: 20_000,
  byUser: true,
});
const overSlide = overRows(ofBase, summed, { size: 20_000, slide: 10_000, byUser: false });
const few = overRows((taken) => trailRows(taken).rows.filter(({ events }) => events < 2), summed, {
  size: 10_000,
  slide: 10_000,
  byUser: true,
});
const fewAll = overAll((taken) => trailRows(taken).rows.filter(({ events }) => events === 1));

/** All rows of a window in one place. */
const table: View = (taken) => {
  const { rows, missed } = tumble(taken);
  const tables = new Map<string, { columns: Record<string, unknown>; lateEvents: number }>();
  for (const [name, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = `${name.split(' ')[0]} *`;
    const known = tables.get(key) ?? { columns: { rows: [] as unknown[] }, lateEvents: 0 };
    (known.columns.rows as unknown[]).push(row.columns);
    tables.set(key, known);
  }
  for (const [one] of missed) {
    const start = Math.floor(one.event.at / 10_000) * 10_000;
    const found = tables.get(`${start} *`);
    if (found !== undefined) found.lateEvents++;
  }
  return { rows: tables, missed };
};

/** The naive twin of each view that is simulated, by its name. */
export const REFERENCES: Readonly<Record<string, (generation: number) => View>> = {
  tumble: () => tumble,
  plain: () => (taken) =>
    aligned(taken, { size: 10_000, slide: 10_000, offset: 3000, lateness: 0, byUser: false, columns: counted }),
  slide: (generation) => slide(generation === 1 ? 6000 : 7000),
  overlap: () => (taken) =>
    aligned(taken, {
      size: 20_000,
      slide: 5000,
      offset: 1000,
      lateness: 5000,
      byUser: true,
      columns: (events) => ({ events: events.length, least: least(events) }),
    }),
  holes: () => (taken) =>
    aligned(taken, { size: 4000, slide: 10_000, offset: 0, lateness: 0, byUser: false, columns: counted }),
  sess: () => (taken) => sessions(taken, { gap: 6000, lateness: 0, columns: counted }),
  sess_late: () => sessLate,
  totals: () => (taken) => totals(taken, { every: 10_000, columns: counted }),
  base: () => base(),
  walk: () => base(30_000),
  over: () => over,
  over_slide: () => overSlide,
  over_all: () => overAll(ofBase),
  shared: () => (taken) => sharesOf(tumble(taken)),
  over_shared: () => (taken) => overShares(tumble(taken), 20_000),
  over_sess: () => (taken) => overSessions(sessions(taken, { gap: 6000, lateness: 0, columns: counted }), 10_000),
  over_sess_late: () => (taken) => overSessions(sessLate(taken), 10_000),
  over_totals: () => (taken) =>
    overTotals(taken, {
      every: 10_000,
      size: 20_000,
      byUser: false,
      columns: (all) => ({ rows: all.length, events: all.flat().length, total: total(all.flat()) }),
    }),
  over_over: () => overOver,
  trail: () => trail,
  few: () => few,
  few_all: () => fewAll,
  sess_long: () => sessLong,
  slide_long: () => (taken) =>
    aligned(taken, { size: 20_000, slide: 5000, offset: 0, lateness: 30_000, byUser: true, columns: counted }),
  table: () => table,
  balance: () => (taken) =>
    aligned(taken, {
      size: 10_000,
      slide: 10_000,
      offset: 0,
      lateness: 20_000,
      byUser: false,
      columns: (events) => ({ total: total(events) }),
    }),
};
