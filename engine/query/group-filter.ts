import { groupText } from '../codec/group.ts';
import { TABLE_GROUP } from '../finalize/drafts.ts';
import type { Value } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { BadQueryError } from './errors.ts';

/** Values that a row's group has, by field: of all fields for one group, of some for several, of none for all. */
export type GroupFilter = ReadonlyMap<string, Value>;

export const ALL_GROUPS: GroupFilter = new Map();

interface GroupedView {
  readonly name: string;
  readonly groupBy: readonly { readonly name: string }[];
}

/** @throws BadQueryError where the view does not group by a field of the filter. */
export function checkGroupFilter({ name, groupBy }: GroupedView, filter: ReadonlyMap<string, unknown>): void {
  const fields = groupBy.map((field) => field.name);
  for (const field of filter.keys()) {
    if (fields.includes(field)) continue;
    throw new BadQueryError(
      `View '${name}' does not group by '${field}'.${didYouMean(field, fields)} It groups by ${fields.join(', ') || 'nothing'}.`,
    );
  }
}

/** The group of the stored rows that a filter asks for; undefined where it may be several. */
export function storedGroupOf({ emit, groupBy }: ViewDefinition, filter: GroupFilter): string | undefined {
  if (emit === 'complete') return TABLE_GROUP;
  if (groupBy.length === 0 || filter.size < groupBy.length) return undefined;
  return groupText(groupBy.map(({ name }) => filter.get(name) ?? null));
}

/** Whether a group, its values in the order of the definition, has all values of the filter. */
export function isOfGroup({ groupBy }: ViewDefinition, filter: GroupFilter, values: readonly Value[]): boolean {
  return groupBy.every(({ name }, index) => !filter.has(name) || filter.get(name) === (values[index] ?? null));
}
