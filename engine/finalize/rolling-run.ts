import { paneOf } from '../state/keys.ts';
import { AlignedWindows } from './aligned-windows.ts';
import { CarriedState } from './carried-state.ts';
import type { Row } from './drafts.ts';
import { historyCodec, RollingHistories } from './rolling-histories.ts';
import type { FinalizeRun } from './run.ts';
import { sortedGroups } from './sort-rows.ts';

/** What a run carries on to: progress to commit when it is done. */
type Fold = Pick<FinalizeRun['fence']['progress'], 'carried' | 'stateCutoffMs'>;

/**
 * Tumbling and sliding windows whose rows have aggregates over the group's last rows. A row depends on those before it,
 * so windows are gone through in order from the horizon, where what came before is carried; of final ones only those are
 * written again that come at or after one that a late event changed. Returns null where time was up before all was done.
 */
export async function runRolling(run: FinalizeRun): Promise<Fold | null> {
  return new RollingRun(run).run();
}

class RollingRun {
  readonly #run: FinalizeRun;
  readonly #windows: AlignedWindows;
  readonly #carried: CarriedState;
  #histories: RollingHistories;
  /** Pages of the histories when all windows before the new horizon have been gone through; null to stay where it is. */
  #atCutoff: Uint8Array[] | null = null;
  #isAtCutoff = false;

  constructor(run: FinalizeRun) {
    this.#run = run;
    this.#windows = new AlignedWindows(run.view, run.snapshot);
    this.#carried = new CarriedState(run, historyCodec(run.view));
    this.#histories = new RollingHistories(run.view, new Map());
  }

  async run(): Promise<Fold | null> {
    const { fence, closeUpToMs, downstreamOutput, markers } = this.#run;
    this.#histories = new RollingHistories(this.#run.view, await this.#carried.load());
    const affectedMs = this.#firstAffected();
    const closedUpToMs = fence.progress.closedUpToMs;
    let cursorMs = fence.progress.stateCutoffMs;
    for (;;) {
      const startMs = await this.#windows.next(cursorMs, closeUpToMs);
      if (startMs === null || startMs >= this.#run.stateCutoffMs) this.#reachCutoff();
      if (startMs === null) break;
      if (this.#run.timeIsUp()) {
        await this.#run.commit({ closedUpToMs: Math.max(closedUpToMs, startMs) });
        return null;
      }
      if (downstreamOutput.isFull) await this.#run.commit({ closedUpToMs: Math.max(closedUpToMs, startMs) });
      await this.#goThrough(startMs, { isNew: startMs >= closedUpToMs, isAffected: startMs >= affectedMs });
      cursorMs = startMs + this.#windows.grid.slideMs;
    }
    await this.#run.commit({ closedUpToMs: Math.max(closedUpToMs, closeUpToMs) });
    await this.#run.deleteMarkers(markers);
    return this.#fold();
  }

  async #goThrough(startMs: number, { isNew, isAffected }: { readonly isNew: boolean; readonly isAffected: boolean }) {
    const { view, fence, downstreamOutput } = this.#run;
    const window = { startMs, endMs: startMs + this.#windows.grid.sizeMs };
    const rows = sortedGroups(await this.#windows.read(startMs)).map(
      (group): Row => ({ group, window, values: view.rows.values(group, window, this.#histories.of(group)) }),
    );
    const careful = this.#run.isUnfinished(startMs);
    if (!isNew && !isAffected && !careful) return;
    await this.#run.write(rows, startMs);
    if (isNew) this.#run.noteFinal(rows);
    await downstreamOutput.add({ startMs, revised: !isNew, careful, version: fence.nextVersion }, rows);
    this.#run.panes++;
  }

  /** The start of the first final window that a late event may have changed. */
  #firstAffected(): number {
    const { fence, markers, snapshot } = this.#run;
    const { stateCutoffMs, closedUpToMs } = fence.progress;
    const panes = [...markers.map((marker) => paneOf(marker.key)), ...snapshot.listedMarkerPanes];
    const windows = panes
      .filter((paneMs) => paneMs >= stateCutoffMs)
      .flatMap((paneMs) => this.#windows.holding(paneMs, stateCutoffMs, closedUpToMs).slice(0, 1));
    return Math.min(Number.POSITIVE_INFINITY, ...windows);
  }

  #reachCutoff(): void {
    if (this.#isAtCutoff) return;
    this.#isAtCutoff = true;
    const { stateCutoffMs, fence } = this.#run;
    const waitingBytes = [...this.#windows.bytes]
      .filter(([paneMs]) => paneMs >= fence.progress.stateCutoffMs && paneMs < stateCutoffMs)
      .reduce((sum, [, bytes]) => sum + bytes, 0);
    if (!this.#carried.isWorthFolding(waitingBytes)) return;
    this.#atCutoff = this.#carried.encode(this.#histories.rememberedAt(stateCutoffMs));
  }

  async #fold(): Promise<Fold> {
    const { carried, stateCutoffMs } = this.#run.fence.progress;
    if (this.#atCutoff === null) return { carried, stateCutoffMs };
    return { carried: await this.#carried.savePages(this.#atCutoff), stateCutoffMs: this.#run.stateCutoffMs };
  }
}
