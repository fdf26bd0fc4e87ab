import { compareGroups } from '../codec/group.ts';
import type { Value } from '../ir/node.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowPlace } from '../ports/result-store.ts';
import { CHUNK_ROWS, checkLimit, checkRange, DEFAULT_ROWS_READ, MAX_PAGE_ROWS, type WindowRange } from './bounds.ts';
import { ALL_GROUPS } from './group-filter.ts';
import type { QueryPorts } from './query-ports.ts';
import { groupValuesOf } from './row-values.ts';
import { readStoredRows } from './stored-rows.ts';

export interface GroupsQuery extends WindowRange {
  /** Groups of which a value begins so, in small or capital letters; empty for all. */
  readonly prefix: string;
  readonly limit: number;
}

export interface GroupsFound {
  /** In the order of rows. */
  readonly groups: readonly (readonly Value[])[];
  readonly rowsRead: number;
  /** There may be more: the limit was reached, or as many rows were read as one question may read. */
  readonly isCut: boolean;
}

/**
 * Groups that have rows in a range, to choose one from: those of the latest rows, until there are enough. There is no list of
 * all groups, for nobody could keep one exactly once without writing to it for each row.
 *
 * @example await readGroups(view, ports, { ...ALL_TIME, prefix: '/do', limit: 20 }); // groups: [['/docs'], ['/download']]
 * @throws BadQueryError
 */
export async function readGroups(view: ViewPlan, { results }: QueryPorts, query: GroupsQuery): Promise<GroupsFound> {
  const { prefix, limit, fromMs, toMs } = query;
  checkRange(query);
  checkLimit('number of groups', limit, MAX_PAGE_ROWS);
  const begin = prefix.toLowerCase();
  const found = new Map<string, readonly Value[]>();
  let rowsRead = 0;
  for (let after: RowPlace | null = null; ; ) {
    const range = { fromMs, toMs, groups: ALL_GROUPS, order: 'latestFirst', limit: CHUNK_ROWS, after } as const;
    const { rows, read, next } = await readStoredRows(view, results, range);
    rowsRead += read;
    for (const { row, group } of rows) {
      if (found.has(group)) continue;
      const values = groupValuesOf(view.definition, row.columns);
      const begins = values.some((value) => String(value).toLowerCase().startsWith(begin));
      if (prefix !== '' && !begins) continue;
      if (found.size === limit) return { groups: sorted(found), rowsRead, isCut: true };
      found.set(group, values);
    }
    if (next === null || rowsRead >= DEFAULT_ROWS_READ)
      return { groups: sorted(found), rowsRead, isCut: next !== null };
    after = next;
  }
}

function sorted(groups: ReadonlyMap<string, readonly Value[]>): readonly (readonly Value[])[] {
  return [...groups.values()].sort(compareGroups);
}
