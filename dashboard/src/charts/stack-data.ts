import { type Gap, latestRevision, type Point } from './timeline-data.ts';
import { alignTracks } from './tracks.ts';

/** Groups on top of each other: only of columns that may be summed. */

export interface Layer {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface StackedWindow {
  readonly start: number;
  readonly end: number;
  readonly isFinal: boolean;
  readonly revision: number;
  readonly revisedAt: number | null;
  /** By layer, from the bottom; the last is "other" where there is one. */
  readonly values: readonly number[];
  readonly total: number;
}

export interface Stack {
  readonly names: readonly string[];
  readonly hasOther: boolean;
  readonly windows: readonly StackedWindow[];
  readonly gaps: readonly Gap[];
}

/** From so many windows on a stack is drawn as an area, for its bars would be slivers. */
export const MOST_BARS = 60;
/** Groups with a colour of their own; the rest are "other". */
export const STACKED_GROUPS = 4;

/**
 * `total` is the sum over all groups: what the layers leave of it is "other". A window of which the total came before a
 * layer's (they are two answers) has an other of at least zero.
 */
export function stackOf(layers: readonly Layer[], total: readonly Point[], stepMs: number): Stack {
  const { rows, gaps } = alignTracks([total, ...layers.map(({ points }) => points)], stepMs);
  const windows = rows
    .filter(({ points }) => points.some((point) => point !== null))
    .map(({ start, end, points: [all, ...own] }): StackedWindow => {
      const values = own.map((point) => point?.value ?? 0);
      const sum = values.reduce((a, b) => a + b, 0);
      const known = [all, ...own].filter((point) => point != null);
      return {
        start,
        end,
        isFinal: known.every(({ isFinal }) => isFinal),
        ...latestRevision(known),
        values: [...values, Math.max(0, (all?.value ?? sum) - sum)],
        total: Math.max(sum, all?.value ?? sum),
      };
    });
  const hasOther = windows.some(({ values }) => (values.at(-1) ?? 0) > 0);
  return {
    names: [...layers.map(({ name }) => name), ...(hasOther ? ['other'] : [])],
    hasOther,
    windows: hasOther ? windows : windows.map((window) => ({ ...window, values: window.values.slice(0, -1) })),
    gaps,
  };
}

/** Fewer windows than half of those that there could be. */
export function isSparseStack({ windows, gaps }: Stack, stepMs: number): boolean {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined || gaps.length === 0) return false;
  return windows.length < ((last.start - first.start) / stepMs + 1) / 2;
}

/** Where each layer of a window begins and ends, from zero up. */
export function layersOf(values: readonly number[]): readonly (readonly [from: number, to: number])[] {
  let from = 0;
  return values.map((value) => {
    const layer = [from, from + value] as const;
    from += value;
    return layer;
  });
}
