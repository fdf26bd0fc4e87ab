import { END_OF_TIME_MS } from '../../time/instant.ts';
import { CarriedSessions } from '../carried-sessions.ts';
import type { Row } from '../drafts.ts';
import { carriedPagesOf, type OpenReading } from '../open-reading.ts';
import { gapOf } from '../session.ts';
import { hasRow, readLedger } from '../session-ledger.ts';
import { segmentsOf } from '../snapshot.ts';
import { sortedRows } from '../sort-rows.ts';

/**
 * The rows of sessions that are open, the earliest first. One that was final and goes on by a late event is not among them: it
 * keeps its stored row, which finalizers revise, and would be in the sum of all rows twice.
 */
export async function openSessions(reading: OpenReading): Promise<Row[]> {
  const { view, progress, snapshot, limit } = reading;
  const { table } = await CarriedSessions.load(view, carriedPagesOf(reading), progress.carried);
  for (const pane of (await snapshot.readPanes(progress.stateCutoffMs, END_OF_TIME_MS)).values()) {
    table.addPane(segmentsOf(pane), false);
  }
  const ledger = await readLedger(reading, progress);
  const rows: Row[] = [];
  const gapMs = gapOf(view);
  const add = (session: number) => {
    const { group, firstMs, lastMs } = table.look(session);
    const window = { startMs: firstMs, endMs: lastMs + gapMs };
    if (window.endMs < progress.closedUpToMs || hasRow(ledger, { group, firstMs }, progress)) return;
    rows.push({ group, window, values: view.rows.values(group, window) });
  };
  for (let group = 0; group < table.size; group++) {
    for (let session = table.nextComplete(group); session >= 0; session = table.nextComplete(group)) add(session);
    add(table.openOf(group));
  }
  return sortedRows(rows).slice(0, limit);
}
