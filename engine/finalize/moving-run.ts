import { least } from '../lists/extremes.ts';
import { paneOf } from '../state/keys.ts';
import { AlignedWindows } from './aligned-windows.ts';
import { CarriedState } from './carried-state.ts';
import type { Row } from './drafts.ts';
import { historyCodec, MovingHistories } from './moving-histories.ts';
import type { FinalizeRun } from './run.ts';
import { sortedGroups } from './sort-rows.ts';

/** What a run carries on to: progress to commit when it is done. */
type Fold = Pick<FinalizeRun['lease']['progress'], 'carried' | 'horizonMs'>;

/**
 * Tumbling and sliding windows whose rows have aggregates over the group's last rows. A row depends on those before it,
 * so windows are gone through in order from the horizon, where what came before is carried; of final ones only those are
 * written again that come at or after one that a late event changed. Returns null where time was up before all was done.
 */
export async function runMoving(run: FinalizeRun): Promise<Fold | null> {
  return new MovingRun(run).run();
}

class MovingRun {
  readonly #run: FinalizeRun;
  readonly #windows: AlignedWindows;
  readonly #carried: CarriedState;
  #histories: MovingHistories;
  /** Pages of the histories when all windows before the new horizon have been gone through; null to stay where it is. */
  #atHorizon: Uint8Array[] | null = null;
  #isAtHorizon = false;

  constructor(run: FinalizeRun) {
    this.#run = run;
    this.#windows = new AlignedWindows(run.view, run.snapshot);
    this.#carried = new CarriedState(run, historyCodec(run.view));
    this.#histories = new MovingHistories(run.view, new Map());
  }

  async run(): Promise<Fold | null> {
    const { lease, boundaryMs, feed, markers } = this.#run;
    this.#histories = new MovingHistories(this.#run.view, await this.#carried.load());
    const affectedMs = this.#firstAffected();
    const finalizedToMs = lease.progress.finalizedToMs;
    let cursorMs = lease.progress.horizonMs;
    for (;;) {
      const startMs = await this.#windows.next(cursorMs, boundaryMs);
      if (startMs === null || startMs >= this.#run.horizonMs) this.#reachHorizon();
      if (startMs === null) break;
      if (this.#run.timeIsUp()) {
        await this.#run.commit({ finalizedToMs: Math.max(finalizedToMs, startMs) });
        return null;
      }
      if (feed.isFull) await this.#run.commit({ finalizedToMs: Math.max(finalizedToMs, startMs) });
      await this.#goThrough(startMs, { isNew: startMs >= finalizedToMs, isAffected: startMs >= affectedMs });
      cursorMs = startMs + this.#windows.grid.slideMs;
    }
    await this.#run.commit({ finalizedToMs: Math.max(finalizedToMs, boundaryMs) });
    await this.#run.deleteMarkers(markers);
    return this.#fold();
  }

  async #goThrough(startMs: number, { isNew, isAffected }: { readonly isNew: boolean; readonly isAffected: boolean }) {
    const { view, lease, feed } = this.#run;
    const window = { startMs, endMs: startMs + this.#windows.grid.sizeMs };
    const rows = sortedGroups(await this.#windows.read(startMs)).map(
      (group): Row => ({ group, window, values: view.rows.values(group, window, this.#histories.of(group, startMs)) }),
    );
    const careful = this.#run.isUnsettled(startMs);
    if (!isNew && !isAffected && !careful) return;
    await this.#run.write(rows, startMs);
    if (isNew) this.#run.noteFinal(rows);
    await feed.add({ startMs, revised: !isNew, careful, version: lease.nextVersion }, rows);
    this.#run.panes++;
  }

  /** The start of the first final window that a late event may have changed. */
  #firstAffected(): number {
    const { lease, markers, snapshot } = this.#run;
    const { horizonMs, finalizedToMs } = lease.progress;
    const panes = [...markers.map((marker) => paneOf(marker.key)), ...snapshot.listedMarkerPanes];
    const windows = panes
      .filter((paneMs) => paneMs >= horizonMs)
      .flatMap((paneMs) => this.#windows.holding(paneMs, horizonMs, finalizedToMs).slice(0, 1));
    return least(windows);
  }

  #reachHorizon(): void {
    if (this.#isAtHorizon) return;
    this.#isAtHorizon = true;
    const { horizonMs, lease } = this.#run;
    const waitingBytes = [...this.#windows.bytes]
      .filter(([paneMs]) => paneMs >= lease.progress.horizonMs && paneMs < horizonMs)
      .reduce((sum, [, bytes]) => sum + bytes, 0);
    if (!this.#carried.isWorthFolding(waitingBytes)) return;
    this.#atHorizon = this.#carried.encode(this.#histories.rememberedAt(horizonMs));
  }

  async #fold(): Promise<Fold> {
    const { carried, horizonMs } = this.#run.lease.progress;
    if (this.#atHorizon === null) return { carried, horizonMs };
    return { carried: await this.#carried.savePages(this.#atHorizon), horizonMs: this.#run.horizonMs };
  }
}
