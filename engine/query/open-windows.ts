import type { Row } from '../finalize/drafts.ts';
import { openRowsOf } from '../finalize/kinds/index.ts';
import { ViewSnapshot } from '../finalize/snapshot.ts';
import { sortedRows } from '../finalize/sort-rows.ts';
import { append } from '../lists/append.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { PageStore } from '../ports/index.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
import { FencedError } from '../protocol/errors.ts';
import { loadSource } from '../sources/registry.ts';
import { MissingPageError } from '../state/errors.ts';
import { loadProgress } from '../state/progress.ts';
import { lateEventsOf } from './late-events.ts';
import type { ShownRow } from './shown-row.ts';

export interface OpenWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** Rows as they would be if the window closed now. */
  readonly rows: readonly ShownRow[];
}

/** Where windows that are not final yet lie. */
export interface OpenWindowPorts extends SharedState {
  readonly pages: PageStore;
}

/**
 * Reads windows that are not final yet, by merging their segments: as of the last commit of each shard. At most `limit` of
 * them, the earliest first. Of a global window, the rows of groups that changed since the last interval that is final.
 */
export async function readOpenWindows(
  view: ViewPlan,
  ports: OpenWindowPorts,
  limit: number,
): Promise<readonly OpenWindow[]> {
  return withRetries<readonly OpenWindow[]>(MAX_ATTEMPTS, ports.pause, async () => {
    try {
      return await readOnce(view, ports, limit);
    } catch (error) {
      // A finalizer let go of what was just being read.
      if (error instanceof FencedError || error instanceof MissingPageError) return new Again(() => error);
      throw error;
    }
  });
}

/** Readings before one gives up that a finalizer overtakes each time: it deletes panes once a pass. */
const MAX_ATTEMPTS = 5;

interface OpenRow extends Row, Pick<ShownRow, 'lateEvents' | 'partial'> {}

async function readOnce(view: ViewPlan, ports: OpenWindowPorts, limit: number): Promise<readonly OpenWindow[]> {
  const { state, pages } = ports;
  const rows: OpenRow[] = [];
  for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
    const progress = await loadProgress(state, view.key, bucket);
    const snapshot = new ViewSnapshot(view, bucket, ports, await loadSource(view, bucket, state));
    const reading = { view, bucket, pages, progress, snapshot, limit };
    const open = await openRowsOf(reading);
    const lateEvents = await lateEventsOf(view, bucket, state, open);
    append(
      rows,
      open.map((row, index) => ({
        ...row,
        lateEvents: lateEvents[index] ?? 0,
        partial: snapshot.isPartial(row.window.startMs),
      })),
    );
  }
  const windows = new Map<number, { startMs: number; endMs: number; rows: ShownRow[] }>();
  for (const { window, values, lateEvents, partial } of sortedRows(rows)) {
    const known = windows.get(window.startMs) ?? { ...window, rows: [] };
    const columns = view.rows.format(values);
    known.rows.push({ columns, revision: 0, lateEvents, partial, isFinal: false, updatedAtMs: null });
    windows.set(window.startMs, { ...known, endMs: Math.max(known.endMs, window.endMs) });
  }
  return [...windows.values()].slice(0, limit);
}
