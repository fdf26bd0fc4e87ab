import { type Click, MINUTE_MS } from './clicks.ts';

/** An event as it was delivered; null where it was none. */
export interface Delivered {
  readonly click: Click | null;
  readonly arrivalMs: number | null;
}

/** One commit of a shard: how many of its events it took in, in order, and the watermark that it was judged by. */
export interface TakenIn {
  readonly shard: string;
  readonly events: number;
  readonly watermarkMs: number;
}

interface NaiveView {
  readonly sizeMs: number;
  readonly offsetMs: number;
  readonly allowedLatenessMs: number;
  readonly drops: boolean;
  readonly groupOf: (event: Click) => Record<string, string>;
  readonly columns: (events: readonly Click[]) => Record<string, unknown>;
}

const amounts = (events: readonly Click[]) =>
  events.flatMap(({ amount }) => (typeof amount === 'number' ? [amount] : []));
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Right for quarters of small size, whose sums doubles hold exactly. */
function deviation(values: readonly number[]): number | null {
  const n = values.length;
  const quarters = values.map((value) => value * 4);
  const spread = n * total(quarters.map((q) => q * q)) - total(quarters) ** 2;
  return n < 2 ? null : Math.sqrt(spread / (n * (n - 1)) / 16);
}

export const NAIVE_VIEWS: Readonly<Record<'pages' | 'totals' | 'users', NaiveView>> = {
  pages: {
    sizeMs: 5 * MINUTE_MS,
    offsetMs: 0,
    allowedLatenessMs: 10 * MINUTE_MS,
    drops: false,
    groupOf: ({ page }) => ({ page }),
    columns: (events) => ({
      views: events.length,
      users: new Set(events.map(({ user }) => user)).size,
      amount: total(amounts(events)),
      dearest: amounts(events).length === 0 ? null : Math.max(...amounts(events)),
    }),
  },
  totals: {
    sizeMs: 5 * MINUTE_MS,
    offsetMs: 0,
    allowedLatenessMs: 0,
    drops: true,
    groupOf: () => ({}),
    columns: (events) => ({
      events: events.length,
      amount: total(amounts(events)),
      spread: deviation(amounts(events)),
    }),
  },
  users: {
    sizeMs: 10 * MINUTE_MS,
    offsetMs: 3 * MINUTE_MS,
    allowedLatenessMs: 5 * MINUTE_MS,
    drops: false,
    groupOf: ({ user }) => ({ user }),
    columns: (events) => ({ events: events.length, pages: new Set(events.map(({ page }) => page)).size }),
  },
};

export interface NaiveResult {
  /** By view: rows as text, sorted. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** By row (its view and key): how many of its events came after the watermark had reached the window's end. */
  readonly revising: ReadonlyMap<string, number>;
  /** By row: how many events of its group came too late for its window. */
  readonly missing: ReadonlyMap<string, number>;
  readonly late: readonly string[];
  readonly counters: {
    readonly delivered: number;
    readonly accepted: number;
    readonly late: number;
    readonly dead: number;
  };
}

/** The rows of a log of deliveries, by keeping every event in an array. */
export function naiveResult(log: ReadonlyMap<string, readonly Delivered[]>, commits: readonly TakenIn[]): NaiveResult {
  const windows = new Map<string, { view: string; key: Record<string, unknown>; events: Click[] }>();
  const revising = new Map<string, number>();
  const missing = new Map<string, number>();
  const late: string[] = [];
  const next = new Map<string, number>();
  const counters = { delivered: 0, accepted: 0, late: 0, dead: 0 };
  for (const { shard, events, watermarkMs } of commits) {
    const from = next.get(shard) ?? 0;
    next.set(shard, from + events);
    for (const { click } of log.get(shard)?.slice(from, from + events) ?? []) {
      counters.delivered++;
      if (click === null) {
        counters.dead++;
        continue;
      }
      let taken = false;
      for (const [view, { sizeMs, offsetMs, allowedLatenessMs, drops, groupOf }] of Object.entries(NAIVE_VIEWS)) {
        let start = offsetMs - sizeMs * 1_000_000;
        start += Math.floor((click.time - start) / sizeMs) * sizeMs;
        const end = start + sizeMs;
        const key = {
          window_start: new Date(start).toISOString(),
          window_end: new Date(end).toISOString(),
          ...groupOf(click),
        };
        const name = JSON.stringify([view, key]);
        if (end + allowedLatenessMs <= watermarkMs) {
          if (!drops) late.push(`${click.id} ${view}`);
          missing.set(name, (missing.get(name) ?? 0) + 1);
          continue;
        }
        taken = true;
        windows.set(name, { view, key, events: [...(windows.get(name)?.events ?? []), click] });
        if (end <= watermarkMs) revising.set(name, (revising.get(name) ?? 0) + 1);
      }
      if (taken) counters.accepted++;
      else counters.late++;
    }
  }
  const rows = Object.fromEntries(Object.keys(NAIVE_VIEWS).map((view) => [view, [] as string[]]));
  for (const { view, key, events } of windows.values()) {
    rows[view]?.push(JSON.stringify({ ...key, ...NAIVE_VIEWS[view as 'pages'].columns(events) }));
  }
  for (const list of Object.values(rows)) list.sort();
  return { rows, revising, missing, late: late.sort(), counters };
}
