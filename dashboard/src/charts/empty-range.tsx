import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { formatWindow } from '../format/times.ts';
import { dataNowMs, overview, zone } from '../live/store.ts';
import type { Span } from '../pages/span.ts';

interface EmptyRangeProps {
  readonly view: ViewDescription;
  readonly span: Pick<Span, 'fromMs' | 'toMs'>;
  /** The answer is not there yet. */
  readonly isWaiting: boolean;
  readonly height: number;
}

/** Why there is nothing to draw. */
export function EmptyRange({ view, span: { fromMs, toMs }, isWaiting, height }: EmptyRangeProps) {
  return (
    <p class="empty" style={{ height: `${height}px` }}>
      {isWaiting ? '' : words(view, fromMs, toMs)}
    </p>
  );
}

function words({ name }: ViewDescription, fromMs: number | null, toMs: number | null): string {
  const state = overview.value?.views[name];
  if ((state?.rows ?? 0) === 0) return 'Waiting for the first row.';
  const nowMs = dataNowMs();
  const range = fromMs === null ? 'so far' : `in ${formatWindow(fromMs, toMs ?? nowMs, zone.value, nowMs)}`;
  const last = Object.entries(state?.cells ?? {}).at(-1);
  const lastRow =
    last === undefined ? '' : ` Last row: ${formatWindow(Number(last[0]), last[1].end, zone.value, nowMs)}.`;
  return `No events ${range}.${lastRow}`;
}
