import { type Groups, groupKey } from '../../codec/group.ts';
import { mergeGroups } from '../../codec/merge-groups.ts';
import { END_OF_TIME_MS } from '../../time/instant.ts';
import type { Row } from '../drafts.ts';
import { GroupStates } from '../group-states.ts';
import { carriedPagesOf, type OpenReading } from '../open-reading.ts';
import { GLOBAL_START_MS, totalFormat } from './global.ts';

/** The totals of groups that changed since the last interval that is final. */
export async function openTotals(reading: OpenReading): Promise<Row[]> {
  const { view, progress, snapshot } = reading;
  const { paneMs } = view.window.panes;
  const { groups: totals } = await GroupStates.load(carriedPagesOf(reading), totalFormat(view), progress.carried);
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
