import type { JsonValue, Value } from '../../engine/ir/node.ts';

/** An event that a view accepted, with its group. */
export interface GroupedEvent {
  readonly group: readonly Value[];
  readonly atMs: number;
}

type Columns = Readonly<Record<string, JsonValue>>;

/** A view with tumbling or sliding windows. */
export interface NaiveView<E> {
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly offsetMs: number;
  /** Windows after its last event in which a group has a row of no events; 0: rows only where there are events. */
  readonly keepGroupsFor: number;
  /** Groups that can have rows of no events at once: of more, those that are silent longest are forgotten. */
  readonly mostGroups?: number;
  /** Windows that end after this have no rows yet. */
  readonly watermarkMs?: number;
  readonly aggregates: (events: readonly E[]) => Record<string, JsonValue>;
  /**
   * Each column of a row operator, made of the aggregates in the group's windows up to this row, the last one; null stands
   * for a window in which the group has no row.
   */
  readonly operators?: Readonly<Record<string, (windows: readonly (Columns | null)[]) => JsonValue>>;
}

export interface NaiveRow {
  readonly group: readonly Value[];
  readonly startMs: number;
  readonly endMs: number;
  /** A row of no events. */
  readonly isEmpty: boolean;
  readonly columns: Columns;
}

interface Remembered {
  readonly group: readonly Value[];
  filledMs: number;
  rowMs: number;
  windows: (Columns | null)[];
}

/**
 * The rows of a view, by window and then by group, made of all events that it accepted at once. A row is there where the
 * group has an event in the window, or had one in one of the `keepGroupsFor` windows before. After a thousand windows
 * without a row a group begins anew.
 */
export function naiveRows<E extends GroupedEvent>(events: readonly E[], view: NaiveView<E>): NaiveRow[] {
  const { sizeMs, slideMs, keepGroupsFor, mostGroups = 100_000, watermarkMs = Number.POSITIVE_INFINITY } = view;
  const groups = new Map<string, Remembered>();
  const rows: NaiveRow[] = [];
  for (const startMs of startsOf(events, view)) {
    if (startMs + sizeMs > watermarkMs) break;
    const inWindow = Map.groupBy(
      events.filter(({ atMs }) => atMs >= startMs && atMs < startMs + sizeMs),
      ({ group }) => JSON.stringify(group),
    );
    for (const [key, [first]] of inWindow) {
      const known = groups.get(key) ?? { group: (first as E).group, rowMs: startMs, windows: [] };
      groups.set(key, Object.assign(known, { filledMs: startMs }));
    }
    const kept = (one: Remembered) => startMs - one.filledMs <= keepGroupsFor * slideMs;
    const awake = [...groups]
      .filter(([, one]) => kept(one))
      .sort(([a, x], [b, y]) => y.filledMs - x.filledMs || (a < b ? -1 : 1));
    // A group with events in this window has its row whatever else is remembered.
    for (const [key] of awake.slice(mostGroups)) if (!inWindow.has(key)) groups.delete(key);
    for (const [key, one] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!kept(one)) continue;
      const missed = (startMs - one.rowMs) / slideMs - 1;
      if (missed >= 1000) one.windows = [];
      for (let i = 0; i < missed && one.windows.length > 0; i++) one.windows.push(null);
      const aggregates = view.aggregates(inWindow.get(key) ?? []);
      one.windows.push(aggregates);
      one.rowMs = startMs;
      const columns = { ...aggregates };
      for (const [name, column] of Object.entries(view.operators ?? {})) columns[name] = column(one.windows);
      rows.push({ group: one.group, startMs, endMs: startMs + sizeMs, isEmpty: !inWindow.has(key), columns });
    }
  }
  return rows;
}

/** Starts of all windows that can have rows, in order. */
function startsOf<E extends GroupedEvent>(events: readonly E[], view: NaiveView<E>): number[] {
  const { sizeMs, slideMs, offsetMs, keepGroupsFor } = view;
  const starts = new Set<number>();
  for (const { atMs } of events) {
    const last = Math.floor((atMs - offsetMs) / slideMs) * slideMs + offsetMs;
    for (let start = last; start + sizeMs > atMs; start -= slideMs) {
      for (let kept = 0; kept <= keepGroupsFor; kept++) starts.add(start + kept * slideMs);
    }
  }
  return [...starts].sort((a, b) => a - b);
}
