import type { Event } from '../events.ts';
import type { Taken } from './commits.ts';
import { aligned, type Expected, type ExpectedRow, instant } from './views.ts';

/** Rows that another view takes as if they were events, each at the last instant of its window, and none ever late. */
function rowsAsEvents(rows: readonly { readonly user: string; readonly at: number }[]): Taken[] {
  return rows.map(({ user, at }, index) => ({
    event: { id: '', user, n: index, at },
    watermarkMs: Number.NEGATIVE_INFINITY,
    generation: 1,
  }));
}

/** Windows over the sessions of each user: how many, and of how many events. */
export function overSessions({ rows }: Expected, size: number): Expected {
  const sessions = [...rows.values()].map(({ columns }) => ({
    user: columns.user as string,
    at: Date.parse(columns.window_end as string) - 1,
    events: columns.events as number,
  }));
  const columns = (taken: readonly Event[]) => ({
    rows: taken.length,
    events: taken.reduce((sum, { n }) => sum + (sessions[n]?.events ?? 0), 0),
  });
  return aligned(rowsAsEvents(sessions), { size, slide: size, offset: 0, lateness: 0, byUser: true, columns });
}

interface OverTotals {
  /** Of the totals. */
  readonly every: number;
  /** Of the windows. */
  readonly size: number;
  readonly byUser: boolean;
  /** A row's columns, of the totals that it counts: the events up to its end of each user that changed in it. */
  readonly columns: (totals: readonly (readonly Event[])[]) => Record<string, unknown>;
}

/** Windows over running totals: in each, of each user that changed in it, all there was up to its end. */
export function overTotals(taken: readonly Taken[], { every, size, byUser, columns }: OverTotals): Expected {
  const startOf = ({ event, watermarkMs }: Taken) => {
    const lastInstant = Math.floor(Math.max(event.at, watermarkMs) / every) * every + every - 1;
    return Math.floor(lastInstant / size) * size;
  };
  const rows = new Map<string, ExpectedRow>();
  for (const start of [...new Set(taken.map(startOf))].sort((a, b) => a - b)) {
    const changed = [...new Set(taken.filter((one) => startOf(one) === start).map(({ event }) => event.user))];
    const totalOf = (user: string) =>
      taken.filter((one) => one.event.user === user && startOf(one) <= start).map(({ event }) => event);
    for (const users of byUser ? changed.map((user) => [user]) : [changed]) {
      const name = `${start} ${JSON.stringify(byUser ? users : [])}`;
      const user = byUser ? { user: users[0] } : {};
      const window = { window_start: instant(start), window_end: instant(start + size) };
      rows.set(name, { columns: { ...window, ...user, ...columns(users.map(totalOf)) }, lateEvents: 0 });
    }
  }
  return { rows, missed: new Map() };
}

const startOf = ({ columns }: ExpectedRow) => Date.parse(columns.window_start as string);
const eventsOf = ({ columns }: ExpectedRow) => columns.events as number;

/** Each row with its share of the events of its window. */
export function sharesOf({ rows, missed }: Expected): Expected {
  const all = [...rows.values()];
  const shared = [...rows].map(([name, row]): [string, ExpectedRow] => {
    const ofWindow = all.filter((other) => startOf(other) === startOf(row));
    const share = eventsOf(row) / ofWindow.reduce((sum, other) => sum + eventsOf(other), 0);
    return [name, { ...row, columns: { ...row.columns, share } }];
  });
  return { rows: new Map(shared), missed };
}

/** How many rows windows over these have: all shares of a window come to 1, but for rounding. */
export function overShares(windows: Expected, size: number): Expected {
  const byStart = new Map<number, ExpectedRow[]>();
  for (const row of sharesOf(windows).rows.values()) {
    const start = Math.floor(startOf(row) / size) * size;
    byStart.set(start, [...(byStart.get(start) ?? []), row]);
  }
  const rows = [...byStart].map(([start, of]): [string, ExpectedRow] => {
    const share = exactSum(of.map(({ columns }) => columns.share as number));
    const columns = { window_start: instant(start), window_end: instant(start + size), rows: of.length, share };
    return [`${start} []`, { columns, lateEvents: 0 }];
  });
  return { rows: new Map(rows), missed: new Map() };
}

/** Of numbers from 0 to 1, rounded once. */
function exactSum(numbers: readonly number[]): number {
  const scaled = numbers.reduce((sum, n) => sum + BigInt(n * 2 ** 80), 0n);
  return Number(scaled) / 2 ** 80;
}
