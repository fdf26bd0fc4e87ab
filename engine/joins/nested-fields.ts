import type { FieldNode } from '../ir/join-definition.ts';
import type { ColumnValue } from '../ir/node.ts';
import type { LogRow } from './event-log.ts';
import { fromStored } from './stored-value.ts';

/** The kept fields of an event, nested as they were in it. */
export type NestedFields = { [name: string]: ColumnValue | NestedFields };

/** Makes the fields of an event of its kept values; the first of them is at an index. */
export function nestedFields(columns: readonly FieldNode[], firstIndex = 0): (row: LogRow) => NestedFields {
  const reads = columns.map(({ type }) => fromStored(type));
  return ({ values }) => {
    const root: NestedFields = Object.create(null);
    columns.forEach(({ path }, index) => {
      let owner = root;
      for (const name of path.slice(0, -1)) {
        const inner = (owner[name] as NestedFields | undefined) ?? Object.create(null);
        owner[name] = inner;
        owner = inner;
      }
      owner[path.at(-1) as string] = (reads[index] as (typeof reads)[number])(values[firstIndex + index]);
    });
    return root;
  };
}
