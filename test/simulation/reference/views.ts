import type { Event } from '../events.ts';
import type { Taken } from './commits.ts';

/** What a view must come to: rows by name (`start group`), and for each event how many of its windows were missed. */
export interface Expected {
  readonly rows: ReadonlyMap<string, ExpectedRow>;
  /** Of each event that missed some or all of its windows: how many, and of how many. */
  readonly missed: ReadonlyMap<Taken, { readonly missed: number; readonly of: number }>;
}

export interface ExpectedRow {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly lateEvents: number;
}

type Columns = (events: readonly Event[]) => Record<string, unknown>;
type Row = { readonly start: number; readonly end: number; readonly user: string | null; readonly events: Event[] };

export const total = (events: readonly Event[]) => events.reduce((sum, { n }) => sum + n, 0);
export const instant = (ms: number) => new Date(ms).toISOString();
const nameOf = (start: number, user: string | null) => `${start} ${user === null ? '[]' : JSON.stringify([user])}`;

interface Aligned {
  readonly size: number;
  readonly slide: number;
  readonly offset: number;
  readonly lateness: number;
  readonly byUser: boolean;
  readonly columns: Columns;
}

/** Windows that start at offset + k · slide and hold what is at or after their start and before their end. */
export function aligned(taken: readonly Taken[], view: Aligned): Expected & { readonly windows: readonly Row[] } {
  const { size, slide, offset, lateness, byUser, columns } = view;
  const windows = new Map<string, Row>();
  const missing = new Map<string, number>();
  const missed = new Map<Taken, { missed: number; of: number }>();
  for (const one of taken) {
    const { event, watermarkMs } = one;
    const counts = { missed: 0, of: 0 };
    for (let k = Math.floor((event.at - offset) / slide); offset + k * slide + size > event.at; k--) {
      const start = offset + k * slide;
      const user = byUser ? event.user : null;
      counts.of++;
      if (start + size + lateness <= watermarkMs) {
        counts.missed++;
        missing.set(nameOf(start, user), (missing.get(nameOf(start, user)) ?? 0) + 1);
        continue;
      }
      const row = windows.get(nameOf(start, user)) ?? { start, end: start + size, user, events: [] };
      row.events.push(event);
      windows.set(nameOf(start, user), row);
    }
    if (counts.missed > 0) missed.set(one, counts);
  }
  const all = [...windows.values()].sort((a, b) => a.start - b.start);
  const rows = all.map(({ start, end, user, events }): [string, ExpectedRow] => [
    nameOf(start, user),
    {
      columns: {
        window_start: instant(start),
        window_end: instant(end),
        ...(user !== null && { user }),
        ...columns(events),
      },
      lateEvents: missing.get(nameOf(start, user)) ?? 0,
    },
  ]);
  return { rows: new Map(rows), missed, windows: all };
}

/** Sessions of each user, by putting all of its events in order. */
export function sessions(
  taken: readonly Taken[],
  { gap, lateness, columns }: { readonly gap: number; readonly lateness: number; readonly columns: Columns },
): Expected {
  const isLate = ({ event, watermarkMs }: Taken) => event.at + lateness < watermarkMs;
  const found: Row[] = [];
  const onTime = taken.filter((one) => !isLate(one)).map(({ event }) => event);
  for (const event of onTime.sort((a, b) => a.at - b.at)) {
    const open = found.filter(({ user }) => user === event.user).at(-1);
    const last = open?.events.at(-1);
    if (open !== undefined && last !== undefined && event.at - last.at <= gap) open.events.push(event);
    else found.push({ start: event.at, end: 0, user: event.user, events: [event] });
  }
  const ends = found.map((row) => ({ ...row, end: (row.events.at(-1) as Event).at + gap }));
  const late = taken.filter(isLate);
  const missing = new Map<string, number>();
  for (const { event } of late) {
    const reach = ends.filter(
      ({ user, start, end }) => user === event.user && start - gap <= event.at && event.at <= end,
    );
    const [latest] = reach.sort((a, b) => b.start - a.start);
    if (latest === undefined) continue;
    const name = nameOf(latest.start, latest.user);
    missing.set(name, (missing.get(name) ?? 0) + 1);
  }
  const rows = ends.map(({ start, end, user, events }): [string, ExpectedRow] => [
    nameOf(start, user),
    {
      columns: {
        window_start: instant(start),
        window_end: instant(end),
        first_event_time: instant(start),
        last_event_time: instant(end - gap),
        user,
        ...columns(events),
      },
      lateEvents: missing.get(nameOf(start, user)) ?? 0,
    },
  ]);
  return { rows: new Map(rows), missed: new Map(late.map((one) => [one, { missed: 1, of: 1 }])) };
}

/** Totals of each user. An event older than its shard's watermark counts in the interval in which that stands. */
export function totals(
  taken: readonly Taken[],
  { every, columns }: { readonly every: number; readonly columns: Columns },
): Expected {
  const users = new Map<string, { events: Event[]; asOf: number }>();
  for (const { event, watermarkMs } of taken) {
    const user = users.get(event.user) ?? { events: [], asOf: Number.NEGATIVE_INFINITY };
    user.events.push(event);
    const interval = Math.floor(Math.max(event.at, watermarkMs) / every) * every;
    users.set(event.user, { ...user, asOf: Math.max(user.asOf, interval + every) });
  }
  const rows = [...users].map(([user, { events, asOf }]): [string, ExpectedRow] => [
    nameOf(0, user),
    { columns: { as_of: instant(asOf), user, ...columns(events) }, lateEvents: 0 },
  ]);
  return { rows: new Map(rows), missed: new Map() };
}
