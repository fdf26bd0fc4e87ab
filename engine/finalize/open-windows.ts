import { compareGroups } from '../plan/group.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowColumns } from '../plan/row.ts';
import type { StateStore } from '../ports/state-store.ts';
import { listCheckpoints } from '../state/checkpoint.ts';
import { loadProgress } from '../state/progress.ts';
import { END_OF_TIME_MS } from '../time/instant.ts';
import { ViewSnapshot } from './snapshot.ts';

export interface OpenWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** Rows as they would be if the window closed now. */
  readonly rows: readonly RowColumns[];
}

/** Reads windows that are not final yet, by merging their segments. At most `limit` of them, the earliest first. */
export async function readOpenWindows(
  view: ViewPlan,
  state: StateStore,
  limit: number,
): Promise<readonly OpenWindow[]> {
  const checkpoints = await listCheckpoints(state, view.definition.stream.name);
  const windows = new Map<number, OpenWindow>();
  for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
    const { finalizedToMs } = await loadProgress(state, view.key, bucket);
    const snapshot = new ViewSnapshot(view, bucket, state, checkpoints);
    let cursorMs = finalizedToMs;
    for (let read = 0; read < limit; read++) {
      const startMs = await snapshot.nextPane(cursorMs, END_OF_TIME_MS);
      if (startMs === null) break;
      const endMs = startMs + view.definition.window.sizeMs;
      const groups = [...(await snapshot.readPane(startMs)).values()].sort((a, b) => compareGroups(a.values, b.values));
      const rows = groups.map((group) => view.makeRow(group, startMs, endMs));
      windows.set(startMs, { startMs, endMs, rows: [...(windows.get(startMs)?.rows ?? []), ...rows] });
      cursorMs = endMs;
    }
  }
  return [...windows.values()].sort((a, b) => a.startMs - b.startMs).slice(0, limit);
}
