import type { Group } from '../../../api/schemas/common.ts';
import type { SeriesAnswer } from '../../../api/schemas/rows.ts';
import type { Parameters } from '../api/client.ts';
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
