import type { Group } from '../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import type { SeriesAnswer } from '../../../api/schemas/rows.ts';
import type { Parameters } from '../api/client.ts';
import { stepOf } from '../charts/timeline-data.ts';
import { type Span, spanParameters } from '../pages/span.ts';
import { groupParameters } from '../pages/view-query.ts';
import { api } from './store.ts';

export const MOST_POINTS = 1000;

/** Columns over time of one group, or of the sum over all where `group` is null. */
export function askSeries(
  view: string,
  columns: string,
  span: Pick<Span, 'fromMs' | 'toMs'>,
  group: Group | null = null,
  more: Parameters = {},
): Promise<SeriesAnswer> {
  return api.series(view, {
    columns,
    points: MOST_POINTS,
    ...spanParameters(span),
    ...groupParameters(group),
    ...more,
  });
}

/** The span itself, or its end where it has more windows than go over the wire: none is left out in between. */
export async function wholeWindows(
  view: ViewDescription,
  column: Column,
  span: Pick<Span, 'fromMs' | 'toMs'>,
): Promise<Pick<Span, 'fromMs' | 'toMs'>> {
  const stepMs = stepOf(view.window);
  if (stepMs === null) return span;
  const { starts, points_in_all: inAll } = await askSeries(view.name, column.name, span);
  const last = starts.at(-1);
  if (last === undefined || inAll <= starts.length) return span;
  return { fromMs: last - (MOST_POINTS - 1) * stepMs, toMs: span.toMs };
}
