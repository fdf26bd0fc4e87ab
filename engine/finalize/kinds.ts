import type { Row } from './drafts.ts';
import { runAligned } from './kinds/aligned.ts';
import { runGlobal } from './kinds/global.ts';
import type { KindOutcome } from './kinds/kind-run.ts';
import { runLog } from './kinds/log.ts';
import { openAligned } from './kinds/open-aligned.ts';
import { openSessions } from './kinds/open-sessions.ts';
import { openTotals } from './kinds/open-totals.ts';
import { openEventRows, runRows } from './kinds/rows.ts';
import { runSessions } from './kinds/session.ts';
import type { OpenReading } from './open-reading.ts';
import type { FinalizeRun } from './run.ts';

/*
 * How windows of each kind become rows, under the kind's name. Bundles of the functions have of these what their pipeline names
 * (`lib/named-kinds.ts`).
 */

export interface FinalizeKind {
  /** How a call goes through a pass. */
  readonly run: (run: FinalizeRun) => Promise<KindOutcome>;
  /** The rows of windows that are not final, as they would be if these closed now. */
  readonly openRows: (reading: OpenReading) => Promise<Row[]>;
}

const aligned: FinalizeKind = { run: runAligned, openRows: openAligned };

export { aligned as calendar, aligned as sliding, aligned as tumbling };

export const session: FinalizeKind = { run: runSessions, openRows: openSessions };

export const global: FinalizeKind = { run: runGlobal, openRows: openTotals };

/** Nobody reads a log but the views that take its rows. */
export const log: FinalizeKind = { run: runLog, openRows: async () => [] };

export const rows: FinalizeKind = { run: runRows, openRows: openEventRows };
