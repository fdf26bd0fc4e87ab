import { type Group, type Groups, groupKey } from '../codec/group.ts';
import { mergeGroups } from '../codec/merge-groups.ts';
import { paneOf } from '../state/keys.ts';
import type { Progress } from '../state/progress.ts';
import { CarriedState } from './carried-state.ts';
import type { Row } from './drafts.ts';
import type { FinalizeRun } from './run.ts';
import { bytesBefore } from './session-run.ts';
import { sortedRows } from './sort-rows.ts';

/** Where the rows of a global window lie: it has no start. */
export const GLOBAL_START_MS = 0;

/**
 * A global window: adds up what came since the horizon to the totals there, and replaces the rows of groups that changed
 * in an interval which the watermark has passed.
 */
export async function runGlobal(
  run: FinalizeRun,
): Promise<Pick<Progress, 'closedUpToMs' | 'stateCutoffMs' | 'carried'>> {
  const { view, fence, closeUpToMs, stateCutoffMs, snapshot } = run;
  const { closedUpToMs } = fence.progress;
  const carried = new CarriedState(run, view.segments);
  const panes = await snapshot.readPanes(fence.progress.stateCutoffMs, closeUpToMs);
  const isWorthFolding = carried.isWorthFolding(bytesBefore(panes, stateCutoffMs));
  const marked = new Set([...run.markers.map((marker) => paneOf(marker.key)), ...snapshot.listedMarkerPanes]);
  const totals = await carried.load();
  let atCutoff: Uint8Array[] | null = null;
  const lastChangeMs = new Map<Group['values'][number], number>();
  const changed = new Set<Group['values'][number]>();
  for (const [startMs, pane] of panes) {
    if (startMs >= stateCutoffMs && isWorthFolding) atCutoff ??= carried.encode(totals);
    const groups: Groups = new Map();
    snapshot.mergePane(groups, pane);
    mergeGroups(totals, groups, view.operators);
    const isNew = startMs >= closedUpToMs || marked.has(startMs) || run.isUnfinished(startMs);
    for (const { values } of groups.values()) {
      lastChangeMs.set(groupKey(values), startMs);
      if (isNew) changed.add(groupKey(values));
    }
    run.panes++;
  }
  if (isWorthFolding) atCutoff ??= carried.encode(totals);
  const rows = rowsOf(run, totals, changed, lastChangeMs);
  await run.writeRows(rows, false);
  run.noteFinal(rows.filter(({ window }) => window.endMs > closedUpToMs));
  return {
    closedUpToMs: Math.max(closeUpToMs, closedUpToMs),
    stateCutoffMs: atCutoff === null ? fence.progress.stateCutoffMs : stateCutoffMs,
    carried: atCutoff === null ? fence.progress.carried : await carried.savePages(atCutoff),
  };
}

/** Rows of the groups that changed, as of the end of the interval in which each did; of all groups for a whole table. */
function rowsOf(
  { view }: FinalizeRun,
  totals: Groups,
  changed: ReadonlySet<Group['values'][number]>,
  lastChangeMs: ReadonlyMap<Group['values'][number], number>,
): Row[] {
  if (changed.size === 0) return [];
  const { paneMs } = view.window.panes;
  const asOf = (startMs: number | undefined) => (startMs ?? GLOBAL_START_MS) + paneMs;
  const isTable = view.definition.emit === 'complete';
  const tableAsOf = asOf(Math.max(...lastChangeMs.values()));
  const rows = [...totals]
    .filter(([key]) => isTable || changed.has(key))
    .map(([key, group]): Row => {
      const window = { startMs: GLOBAL_START_MS, endMs: isTable ? tableAsOf : asOf(lastChangeMs.get(key)) };
      return { group, window, values: view.rows.values(group, window) };
    });
  return sortedRows(rows);
}
