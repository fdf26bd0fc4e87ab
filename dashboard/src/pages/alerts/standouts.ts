import type { Group } from '../../../../api/schemas/common.ts';
import type { Column, ViewDescription } from '../../../../api/schemas/pipeline.ts';
import type { TopAnswer } from '../../../../api/schemas/rows.ts';
import { numberOf } from '../../charts/timeline-data.ts';

/** A group that made up more of a window than it did before. */
export interface Standout {
  readonly group: Group;
  /** Of the sum over all groups in the window, from 0 to 1. */
  readonly share: number;
  /** The same of the time before. */
  readonly before: number;
}

/** A view by whose groups a window of another one can be taken apart: of the same events, with a column that adds up. */
export interface Breakdown {
  readonly view: ViewDescription;
  readonly column: Column;
}

const MOST_BREAKDOWNS = 2;
const MOST_STANDOUTS = 4;
/** A share that rose by less is no news. */
const LEAST_RISE = 0.02;

/** Views that take the windows of `view` apart, those with a column of the watched one's name first. */
export function breakdownsOf(
  view: ViewDescription,
  watched: string,
  views: readonly ViewDescription[],
): readonly Breakdown[] {
  const found = views.flatMap((one): Breakdown[] => {
    if (one.name === view.name || one.group_by.length === 0 || one.window.kind === 'global') return [];
    if (!one.streams.some((stream) => view.streams.includes(stream))) return [];
    const sums = one.columns.filter(({ role, combine }) => role === 'aggregate' && combine === 'sum');
    const column = sums.find(({ name }) => name === watched) ?? sums[0];
    return column === undefined ? [] : [{ view: one, column }];
  });
  const isSame = ({ column }: Breakdown) => Number(column.name === watched);
  return [...found].sort((a, b) => isSame(b) - isSame(a)).slice(0, MOST_BREAKDOWNS);
}

/** Groups whose share rose, the most risen first. */
export function standoutsOf(now: TopAnswer, past: TopAnswer, column: string): readonly Standout[] {
  const before = new Map(sharesOf(past, column).map(({ group, share }) => [JSON.stringify(group), share]));
  return sharesOf(now, column)
    .map(({ group, share }) => ({ group, share, before: before.get(JSON.stringify(group)) ?? 0 }))
    .filter((one) => one.share - one.before >= LEAST_RISE)
    .sort((a, b) => b.share - b.before - (a.share - a.before))
    .slice(0, MOST_STANDOUTS);
}

function sharesOf({ groups, others }: TopAnswer, column: string): { readonly group: Group; readonly share: number }[] {
  const values = groups.map(({ group, columns }) => ({ group, value: numberOf(columns[column]) ?? 0 }));
  const total = values.reduce((sum, { value }) => sum + value, others?.value ?? 0);
  return total > 0 ? values.map(({ group, value }) => ({ group, share: value / total })) : [];
}
