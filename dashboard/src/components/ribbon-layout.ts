import type { Cell } from '../../../api/schemas/overview.ts';

/** Where the windows of a lane stand on the ribbon. Pure, so that tests can look at it. */

export interface PlacedCell {
  readonly start: number;
  readonly end: number;
  /** Null of a window to come. */
  readonly cell: Cell | null;
  /** In shares of the lane, from 0 to 1. */
  readonly x: number;
  readonly width: number;
}

export interface PlacedGap {
  readonly start: number;
  readonly end: number;
  readonly x: number;
  readonly width: number;
}

export interface RibbonLayout {
  readonly cells: readonly PlacedCell[];
  readonly gaps: readonly PlacedGap[];
  /** Where an instant stands; null outside of what is drawn. */
  place(ms: number): number | null;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
  readonly kind: 'cell' | 'gap' | 'toCome';
}

/** A gap of more than so many steps is drawn narrow. */
const NARROW_AFTER_STEPS = 3;
const NARROW_WEIGHT = 0.3;

/**
 * The last `most` windows that are known and the next one to come, in the order of time. Time is drawn to scale within a
 * window; a stretch of more than three windows without events takes a third of one.
 */
export function layoutRibbon(cells: Readonly<Record<string, Cell>>, stepMs: number, most: number): RibbonLayout {
  const known = Object.entries(cells)
    .map(([start, cell]) => ({ start: Number(start), cell }))
    .sort((a, b) => a.start - b.start)
    .slice(-most);
  const stretches: Stretch[] = [];
  for (const { start } of known) {
    const before = stretches.at(-1);
    if (before !== undefined && start > before.end) stretches.push(gapFrom(before.end, start, stepMs));
    stretches.push({ start, end: start + stepMs, weight: 1, kind: 'cell' });
  }
  const last = stretches.at(-1);
  if (last !== undefined) stretches.push({ start: last.end, end: last.end + stepMs, weight: 1, kind: 'toCome' });
  const all = stretches.reduce((sum, { weight }) => sum + weight, 0);
  let x = 0;
  const placed = stretches.map((stretch) => {
    const width = stretch.weight / all;
    const at = { ...stretch, x, width };
    x += width;
    return at;
  });
  return {
    cells: placed
      .filter(({ kind }) => kind !== 'gap')
      .map(({ start, end, x: left, width }) => ({ start, end, x: left, width, cell: cells[start] ?? null })),
    gaps: placed.filter(({ kind }) => kind === 'gap'),
    place(ms) {
      const found = placed.find(({ start, end }) => ms >= start && ms < end);
      return found === undefined ? null : found.x + (found.width * (ms - found.start)) / (found.end - found.start);
    },
  };
}

function gapFrom(start: number, end: number, stepMs: number): Stretch {
  const steps = (end - start) / stepMs;
  return { start, end, weight: steps > NARROW_AFTER_STEPS ? NARROW_WEIGHT : steps, kind: 'gap' };
}
