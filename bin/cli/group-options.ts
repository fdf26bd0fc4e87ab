import type { Value } from '../../engine/ir/node.ts';
import type { ViewPlan } from '../../engine/plan/plan.ts';
import { checkGroupFilter, type GroupFilter } from '../../engine/query/group-filter.ts';
import { parseGroupValue } from '../../engine/query/group-value.ts';
import { UsageError } from './command.ts';

export const GROUP_OPTIONS = {
  group: { type: 'string', multiple: true },
  'is-null': { type: 'string', multiple: true },
} as const;

export interface GroupValues {
  readonly group?: readonly string[] | undefined;
  readonly 'is-null'?: readonly string[] | undefined;
}

/** The groups that `--group FIELD=VALUE` and `--is-null FIELD` ask for. */
export function parseGroups({ definition }: ViewPlan, values: GroupValues): GroupFilter {
  const groups = new Map<string, Value>();
  const set = (field: string, value: Value) => {
    if (groups.has(field)) throw new UsageError(`The group field '${field}' is given twice.`);
    groups.set(field, value);
  };
  for (const text of values.group ?? []) {
    const [, field, written] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (field === undefined || written === undefined) {
      throw new UsageError(`--group is '${text}', and must be FIELD=VALUE.`);
    }
    const found = definition.groupBy.find(({ name }) => name === field);
    // A field that is not there is refused below, with the nearest name.
    set(field, found === undefined ? written : parseGroupValue(field, written, found.node.type));
  }
  for (const field of values['is-null'] ?? []) set(field, null);
  checkGroupFilter(definition, groups);
  return groups;
}
