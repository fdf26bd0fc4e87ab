import { rowShape, type ViewDefinition } from '../engine/ir/view-definition.ts';

/**
 * Columns of a view's rows that can be metrics: the numbers of a view without groups, of which each window has one row.
 * Groups would be dimensions, and their number has no bound; each of their values would be a metric to pay for.
 */
export function valueColumns(view: ViewDefinition): readonly string[] {
  if (view.groupBy.length > 0 || view.emit === 'complete') return [];
  return [...rowShape(view).fields].flatMap(([name, field]) =>
    field.shape === 'leaf' && field.type.kind === 'number' ? [name] : [],
  );
}
