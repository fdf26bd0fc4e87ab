import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { stepOf } from '../charts/timeline-data.ts';
import { route, setQuery } from '../pages/route.ts';
import { type Span, spanOf } from '../pages/span.ts';
import { dataNowMs, overview } from './store.ts';

/** The stretch of time that the address asks for, for a view: all cards of a page share it. */
export function spanFor(view: ViewDescription): Span {
  const replays = Object.values(overview.value?.streams ?? {}).some(({ replay }) => replay !== null);
  return spanOf(route.value.query ?? {}, { nowMs: dataNowMs(), stepMs: stepOf(view.window), isReplay: replays });
}

/** What drawing over a chart does to all of them, and how it is undone. */
export const ZOOM = {
  onZoom(fromMs: number, toMs: number): void {
    setQuery({ from: new Date(Math.round(fromMs)).toISOString(), to: new Date(Math.round(toMs)).toISOString() });
  },
  onReset(): void {
    if (route.value.query?.from !== undefined) setQuery({ from: null, to: null });
  },
} as const;
