import type { WindowKindName } from '../../ir/window.ts';
import type { Row } from '../drafts.ts';
import type { OpenReading } from '../open-reading.ts';
import type { FinalizeRun } from '../run.ts';
import { runAligned } from './aligned.ts';
import { runGlobal } from './global.ts';
import type { KindOutcome } from './kind-run.ts';
import { runLog } from './log.ts';
import { openAligned } from './open-aligned.ts';
import { openSessions } from './open-sessions.ts';
import { openTotals } from './open-totals.ts';
import { openEventRows, runRows } from './rows.ts';
import { runSessions } from './session.ts';

/** How windows of a kind become rows. */
interface FinalizeKind {
  /** How a call goes through a pass. */
  readonly run: (run: FinalizeRun) => Promise<KindOutcome>;
  /** The rows of windows that are not final, as they would be if these closed now. */
  readonly openRows: (reading: OpenReading) => Promise<Row[]>;
}

const ALIGNED: FinalizeKind = { run: runAligned, openRows: openAligned };

export const KINDS: Readonly<Record<WindowKindName, FinalizeKind>> = {
  tumbling: ALIGNED,
  sliding: ALIGNED,
  calendar: ALIGNED,
  session: { run: runSessions, openRows: openSessions },
  global: { run: runGlobal, openRows: openTotals },
  // Nobody reads a log but the views that take its rows.
  log: { run: runLog, openRows: async () => [] },
  rows: { run: runRows, openRows: openEventRows },
};

/** The rows of windows that are not final, as they would be if these closed now: those that the view keeps. */
export async function openRowsOf(reading: OpenReading): Promise<Row[]> {
  const { definition, rows } = reading.view;
  const all = await KINDS[definition.window.kind].openRows(reading);
  return definition.having === undefined ? all : all.filter(({ values }) => rows.keeps(values));
}
