import type { ViewDescription } from '../../../api/schemas/pipeline.ts';
import { type ViewDefinition, valueNames } from '../../../engine/ir/view-definition.ts';
import { traitsOf } from '../../../engine/ir/window.ts';
import { shownShape } from '../../../engine/query/shown-row.ts';

/** The names of a view's columns, as a table, CSV and JSON need them. */
export interface TableShape {
  /** What stands for a row's window: `window_start`, or of rows that have none `as_of` or `event_time`. */
  readonly time: string;
  readonly groupBy: readonly string[];
  readonly values: readonly string[];
  /** All that a row has, in order. */
  readonly names: readonly string[];
}

export function shapeOfView(view: ViewDefinition): TableShape {
  return {
    time: traitsOf(view.window).columns[0] ?? '',
    groupBy: view.groupBy.map(({ name }) => name),
    values: valueNames(view),
    names: [...shownShape(view).fields.keys()],
  };
}

/** The same of a view that a server describes. */
export function shapeOfDescription({ columns, emit }: ViewDescription): TableShape {
  const named = (...roles: readonly string[]) =>
    columns.filter(({ role }) => roles.includes(role)).map(({ name }) => name);
  const ofEach = ['revision', 'late_events', 'is_final', 'partial', ...(emit === 'complete' ? ['truncated'] : [])];
  return {
    time: named('window')[0] ?? '',
    groupBy: named('group'),
    values: named('aggregate', 'derived'),
    names: [...columns.map(({ name }) => name), ...ofEach],
  };
}
