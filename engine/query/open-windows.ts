import { type Group, type Groups, groupKey } from '../codec/group.ts';
import { mergeGroups } from '../codec/merge-groups.ts';
import { AlignedWindows } from '../finalize/aligned-windows.ts';
import type { Row } from '../finalize/drafts.ts';
import { GroupStates } from '../finalize/group-states.ts';
import { GLOBAL_START_MS, totalFormat } from '../finalize/kinds/global.ts';
import { RollingHistories } from '../finalize/rolling-histories.ts';
import { foldSessions, gapOf, type Session, sessionOf } from '../finalize/session-fold.ts';
import { ViewSnapshot } from '../finalize/snapshot.ts';
import { sortedGroups, sortedRows } from '../finalize/sort-rows.ts';
import { append } from '../lists/append.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowColumns } from '../plan/row.ts';
import type { PageStore, StateStore } from '../ports/index.ts';
import { FencedError } from '../protocol/errors.ts';
import { loadSource } from '../sources/source.ts';
import { MissingPageError } from '../state/errors.ts';
import { ViewPages } from '../state/pages.ts';
import { loadProgress, type Progress } from '../state/progress.ts';
import { END_OF_TIME_MS } from '../time/instant.ts';
import { paneGridOf } from '../windows/boundaries.ts';

export interface OpenWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** Rows as they would be if the window closed now. */
  readonly rows: readonly RowColumns[];
}

/** Where windows that are not final yet lie. */
export interface OpenWindowPorts {
  readonly state: StateStore;
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
  for (let attempt = 1; ; attempt++) {
    try {
      return await readOnce(view, ports, limit);
    } catch (error) {
      // A finalizer let go of what was just being read.
      const isOvertaken = error instanceof FencedError || error instanceof MissingPageError;
      if (!isOvertaken || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

const MAX_ATTEMPTS = 5;

async function readOnce(view: ViewPlan, ports: OpenWindowPorts, limit: number): Promise<readonly OpenWindow[]> {
  const { state, pages } = ports;
  const rows: Row[] = [];
  for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
    const progress = await loadProgress(state, view.key, bucket);
    const snapshot = new ViewSnapshot(view, bucket, state, await loadSource(view, bucket, state));
    append(rows, await openRows({ view, bucket, pages, progress, snapshot, limit }));
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
  readonly pages: PageStore;
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
  const isRolling = view.rows.rolling.count > 0;
  const histories = isRolling
    ? await RollingHistories.load(view, pagesOf(reading), progress.carried, snapshot.completeFromMs)
    : null;
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
      values: view.rows.values(group, window, histories?.of(group, startMs)),
    }));
    if (startMs >= progress.closedUpToMs) {
      for (const row of ofWindow) rows.push(row);
      if (ofWindow.length > 0) found++;
    }
    cursorMs = startMs + windows.grid.slideMs;
  }
  return rows;
}

async function openSessions(reading: Reading): Promise<Row[]> {
  const { view, progress, snapshot, limit } = reading;
  const pieces = new Map<Group['values'][number], Session[]>();
  const add = (key: Group['values'][number], group: Group) => {
    const known = pieces.get(key) ?? [];
    known.push(sessionOf(view, group, false));
    pieces.set(key, known);
  };
  const format = { codec: view.segments, former: view.segments.mergeInto };
  const states = await GroupStates.load(pagesOf(reading), format, progress.carried);
  for (const [key, group] of states.groups) add(key, group);
  for (const pane of (await snapshot.readPanes(progress.stateCutoffMs, END_OF_TIME_MS)).values()) {
    const groups: Groups = new Map();
    snapshot.mergePane(groups, pane);
    for (const [key, group] of groups) add(key, group);
  }
  const rows: Row[] = [];
  for (const ofGroup of pieces.values()) {
    const { complete, open } = foldSessions(view, null, ofGroup);
    for (const { group, firstMs, lastMs } of open === null ? complete : [...complete, open]) {
      const window = { startMs: firstMs, endMs: lastMs + gapOf(view) };
      if (window.endMs < progress.closedUpToMs) continue;
      rows.push({ group, window, values: view.rows.values(group, window) });
    }
  }
  return sortedRows(rows).slice(0, limit);
}

async function openTotals(reading: Reading): Promise<Row[]> {
  const { view, progress, snapshot } = reading;
  const { paneMs } = paneGridOf(view.definition.window);
  const { groups: totals } = await GroupStates.load(pagesOf(reading), totalFormat(view), progress.carried);
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

function pagesOf({ view, bucket, pages }: Reading): ViewPages {
  return new ViewPages(pages, 'carried', view.key, bucket);
}
