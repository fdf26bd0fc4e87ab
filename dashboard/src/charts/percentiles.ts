import type { Column, ViewDescription } from '../../../api/schemas/pipeline.ts';

/** Percentiles of one thing: `p50`, `p95` and `p99` of a duration are one chart and not three. */

export interface Percentile {
  readonly column: Column;
  /** From 0 to 1. */
  readonly q: number;
  /** `p95`. */
  readonly name: string;
}

/** The percentiles of a view, by what they are of; in the order of the definition, each rising. */
export function percentilesOf(view: ViewDescription): readonly (readonly Percentile[])[] {
  const families = new Map<string, Percentile[]>();
  for (const column of view.columns) {
    const parsed = column.made_by === 'quantile' ? QUANTILE.exec(column.words) : null;
    if (parsed === null) continue;
    const [, argument = '', text = ''] = parsed;
    const of = `${argument} ${parsed[3] ?? ''}`;
    const percentile = { column, q: Number(text), name: `p${Number((Number(text) * 100).toPrecision(6))}` };
    families.set(of, [...(families.get(of) ?? []), percentile]);
  }
  return [...families.values()].map((family) => family.sort((a, b) => a.q - b.q));
}

/** `quantile(ms; 0.95, within 1 %) where …`: as the definition says the column in words. */
const QUANTILE = /^quantile\((.*); (\d*\.?\d+)[^;]*?\)(| where .*)$/;

/** The percentiles that a column is one of. */
export function familyOf(view: ViewDescription, column: Column): readonly Percentile[] {
  return percentilesOf(view).find((family) => family.some((one) => one.column.name === column.name)) ?? [];
}

/** One of each family stands for all of it where columns are chosen. */
export function choicesOf(view: ViewDescription, columns: readonly Column[]): readonly Column[] {
  return columns.filter((column) => {
    const family = familyOf(view, column);
    return family.length <= 1 || view.group_by.length > 0 || family[0]?.column.name === column.name;
  });
}

/** A column by its name, percentiles of one thing by theirs: `p50, p95, p99`. */
export function choiceWords(view: ViewDescription, column: Column): string {
  const family = view.group_by.length > 0 ? [] : familyOf(view, column);
  return family.length <= 1 ? column.name : family.map(({ name }) => name).join(', ');
}

/** The middle solid, the high ones ever lighter: one hue, told apart by their strokes. */
export function strokeOf(q: number): 'line' | 'dashed' | 'dotted' {
  if (q <= 0.5) return 'line';
  return q < 0.99 ? 'dashed' : 'dotted';
}

const LOGARITHMIC_SPAN = 100;

/** Where the greatest is more than a hundred times the least, a linear axis would show the greatest alone. */
export function isLogarithmic(least: number, greatest: number): boolean {
  return least > 0 && Number.isFinite(greatest) && greatest / least > LOGARITHMIC_SPAN;
}
