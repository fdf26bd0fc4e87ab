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
  for (const [field, text] of Object.entries(askedGroup(values))) {
    const found = definition.groupBy.find(({ name }) => name === field);
    // A field that is not there is refused below, with the nearest name.
    groups.set(field, text === null || found === undefined ? text : parseGroupValue(field, text, found.node.type));
  }
  checkGroupFilter(definition, groups);
  return groups;
}

/** The same as text, by field, for a server that knows the fields and their kinds. */
export function askedGroup({ group, 'is-null': isNull }: GroupValues): Readonly<Record<string, string | null>> {
  const asked = new Map<string, string | null>();
  const set = (field: string, text: string | null) => {
    if (asked.has(field)) throw new UsageError(`The group field '${field}' is given twice.`);
    asked.set(field, text);
  };
  for (const text of group ?? []) {
    const [, field, written] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (field === undefined || written === undefined) {
      throw new UsageError(`--group is '${text}', and must be FIELD=VALUE.`);
    }
    set(field, written);
  }
  for (const field of isNull ?? []) set(field, null);
  return Object.fromEntries(asked);
}
