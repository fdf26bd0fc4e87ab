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

/** The same, for what is asked in many parts: at most each five seconds anew. */
export function calmKey(view: string, span: Pick<Span, 'fromMs' | 'toMs'>): string {
  const shown = overview.value;
  const turn = shown === null || span.toMs !== null ? 0 : Math.floor(shown.now / 5000);
  return `${view} ${span.fromMs} ${span.toMs} ${turn}`;
}
