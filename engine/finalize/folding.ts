import { MAX_ITEM_PAGE_BYTES } from '../ports/page-store.ts';
import type { Repeated } from '../state/progress.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { MAX_UNFOLDED_MS } from '../windows/window-kind.ts';
import { MAX_PAGE_BYTES } from './page-cut.ts';
import type { FinalizeRun } from './run.ts';

/**
 * What the rule below weighs, in millionths of a dollar: AWS's list prices, and what a row takes. They decide when states
 * are written, never what a row says.
 */
export const UNIT_PRICES = {
  /** Writing a page that is an object, and reading one. */
  put: 5,
  get: 0.4,
  /** A KB written to the state's table, and 4 KB read from it. */
  writeUnit: 0.625,
  readUnit: 0.125,
  /** The old version of a page in S3 stays for 36 days. */
  objectKilobyteKept: 0.026,
  /** A millisecond of a function with 1,769 MB, which has one core. */
  functionMs: 0.023,
} as const;

/** Going through a row again: 0.004 for a mean of ten rows, 0.04 for the greatest of the detectors. */
const ROW_MS = 0.03;
/** No pass goes through many more rows again than this, and none keeps panes of more read units: it holds them in memory. */
const MOST_REPEATED = { rows: 300_000, readUnits: 1000 } satisfies Repeated;

/**
 * Whether to move the state cutoff. Not moving it costs something in each pass: the panes after it are read again, and their
 * rows gone through again. Moving it costs once: the states' pages are written. So it moves before the passes since it last
 * moved would have spent as much on repeating as moving it costs: that is where the sum of both is least, or next to it.
 *
 *   k passes repeat 0 + 1 + … + (k − 1) windows of cost c; moving costs M: (M + c · k (k − 1) / 2) / k is least at c · k² / 2 = M
 *
 * Reading the states' pages weighs nothing here, for each pass does that in any case. A pass that pauses has a backlog, and
 * moves the cutoff in any case.
 */
export function isWorthFolding({ fence, pass, isResumed, repeated, waiting }: FinalizeRun): boolean {
  const { carried, stateCutoffMs, repeated: before } = fence.progress;
  if (pass.settledMs <= stateCutoffMs) return false;
  if (isResumed) return true;
  // Panes of tombstones alone have no rows, and are to be dropped all the same.
  if (waiting.readUnits + carried.bytes === 0) return false;
  if (pass.settledMs - stateCutoffMs >= MAX_UNFOLDED_MS) return true;
  if (waiting.rows >= MOST_REPEATED.rows || waiting.readUnits >= MOST_REPEATED.readUnits) return true;
  return costOfRepeating(sumOf(sumOf(before, repeated), waiting)) >= costOfWriting(carried.bytes);
}

/** The same, told before a pass goes through anything: whether it is to go through all groups from the cutoff, to move that. */
export function isFoldingDue({ fence, pass }: FinalizeRun): boolean {
  const { carried, head, stateCutoffMs, repeated } = fence.progress;
  if (pass.settledMs <= stateCutoffMs) return false;
  // Before the first time that it moves, the cutoff is at the beginning of time.
  if (stateCutoffMs > START_OF_TIME_MS && pass.settledMs - stateCutoffMs >= MAX_UNFOLDED_MS) return true;
  return costOfRepeating(repeated) >= costOfWriting(Math.max(carried.bytes, head?.map.bytes ?? 0));
}

/** Whether to keep the states where a pass ends: passes have spent as much on repeating as that costs. */
export function isWorthWriting({ fence, repeated }: FinalizeRun): boolean {
  const { carried, repeated: before } = fence.progress;
  return costOfRepeating(sumOf(before, repeated)) >= costOfWriting(carried.bytes);
}

export function sumOf(a: Repeated, b: Repeated): Repeated {
  return { rows: a.rows + b.rows, readUnits: a.readUnits + b.readUnits };
}

/** Of going through rows again, and reading their panes. */
export function costOfRepeating({ rows, readUnits }: Repeated): number {
  return rows * ROW_MS * UNIT_PRICES.functionMs + readUnits * UNIT_PRICES.readUnit;
}

/** Of states of so many bytes: their new pages, and the deletion of the old ones. */
export function costOfWriting(bytes: number): number {
  const { writeUnit, put, objectKilobyteKept } = UNIT_PRICES;
  if (bytes <= MAX_ITEM_PAGE_BYTES) return 2 * Math.ceil(bytes / 1024) * writeUnit;
  return Math.ceil(bytes / MAX_PAGE_BYTES) * (put + writeUnit) + (bytes / 1024) * objectKilobyteKept;
}
