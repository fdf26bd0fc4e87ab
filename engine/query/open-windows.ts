import { type Groups, groupKey } from '../codec/group.ts';
import { mergeGroups } from '../codec/merge-groups.ts';
import type { SegmentCodec } from '../codec/segment.ts';
import { AlignedWindows } from '../finalize/aligned-windows.ts';
import { loadCarried } from '../finalize/carried-state.ts';
import type { Row } from '../finalize/drafts.ts';
import { GLOBAL_START_MS } from '../finalize/global-run.ts';
import { historyCodec, RollingHistories } from '../finalize/rolling-histories.ts';
import { gapOf, SessionFold } from '../finalize/session-fold.ts';
import { ViewSnapshot } from '../finalize/snapshot.ts';
import { sortedGroups, sortedRows } from '../finalize/sort-rows.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowColumns } from '../plan/row.ts';
import type { StateStore } from '../ports/state-store.ts';
import { FencedError } from '../protocol/errors.ts';
import { loadSource } from '../sources/source.ts';
import { MissingPageError } from '../state/errors.ts';
import { PageStore } from '../state/pages.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import { END_OF_TIME_MS } from '../time/instant.ts';
import { paneGridOf } from '../windows/boundaries.ts';

export interface OpenWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** Rows as they would be if the window closed now. */
  readonly rows: readonly RowColumns[];
}

/**
 * Reads windows that are not final yet, by merging their segments: as of the last commit of each shard. At most `limit` of
 * them, the earliest first. Of a global window, the rows of groups that changed since the last interval that is final.
 */
export async function readOpenWindows(
  view: ViewPlan,
  state: StateStore,
  limit: number,
): Promise<readonly OpenWindow[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(view, state, limit);
    } catch (error) {
      // A finalizer let go of what was just being read.
      const isOvertaken = error instanceof FencedError || error instanceof MissingPageError;
      if (!isOvertaken || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

const MAX_ATTEMPTS = 5;

async function readOnce(view: ViewPlan, state: StateStore, limit: number): Promise<readonly OpenWindow[]> {
  const rows: Row[] = [];
  for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
    const progress = await loadProgress(state, view.key, bucket);
    const snapshot = new ViewSnapshot(view, bucket, state, await loadSource(view, bucket, state));
    rows.push(...(await openRows({ view, bucket, state, progress, snapshot, limit })));
  }
  const windows = new Map<number, { startMs: number; endMs: number; rows: RowColumns[] }>();
  for (const { window, values } of sortedRows(rows)) {
    const known = windows.get(window.startMs) ?? { ...window, rows: [] };
    known.rows.push(view.rows.format(values));
    windows.set(window.startMs, { ...known, endMs: Math.max(known.endMs, window.endMs) });
  }
  return [...windows.values()].slice(0, limit);
}

interface Reading {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly state: StateStore;
  readonly progress: Progress;
  readonly snapshot: ViewSnapshot;
  /** Windows that are wanted at most. */
  readonly limit: number;
}

function openRows(reading: Reading): Promise<Row[]> {
  switch (reading.view.definition.window.kind) {
    case 'tumbling':
    case 'sliding':
      return openAligned(reading);
    case 'session':
      return openSessions(reading);
    case 'global':
      return openTotals(reading);
  }
}

async function openAligned(reading: Reading): Promise<Row[]> {
  const { view, progress, snapshot, limit } = reading;
  const isRolling = view.rows.isStateful;
  const histories = new RollingHistories(view, isRolling ? await carriedOf(reading, historyCodec(view)) : new Map());
  const windows = new AlignedWindows(view, snapshot);
  const rows: Row[] = [];
  // Aggregates over rows need those before: from where they are carried.
  let cursorMs = isRolling ? progress.stateCutoffMs : progress.closedUpToMs;
  for (let found = 0; found < limit; ) {
    const startMs = await windows.next(cursorMs, END_OF_TIME_MS);
    if (startMs === null) break;
    const window = { startMs, endMs: startMs + windows.grid.sizeMs };
    const ofWindow = sortedGroups(await windows.read(startMs)).map((group) => ({
      group,
      window,
      values: view.rows.values(group, window, isRolling ? histories.of(group) : undefined),
    }));
    if (startMs >= progress.closedUpToMs) {
      rows.push(...ofWindow);
      if (ofWindow.length > 0) found++;
    }
    cursorMs = startMs + windows.grid.slideMs;
  }
  return rows;
}

async function openSessions(reading: Reading): Promise<Row[]> {
  const { view, progress, snapshot, limit } = reading;
  const fold = new SessionFold(view, await carriedOf(reading, view.segments));
  for (const pane of (await snapshot.readPanes(progress.stateCutoffMs, END_OF_TIME_MS)).values()) {
    const pieces: Groups = new Map();
    snapshot.mergePane(pieces, pane);
    fold.add(pieces, false);
  }
  const rows = [...fold.complete, ...fold.open].map(({ group, firstMs, lastMs }) => {
    const window = { startMs: firstMs, endMs: lastMs + gapOf(view) };
    return { group, window, values: view.rows.values(group, window) };
  });
  return sortedRows(rows.filter(({ window }) => window.endMs >= progress.closedUpToMs)).slice(0, limit);
}

async function openTotals(reading: Reading): Promise<Row[]> {
  const { view, progress, snapshot } = reading;
  const { paneMs } = paneGridOf(view.definition.window);
  const totals = await carriedOf(reading, view.segments);
  const changed = new Map<ReturnType<typeof groupKey>, number>();
  for (const [startMs, pane] of await snapshot.readPanes(progress.stateCutoffMs, END_OF_TIME_MS)) {
    const groups: Groups = new Map();
    snapshot.mergePane(groups, pane);
    mergeGroups(totals, groups, view.operators);
    if (startMs < progress.closedUpToMs) continue;
    for (const { values } of groups.values()) changed.set(groupKey(values), startMs + paneMs);
  }
  return [...totals].flatMap(([key, group]) => {
    const endMs = changed.get(key);
    if (endMs === undefined) return [];
    const window = { startMs: GLOBAL_START_MS, endMs };
    return [{ group, window, values: view.rows.values(group, window) }];
  });
}

function carriedOf({ view, bucket, state, progress }: Reading, segments: SegmentCodec): Promise<Groups> {
  return loadCarried(new PageStore(state, 'carried', view.key, bucket), progress.carried, segments);
}
