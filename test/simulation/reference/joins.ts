import type { Taken } from './commits.ts';
import { ofBase } from './pipelines.ts';
import { type Expected, type ExpectedRow, instant } from './views.ts';

/** A view of a join, of what both of its streams took in and the join's key. */
type JoinedView = (left: readonly Taken[], right: readonly Taken[], join: string) => Expected;

interface Pair {
  readonly at: number;
  readonly event: string | null;
  readonly other: string | null;
}

const SIZE_MS = 10_000;

/** By comparing each event with each other one. */
function near(left: readonly Taken[], right: readonly Taken[], toMs: number): Pair[] {
  const isPair = (a: Taken, b: Taken) =>
    a.event.user === b.event.user && b.event.at >= a.event.at - 4000 && b.event.at <= a.event.at + toMs;
  const pairs = left.flatMap((a) =>
    right.filter((b) => isPair(a, b)).map((b): Pair => ({ at: a.event.at, event: a.event.id, other: b.event.id })),
  );
  const lonelyLeft = left.filter((a) => !right.some((b) => isPair(a, b)));
  const lonelyRight = right.filter((b) => !left.some((a) => isPair(a, b)));
  return [
    ...pairs,
    ...lonelyLeft.map(({ event }): Pair => ({ at: event.at, event: event.id, other: null })),
    ...lonelyRight.map(({ event }): Pair => ({ at: event.at, event: null, other: event.id })),
  ];
}

/** Of several at one instant it is the one whose id is greatest: the last in the order of values. */
function last(left: readonly Taken[], right: readonly Taken[]): Pair[] {
  return left.map(({ event }) => {
    const before = right
      .map((one) => one.event)
      .filter(({ user, at }) => user === event.user && at <= event.at && at >= event.at - 20_000)
      .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    return { at: event.at, event: event.id, other: before[0]?.id ?? null };
  });
}

function isLate({ event, watermarkMs, floors }: Taken, join: string): boolean {
  return event.at < Math.max(watermarkMs, floors?.[join] ?? Number.NEGATIVE_INFINITY);
}

/** A join takes what is not before its shard's watermark, or before the floor that the shard has for the join. */
function joined(rowsOf: (left: readonly Taken[], right: readonly Taken[]) => readonly Pair[]): JoinedView {
  return (left, right, join) => {
    const isInTime = (one: Taken) => !isLate(one, join);
    const pairs = rowsOf(left.filter(isInTime), right.filter(isInTime));
    const rows = counted(pairs.map(({ at, event, other }) => ({ at, columns: { event, other } })));
    const late = [...left, ...right].filter((one) => isLate(one, join));
    return { rows, missed: new Map(late.map((one) => [one, { missed: 1, of: 1 }])) };
  };
}

/** A row of a view is never late for a join. */
function beside(events: readonly Taken[], others: readonly Taken[], join: string): Expected {
  const baselines = ofBase(events);
  const inTime = others.filter((one) => !isLate(one, join));
  const rows = inTime.map(({ event }) => {
    const before = baselines
      .filter(({ user, time }) => user === event.user && time <= event.at && time >= event.at - 20_000)
      .sort((a, b) => b.time - a.time);
    return { at: event.at, columns: { event: event.id, recent: before[0]?.recent ?? null } };
  });
  const late = others.filter((one) => isLate(one, join));
  return { rows: counted(rows), missed: new Map(late.map((one) => [one, { missed: 1, of: 1 }])) };
}

function counted(
  all: readonly { readonly at: number; readonly columns: Record<string, unknown> }[],
): ReadonlyMap<string, ExpectedRow> {
  const rows = new Map<string, { columns: { times: number }; lateEvents: number }>();
  for (const { at, columns: found } of all) {
    const start = Math.floor(at / SIZE_MS) * SIZE_MS;
    const name = `${start} ${JSON.stringify(Object.values(found))}`;
    const columns = {
      window_start: instant(start),
      window_end: instant(start + SIZE_MS),
      ...found,
      times: (rows.get(name)?.columns.times ?? 0) + 1,
    };
    rows.set(name, { columns, lateEvents: 0 });
  }
  return rows;
}

/** The naive twin of each view of a join that is simulated, by its name. */
export const JOINED: Readonly<Record<string, (generation: number) => JoinedView>> = {
  pairs: (generation) => joined((left, right) => near(left, right, generation === 1 ? 7000 : 9000)),
  latest: () => joined(last),
  beside: () => beside,
};
