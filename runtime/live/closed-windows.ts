import type { EmbeddedResultStore } from '../../adapters/embedded/result-store.ts';
import { rowsOf } from '../../engine/finalize/drafts.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import type { WindowStatus } from '../live-status.ts';
import { windowStatus } from './window-status.ts';

const CLOSED_WINDOWS = 12;

/**
 * The latest closed windows of a view. Each is remembered as it was shown, and its rows are read again only once one of
 * them has changed: the page asks every second, and a window may have a hundred thousand rows.
 */
export class ClosedWindows {
  readonly #view: ViewPlan;
  readonly #results: EmbeddedResultStore;
  #shown: ReadonlyMap<number, { readonly changedAt: number; readonly status: WindowStatus | null }> = new Map();

  constructor(view: ViewPlan, results: EmbeddedResultStore) {
    this.#view = view;
    this.#results = results;
  }

  /** The latest first. */
  read(): readonly WindowStatus[] {
    const latest = this.#results.latestWindows(this.#view.key, CLOSED_WINDOWS);
    this.#shown = new Map(
      latest.map(({ startMs, changedAt }) => {
        const shown = this.#shown.get(startMs);
        if (shown?.changedAt === changedAt) return [startMs, shown];
        return [startMs, { changedAt, status: this.#readWindow(startMs, shown?.status ?? null) }];
      }),
    );
    return [...this.#shown.values()].flatMap(({ status }) => (status === null ? [] : [status]));
  }

  /** Null where all of its rows have expired and none is purged yet. */
  #readWindow(startMs: number, before: WindowStatus | null): WindowStatus | null {
    const stored = this.#results.rowsOfWindow(this.#view.key, startMs);
    const [first] = stored;
    if (first === undefined) return null;
    const rows = stored.flatMap((row) => rowsOf(row).map((columns) => ({ ...columns, revision: row.revision })));
    const now = windowStatus(this.#view, { startMs, endMs: first.windowEndMs }, rows);
    return { ...now, was: valueBefore(before, now) };
  }
}

/** Rows of a window may be written in parts: only a revision makes what was there a former value. */
function valueBefore(before: WindowStatus | null, now: WindowStatus): number | null {
  if (before === null || now.revision === 1) return null;
  return before.value === now.value ? before.was : before.value;
}
