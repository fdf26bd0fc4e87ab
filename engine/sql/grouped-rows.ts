import type { ViewDefinition } from '../ir/view-definition.ts';
import { usualStepMs } from '../windows/aligned.ts';
import { windowOf } from '../windows/registry.ts';
import type { SqlWindows } from '../windows/window-sql.ts';
import { boundOf } from './aggregate.ts';
import type { SqlScope } from './compile-expression.ts';
import { identifier, select } from './text.ts';

/** A row for each window and group. */
export function groupedSelect(
  { from, columns, keys }: SqlWindows,
  groups: readonly string[],
  aggregates: readonly string[],
): string {
  const all = select({ columns: [...columns, ...groups, ...aggregates], from });
  const by = [...keys, ...groups.map((_, index) => String(columns.length + index + 1))];
  // Without groups there is one total, and none of no events.
  return by.length === 0 ? `${all}\nHAVING count(*) > 0` : `${all}\nGROUP BY ${by.join(', ')}`;
}

/** What row expressions are compiled in: their fields are the row's columns, not the event's. */
export function rowScope(view: ViewDefinition, events: SqlScope): SqlScope {
  const bounds = new Map<string, number>();
  for (const { name } of view.groupBy) {
    const bound = events.bounds.get(name);
    if (bound !== undefined) bounds.set(name, bound);
  }
  for (const { name, column } of view.aggregates) {
    const bound = boundOf(column, events);
    if (bound !== null) bounds.set(name, bound);
  }
  const groups = view.groupBy.map(({ name }) => identifier(name));
  const partition = groups.length > 0 ? `PARTITION BY ${groups.join(', ')} ` : '';
  const kind = windowOf(view.window);
  // Rows of other windows have no order, and no row operators.
  const numbers = kind.sqlNumbers?.(events.dialect.name);
  const rows = {
    overRows: `${partition}ORDER BY ${numbers?.of('"window_start"') ?? '"window_start"'}`,
    step: numbers?.step ?? 0,
    slideMs: kind.grid === null ? 0 : usualStepMs(kind.grid),
  };
  return { ...events, bounds, derived: new Set(), rows };
}
