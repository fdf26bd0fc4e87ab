import type { Group, Groups } from '../../codec/group.ts';
import { END_OF_TIME_MS } from '../../time/instant.ts';
import type { Row } from '../drafts.ts';
import { GroupStates } from '../group-states.ts';
import { carriedPagesOf, type OpenReading } from '../open-reading.ts';
import { foldSessions, gapOf, type Session, sessionOf } from '../session-fold.ts';
import { hasRow, readLedger } from '../session-ledger.ts';
import { sortedRows } from '../sort-rows.ts';

/**
 * The rows of sessions that are open, the earliest first. One that was final and goes on by a late event is not among them: it
 * keeps its stored row, which finalizers revise, and would be in the sum of all rows twice.
 */
export async function openSessions(reading: OpenReading): Promise<Row[]> {
  const { view, progress, snapshot, limit } = reading;
  const pieces = new Map<Group['values'][number], Session[]>();
  const add = (key: Group['values'][number], group: Group) => {
    const known = pieces.get(key) ?? [];
    known.push(sessionOf(view, group, false));
    pieces.set(key, known);
  };
  const format = { codec: view.segments, former: view.segments.mergeInto };
  const states = await GroupStates.load(carriedPagesOf(reading), format, progress.carried);
  for (const [key, group] of states.groups) add(key, group);
  for (const pane of (await snapshot.readPanes(progress.stateCutoffMs, END_OF_TIME_MS)).values()) {
    const groups: Groups = new Map();
    snapshot.mergePane(groups, pane);
    for (const [key, group] of groups) add(key, group);
  }
  const ledger = await readLedger(reading, progress);
  const rows: Row[] = [];
  const gapMs = gapOf(view);
  for (const ofGroup of pieces.values()) {
    const { complete, open } = foldSessions(view, gapMs, null, ofGroup);
    for (const session of open === null ? complete : [...complete, open]) {
      const { group, firstMs, lastMs } = session;
      const window = { startMs: firstMs, endMs: lastMs + gapMs };
      if (window.endMs < progress.closedUpToMs || hasRow(ledger, session, progress)) continue;
      rows.push({ group, window, values: view.rows.values(group, window) });
    }
  }
  return sortedRows(rows).slice(0, limit);
}
