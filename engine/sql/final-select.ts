import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { traitsOf } from '../ir/window.ts';
import type { Dialect } from './dialect.ts';
import type { Cte } from './stages.ts';
import { identifier, indent, select } from './text.ts';

/** The view's columns in their order, with instants as text, ordered by window and group. */
export function finalSelect(view: ViewDefinition, from: string, dialect: Dialect): string {
  const columns = [...rowShape(view).fields].map(([name, field]) => {
    const column = identifier(name);
    if (field.shape === 'struct') {
      const fields = [...field.fields.keys()].map((inner) => [inner, identifier(`${name}.${inner}`)]);
      return `${dialect.jsonObject(Object.fromEntries(fields))} AS ${column}`;
    }
    const isInstant = field.type.kind === 'instant';
    return isInstant ? `${dialect.msToIso(column)} AS ${column}` : column;
  });
  // The CTE's columns, not the texts above.
  const columnsOfWindow = traitsOf(view.window).columns;
  const starts = (['window_start', 'event_time'] as const).filter((name) => columnsOfWindow.includes(name));
  const start = starts.map((name) => `${from}.${identifier(name)}`);
  const ordering = [...view.groupBy, ...(view.selected ?? []).filter(({ node }) => node.type.kind !== 'json')];
  const groups = ordering.map(({ name }) => `${from}.${identifier(name)} NULLS FIRST`);
  const order = [...start, ...groups];
  return `${select({ columns, from })}${order.length === 0 ? '' : `\nORDER BY ${order.join(', ')}`}`;
}

export function formatCte({ name, sql }: Cte): string {
  return `${name} AS (\n  ${indent(sql)}\n)`;
}
