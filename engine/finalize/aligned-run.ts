import type { Item } from '../ports/state-store.ts';
import { paneOf } from '../state/keys.ts';
import { firstWindowEndingAfter } from '../windows/aligned.ts';
import { AlignedWindows } from './aligned-windows.ts';
import type { Row } from './drafts.ts';
import type { FinalizeRun } from './run.ts';
import { sortedGroups } from './sort-rows.ts';

/** Windows between two commits of progress: what a crash makes the next finalizer do again. */
const WINDOWS_PER_COMMIT = 50;
/** Markers whose windows are looked at again between two commits. */
const MARKERS_PER_ROUND = 90;

/**
 * Tumbling and sliding windows: looks again at final windows that late events came into, then makes final what the
 * watermark has passed since, in the order of event time. False where time was up before all was done.
 */
export async function runAligned(run: FinalizeRun): Promise<boolean> {
  return new AlignedRun(run).run();
}

class AlignedRun {
  readonly #run: FinalizeRun;
  readonly #windows: AlignedWindows;

  constructor(run: FinalizeRun) {
    this.#run = run;
    this.#windows = new AlignedWindows(run.view, run.snapshot);
  }

  async run(): Promise<boolean> {
    return (await this.#refine()) && (await this.#refineListed()) && (await this.#finalizeNew());
  }

  /** Looks again at final windows that late events came into. */
  async #refine(): Promise<boolean> {
    const { markers } = this.#run;
    for (let from = 0; from < markers.length; from += MARKERS_PER_ROUND) {
      const round = markers.slice(from, from + MARKERS_PER_ROUND);
      if (!(await this.#revise(round.map((marker: Item) => paneOf(marker.key))))) return false;
      await this.#run.deleteMarkers(round);
    }
    return true;
  }

  /**
   * A marker that is listed may not be visible yet. Before a window of its pane can no longer change, which may be long
   * before the pane is dropped, it is taken for granted.
   */
  async #refineListed(): Promise<boolean> {
    const { snapshot, stateCutoffMs } = this.#run;
    const isLast = (paneMs: number) => firstWindowEndingAfter(this.#windows.grid, paneMs) < stateCutoffMs;
    return this.#revise(snapshot.listedMarkerPanes.filter(isLast));
  }

  async #revise(panes: readonly number[]): Promise<boolean> {
    const { closedUpToMs, stateCutoffMs } = this.#run.fence.progress;
    const live = [...new Set(panes)].filter((paneMs) => paneMs >= stateCutoffMs);
    const windows = new Set(live.flatMap((paneMs) => this.#windows.holding(paneMs, stateCutoffMs, closedUpToMs)));
    for (const startMs of [...windows].sort((a, b) => a - b)) {
      if (this.#run.timeIsUp()) return false;
      await this.#finalizeWindow(startMs, true);
      if (this.#run.downstreamOutput.isFull) await this.#run.commit({});
    }
    if (!this.#run.downstreamOutput.isEmpty) await this.#run.commit({});
    return true;
  }

  async #finalizeNew(): Promise<boolean> {
    const { fence, downstreamOutput, closeUpToMs } = this.#run;
    let sinceCommit = 0;
    let cursorMs = Math.max(fence.progress.closedUpToMs, fence.progress.stateCutoffMs);
    for (;;) {
      const startMs = await this.#windows.next(cursorMs, closeUpToMs);
      if (startMs === null) break;
      const timeIsUp = this.#run.timeIsUp();
      if (sinceCommit >= WINDOWS_PER_COMMIT || downstreamOutput.isFull || timeIsUp) {
        await this.#run.commit({ closedUpToMs: startMs });
        if (timeIsUp) return false;
        sinceCommit = 0;
      }
      await this.#finalizeWindow(startMs, false);
      sinceCommit++;
      cursorMs = startMs + this.#windows.grid.slideMs;
    }
    // Every pane with a marker has been looked at again, so the horizon may pass them.
    const stateCutoffMs = Math.max(this.#run.stateCutoffMs, fence.progress.stateCutoffMs);
    const isFurther = closeUpToMs > fence.progress.closedUpToMs || stateCutoffMs > fence.progress.stateCutoffMs;
    if (isFurther) {
      await this.#run.commit({ closedUpToMs: Math.max(closeUpToMs, fence.progress.closedUpToMs), stateCutoffMs });
    }
    return true;
  }

  async #finalizeWindow(startMs: number, revised: boolean): Promise<void> {
    const { view, fence, downstreamOutput } = this.#run;
    const groups = await this.#windows.read(startMs);
    const window = { startMs, endMs: startMs + this.#windows.grid.sizeMs };
    const rows = sortedGroups(groups).map((group): Row => ({ group, window, values: view.rows.values(group, window) }));
    await this.#run.write(rows, startMs);
    if (!revised) this.#run.noteFinal(rows);
    const careful = this.#run.isUnfinished(startMs);
    await downstreamOutput.add({ startMs, revised, careful, version: fence.nextVersion }, rows);
    this.#run.panes++;
  }
}
