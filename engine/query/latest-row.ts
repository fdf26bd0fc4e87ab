import type { ViewPlan } from '../plan/plan.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import { BadQueryError } from './errors.ts';
import { checkGroupFilter, type GroupFilter, isOfGroup, storedGroupOf } from './group-filter.ts';
import type { QueryPorts } from './query-ports.ts';
import { groupValuesOf } from './row-values.ts';
import { type ShownRow, shownRows } from './shown-row.ts';

/**
 * The stored row of one group with the latest window, at or before an instant where one is given; null where it has none. One
 * read of one row, for services that ask for a key's present figures.
 *
 * @example await readLatestRow(view, ports, new Map([['page_url', '/']]));
 * @throws BadQueryError where the filter does not name all fields that the view groups by.
 */
export async function readLatestRow(
  view: ViewPlan,
  { results }: Pick<QueryPorts, 'results'>,
  group: GroupFilter,
  atMs = END_OF_TIME_MS,
): Promise<ShownRow | null> {
  const { definition } = view;
  checkGroupFilter(definition, group);
  const missing = definition.groupBy.find(({ name }) => !group.has(name));
  if (missing !== undefined) {
    throw new BadQueryError(
      `View '${definition.name}' groups by ${definition.groupBy.map(({ name }) => name).join(', ')}, and the latest row is one group's: '${missing.name}' is missing.`,
    );
  }
  const stored = await results.latest(
    view.key,
    storedGroupOf(definition, group) ?? '[]',
    Math.max(atMs, START_OF_TIME_MS),
  );
  if (stored === null) return null;
  const rows = shownRows(view, stored);
  return rows.find(({ columns }) => isOfGroup(definition, group, groupValuesOf(definition, columns))) ?? null;
}
