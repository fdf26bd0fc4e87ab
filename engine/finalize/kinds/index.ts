import type { WindowDefinition } from '../../ir/window.ts';
import type { FinalizeRun } from '../run.ts';
import { runAligned } from './aligned.ts';
import { runGlobal } from './global.ts';
import type { KindOutcome } from './kind-run.ts';
import { runSessions } from './session.ts';

/** How a call goes through a pass, by the kind of window. */
export const KIND_RUNS: Readonly<Record<WindowDefinition['kind'], (run: FinalizeRun) => Promise<KindOutcome>>> = {
  tumbling: runAligned,
  sliding: runAligned,
  session: runSessions,
  global: runGlobal,
};
