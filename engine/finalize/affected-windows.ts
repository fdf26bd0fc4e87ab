import type { Progress } from '../state/progress.ts';
import { firstWindowEndingAfter, type Grid, lastWindowOf } from '../windows/aligned.ts';

/** Final windows that late events came into, in the order of time. Ask for them in that order too. */
export class AffectedWindows {
  readonly #grid: Grid;
  readonly #panes: readonly number[];
  readonly #fromMs: number;
  readonly #toMs: number;
  #next = 0;

  /** Of the windows that hold these panes, those with `fromMs` ≤ start < `toMs`. */
  constructor(grid: Grid, panes: Iterable<number>, fromMs: number, toMs: number) {
    this.#grid = grid;
    this.#panes = [...panes].sort((a, b) => a - b);
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** The first that starts at or after an instant, which is a window's start or before them all; null for none. */
  next(atMs: number): number | null {
    const fromMs = Math.max(atMs, this.#fromMs);
    for (; this.#next < this.#panes.length; this.#next++) {
      const paneMs = this.#panes[this.#next] as number;
      const startMs = Math.max(fromMs, firstWindowEndingAfter(this.#grid, paneMs));
      if (startMs <= lastWindowOf(this.#grid, paneMs)) return startMs < this.#toMs ? startMs : null;
    }
    return null;
  }
}

interface Revising {
  readonly markedPanes: ReadonlySet<number>;
  readonly fence: { readonly progress: Progress };
}

/** Start of the first final window that a late event may have changed; infinite where there is none. */
export function firstAffectedMs({ markedPanes, fence }: Revising, grid: Grid): number {
  const { stateCutoffMs, closedUpToMs } = fence.progress;
  const affected = new AffectedWindows(grid, markedPanes, stateCutoffMs, closedUpToMs);
  return affected.next(stateCutoffMs) ?? Number.POSITIVE_INFINITY;
}
