import type { ViewPlan } from '../plan/plan.ts';
import { floorTo } from '../time/floor-to.ts';
import type { Row } from './drafts.ts';
import type { FinalizeRun } from './run.ts';

/**
 * Hands totals to the views that take them: for each of their windows, of each group that changed in it, the last one. So within a
 * window nothing counts twice, however often passes have replaced the row meanwhile.
 *
 * A group's last change is kept with its total. So a window is known at its *edge*: where all intervals have been added up whose last
 * instants lie in it, and none after it. Edges up to the pass's `settledMs` change no more; those up to `settledToMs` were handed down
 * by passes before, and the views that took them may have let them go.
 *
 *   intervals   │····│····│····│····│····│    a change counts at the last instant of its interval
 *   windows     │         A         │  B
 *                                   ▲ the edge of A
 */
export class HandedTotals {
  readonly #run: FinalizeRun;
  readonly #everyMs: number;
  /** The last interval in which any group changed. */
  #latestMs = Number.NEGATIVE_INFINITY;

  constructor(run: FinalizeRun) {
    this.#run = run;
    this.#everyMs = run.view.window.panes.paneMs;
  }

  noteChange(intervalMs: number): void {
    this.#latestMs = Math.max(this.#latestMs, intervalMs);
  }

  /** The first edge after an instant that a span must not go over; `toMs` where there is none before. */
  async edgeAfter(fromMs: number, toMs: number): Promise<number> {
    const { view, pass, snapshot } = this.#run;
    const limitMs = Math.min(toMs, pass.settledMs);
    if (view.downstream.length === 0 || fromMs >= limitMs) return toMs;
    const nextMs = await snapshot.nextPane(fromMs, limitMs);
    let edgeMs = toMs;
    for (const { window } of view.downstream) {
      // Windows in which nothing changes have no edge: there may be very many.
      const isOpen = this.#rowTimeMs(this.#latestMs) >= window.closedUpTo(this.#rowTimeMs(fromMs));
      const changeMs = isOpen ? fromMs : nextMs;
      if (changeMs !== null) edgeMs = Math.min(edgeMs, this.#edgeOf(window, changeMs));
    }
    return edgeMs;
  }

  /** Hands down the windows of which this is the edge. `rowsSince` gives the groups that changed at or after an interval. */
  async handDown(atMs: number, rowsSince: (intervalMs: number) => readonly Row[]): Promise<void> {
    const { view, pass, fence, downstream } = this.#run;
    if (atMs > pass.settledMs) return;
    const settledRowMs = this.#rowTimeMs(fence.progress.settledToMs);
    for (const taker of view.downstream) {
      const { window } = taker;
      // The window that the last interval before this counts in.
      const startMs = window.closedUpTo(this.#rowTimeMs(atMs - this.#everyMs));
      const isEdge = this.#edgeOf(window, atMs - this.#everyMs) === atMs;
      if (!isEdge || startMs < window.closedUpTo(settledRowMs) || this.#rowTimeMs(this.#latestMs) < startMs) continue;
      const rows = rowsSince(startMs - this.#everyMs + 1);
      const timed = rows.map(({ values, window: { endMs } }) => ({ values, timeMs: endMs - 1 }));
      await this.#run.handDown(timed, startMs, [taker]);
    }
    if (downstream.isFull) await this.#run.commit({});
  }

  /** Where the window ends that a change in an interval counts in, in whole intervals. */
  #edgeOf(window: ViewPlan['window'], intervalMs: number): number {
    const startMs = window.closedUpTo(this.#rowTimeMs(intervalMs));
    return floorTo(this.#everyMs, window.rowTimeMs(startMs) + 1);
  }

  #rowTimeMs(intervalMs: number): number {
    return this.#run.view.window.rowTimeMs(intervalMs);
  }
}
