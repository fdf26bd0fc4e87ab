import type { ViewPlan } from '../plan/plan.ts';
import { floorTo } from '../time/floor-to.ts';
import type { Row } from './drafts.ts';
import type { FinalizeRun } from './run.ts';

/**
 * Hands sessions to the views that take them, each once: when no late event can reach it any more.
 *
 * They go in sets, by the pane that a session's end lies in. The sessions of a pane are known once a span with its end has been gone
 * through, and change no more where that is before the pass's `settledMs`. Up to `settledToMs` passes before this one have handed
 * them down, and the views that took them may have let them go:
 *
 *   stateCutoffMs ≤ settledToMs                settledMs                  closeUpToMs
 *   ┃ gone through again ┃ handed down now …   ┃ late events may come … ┃ open
 */
export class SettledSessions {
  readonly #run: FinalizeRun;
  readonly #paneMs: number;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #rows = new Map<number, Row[]>();

  constructor(run: FinalizeRun) {
    this.#run = run;
    this.#paneMs = run.view.window.panes.paneMs;
    this.#fromMs = run.fence.progress.settledToMs;
    this.#toMs = hasTakers(run.view) ? run.pass.settledMs : Number.NEGATIVE_INFINITY;
  }

  /** Sessions of a span are handed down together: it is gone through in one step. */
  isOneStep(spanFromMs: number): boolean {
    return spanFromMs < this.#toMs;
  }

  /** Whether a session that ends at an instant is to be handed down. */
  takes(endMs: number): boolean {
    return endMs >= this.#fromMs && endMs < this.#toMs;
  }

  add(row: Row): void {
    const paneMs = floorTo(this.#paneMs, row.window.endMs);
    const known = this.#rows.get(paneMs);
    if (known === undefined) this.#rows.set(paneMs, [row]);
    else known.push(row);
  }

  /** After a span: its sets are whole. */
  async handDown(): Promise<void> {
    for (const [paneMs, rows] of this.#rows) {
      const timed = rows.map(({ values, window }) => ({
        values,
        timeMs: this.#run.view.window.rowTimeMs(window.endMs),
      }));
      await this.#run.handDown(timed, paneMs);
    }
    this.#rows.clear();
    if (this.#run.downstream.isFull) await this.#run.commit({});
  }
}

function hasTakers({ downstream }: ViewPlan): boolean {
  return downstream.length > 0;
}
