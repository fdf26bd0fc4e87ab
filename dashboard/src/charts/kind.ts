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

export const CHART_WORDS: Readonly<Record<ChartKind, string>> = {
  line: 'line',
  stack: 'stacked bars',
  lines: 'lines',
  top: 'top groups',
  heatMap: 'heat map',
  percentiles: 'percentiles',
  timeline: 'timeline',
  steps: 'steps',
};

const FEW_GROUPS = 5;

/** Above this many groups a stack of four and "other" would be nearly all "other". */
const MOST_STACKED_GROUPS = 3 * FEW_GROUPS;

export function chartKind(view: ViewDescription, column: Column, groups: number): ChartKind {
  if (view.window.kind === 'session') return 'timeline';
  // Totals of all time have no windows to go from one to the next.
  if (view.window.kind === 'global') return 'top';
  if (column.made_by === 'histogram') return 'heatMap';
  if (view.group_by.length > 0 && groups > MOST_STACKED_GROUPS && rankColumn(view, column) !== null) return 'top';
  if (column.made_by === 'quantile' && view.group_by.length === 0) return 'percentiles';
  if (column.type === 'boolean' || column.made_by === 'first' || column.made_by === 'last') return 'steps';
  if (view.group_by.length === 0) return 'line';
  return column.combine === 'sum' ? 'stack' : 'lines';
}

/**
 * Columns to draw, in the order of the definition: numbers, truths and histograms. Those that a detector makes are drawn with
 * their own.
 */
export function drawnColumns(view: ViewDescription): readonly Column[] {
  // Single events are a table.
  if (view.window.kind === 'rows') return [];
  return view.columns.filter(
    ({ role, type, made_by }) =>
      (role === 'aggregate' || role === 'derived') &&
      (type === 'number' || type === 'integer' || type === 'boolean' || made_by === 'histogram'),
  );
}

/**
 * The column by which groups are put in order: the one that is looked at, if its values over several windows are known, else
 * the first of which they are. Null where there is none: such views have means and the like alone.
 */
export function rankColumn(view: ViewDescription, column: Column): Column | null {
  const isKnown = ({ combine, type }: Column) => combine !== null && (type === 'number' || type === 'integer');
  if (isKnown(column)) return column;
  return view.columns.find((one) => one.combine === 'sum' && isKnown(one)) ?? view.columns.find(isKnown) ?? null;
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
  const isLine = ({ group_by, window }: ViewDescription) =>
    group_by.length === 0 && window.kind !== 'session' && window.kind !== 'rows';
  return views.find(isLine) ?? views[0];
}
