import { latenessOf } from '../ir/source-definition.ts';
import { least } from '../lists/extremes.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { loadProgress } from '../state/progress.ts';
import type { WindowRange } from './bounds.ts';

/** An index of all groups follows its table, and a clock may be wrong: so much event time must have passed since. */
const MARGIN_MS = 3_600_000;

/**
 * Whether the rows of a range are those that they will always be: every bucket has closed all windows that start in it, and no
 * late event revises them. Never of sessions and totals, of which an open one may belong anywhere, nor of a range without an end.
 * To be asked before the rows are read.
 */
export async function isSettledRange(view: ViewPlan, state: StateStore, { toMs }: WindowRange): Promise<boolean> {
  const { definition, window, key } = view;
  if (window.grid === null || latenessOf(definition) > 0) return false;
  const endMs = toMs + window.spanMs + MARGIN_MS;
  if (!Number.isSafeInteger(endMs)) return false;
  const buckets = Array.from({ length: definition.buckets }, (_, bucket) => bucket);
  const progress = await Promise.all(buckets.map((bucket) => loadProgress(state, key, bucket)));
  return endMs <= least(progress.map(({ closedUpToMs }) => closedUpToMs));
}
