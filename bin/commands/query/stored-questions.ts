import { toJson } from '../../../engine/ir/node.ts';
import type { ViewPlan } from '../../../engine/plan/plan.ts';
import { MAX_PAGE_ROWS } from '../../../engine/query/bounds.ts';
import { comparePeriods } from '../../../engine/query/compare-periods.ts';
import type { GroupFilter } from '../../../engine/query/group-filter.ts';
import { isOfOtherDefinition } from '../../../engine/query/other-definition.ts';
import type { QueryPorts } from '../../../engine/query/query-ports.ts';
import { readRows } from '../../../engine/query/rows.ts';
import { readTopGroups } from '../../../engine/query/top-groups.ts';
import type { ViewQuestions } from './questions.ts';
import { shapeOfView } from './table-shape.ts';

/** Answers of the stores of a pipeline. */
export function storedQuestions(view: ViewPlan, ports: QueryPorts, groups: GroupFilter): ViewQuestions {
  const shape = shapeOfView(view.definition);
  return {
    shape,
    maxRows: MAX_PAGE_ROWS,
    rows: (query) => readRows(view, ports, { ...query, groups, order: 'latestFirst' }),
    async top(query) {
      const { firstWindowMs, lastWindowMs, refused, ...top } = await readTopGroups(view, ports, { ...query, groups });
      const windows =
        firstWindowMs === null || lastWindowMs === null ? null : { firstMs: firstWindowMs, lastMs: lastWindowMs };
      return { ...top, windows, leftOut: [...refused.keys()] };
    },
    async changes(query) {
      const found = await comparePeriods(view, ports, { ...query, groups });
      const rows = found.rows.map(({ group, value, before }) => ({
        group: Object.fromEntries(shape.groupBy.map((name, index) => [name, toJson(group[index] ?? null)])),
        value,
        before,
      }));
      return { ...found, rows };
    },
    async noRows(open) {
      if (await isOfOtherDefinition(view, ports.state)) {
        return `There are no rows of view '${view.name}' as the pipeline file defines it now: the store has those of another definition. Give the file that was run or deployed, or run this one.`;
      }
      return noSuchRows(open);
    },
  };
}

export function noSuchRows(open: boolean): string {
  return open
    ? 'There are no such rows.'
    : 'There are no such rows. Windows that are open have none yet: --open shows them.';
}
