import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';

/** Which chart shows a column of a view. The definition decides; nobody sets up panels. */
export type ChartKind =
  /** One series: a line with its band and forecast, or bars where most windows are empty. */
  | 'line'
  /** Groups that can be summed: bars on top of each other, then areas. */
  | 'stack'
  /** Groups that cannot: a line each. */
  | 'lines'
  /** Many groups: a table of the greatest. */
  | 'top'
  | 'heatMap'
  | 'percentiles'
  | 'timeline'
  | 'steps';

const FEW_GROUPS = 5;

export function chartKind(view: ViewDescription, column: Column, groups: number): ChartKind {
  if (view.window.kind === 'session') return 'timeline';
  if (column.made_by === 'histogram') return 'heatMap';
  if (column.type === 'boolean' || column.made_by === 'first' || column.made_by === 'last') return 'steps';
  if (view.group_by.length === 0) return column.made_by === 'quantile' ? 'percentiles' : 'line';
  if (groups > 3 * FEW_GROUPS) return 'top';
  return column.combine === 'sum' ? 'stack' : 'lines';
}

/** Columns with a number to draw, in the order of the definition; those that a detector makes are drawn with their own. */
export function drawnColumns(view: ViewDescription): readonly Column[] {
  return view.columns.filter(
    ({ role, type }) =>
      (role === 'aggregate' || role === 'derived') && (type === 'number' || type === 'integer' || type === 'boolean'),
  );
}

/** What is known beside a column: the detector that watches it, and its forecast. */
export interface Companions {
  readonly detector: Column | null;
  readonly forecast: Column | null;
}

export function companionsOf(view: ViewDescription, column: Column): Companions {
  const over = view.columns.filter(({ of }) => of.includes(column.name));
  const has = (candidate: Column, member: string) => candidate.fields?.some(({ name }) => name === member) === true;
  return {
    detector: over.find((candidate) => has(candidate, 'is_anomaly')) ?? null,
    forecast: over.find(({ made_by }) => made_by === 'forecast') ?? null,
  };
}

/** The view that the page shows large: the first without groups, or the first. */
export function mainView(views: readonly ViewDescription[]): ViewDescription | undefined {
  return views.find(({ group_by, window }) => group_by.length === 0 && window.kind !== 'session') ?? views[0];
}
