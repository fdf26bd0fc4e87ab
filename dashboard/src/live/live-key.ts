import type { Span } from '../pages/span.ts';
import { overview } from './store.ts';

/**
 * Changes when an answer about a view is out of date: with every stored row, and while its open windows are to be seen with
 * every counted event.
 */
export function liveKey(view: string, { fromMs, toMs }: Pick<Span, 'fromMs' | 'toMs'>): string {
  const shown = overview.value;
  const version = shown?.views[view]?.version ?? 0;
  const closedUpTo = shown?.views[view]?.closed_up_to ?? 0;
  const showsOpen = toMs === null || toMs > closedUpTo;
  return `${view} ${version} ${fromMs} ${toMs} ${showsOpen ? shown?.counters.accepted : ''}`;
}

const CALM_MS = 5000;
const calm = new Map<string, { readonly key: string; readonly sinceMs: number }>();

/** The same, for what is asked in many parts or is sorted: it changes at most each five seconds. */
export function calmKey(view: string, span: Pick<Span, 'fromMs' | 'toMs'>): string {
  const key = liveKey(view, span);
  const of = `${view} ${span.fromMs} ${span.toMs}`;
  const last = calm.get(of);
  const nowMs = performance.now();
  if (last !== undefined && (last.key === key || nowMs - last.sinceMs < CALM_MS)) return last.key;
  // Live spans begin later with every window: those before are not asked for again.
  for (const known of calm.keys()) if (known.startsWith(`${view} `) && known !== of) calm.delete(known);
  calm.set(of, { key, sinceMs: nowMs });
  return key;
}
