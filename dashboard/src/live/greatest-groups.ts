import type { Group } from '../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';
import { rankColumn } from '../charts/kind.ts';
import { type Span, spanParameters } from '../pages/span.ts';
import { api } from './store.ts';

/** The groups with the most of a column, or of what can be had of several windows; where nothing can, the latest. */
export async function greatestGroups(
  view: ViewDescription,
  column: Column,
  span: Pick<Span, 'fromMs' | 'toMs'>,
  most: number,
): Promise<readonly Group[]> {
  const range = spanParameters(span);
  const by = rankColumn(view, column);
  if (by === null) return (await api.groups(view.name, { limit: most, ...range })).groups;
  return (await api.top(view.name, { by: by.name, n: most, ...range })).groups.map(({ group }) => group);
}
