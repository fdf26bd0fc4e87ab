import { groupText } from '../../codec/group.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { ResultStore } from '../../ports/result-store.ts';
import type { Fence } from '../../protocol/fence.ts';
import { draftRetraction, draftRows, TABLE_GROUP } from '../drafts.ts';
import { type RowCounts, type RowDraft, writeRows } from '../write-rows.ts';
import type { Emission, Output } from './output.ts';

/** Brings rows to the result store, in the epoch of the finalizer. */
export class ResultsOutput implements Output {
  written = 0;
  /** Of these, rows that took the place of one that said something else. */
  revised = 0;
  readonly #view: ViewPlan;
  readonly #results: ResultStore;
  readonly #fence: Fence;
  readonly #completeFromMs: number;

  /** Rows of windows that begin before `completeFromMs` say that they are partial. */
  constructor(view: ViewPlan, results: ResultStore, fence: Fence, completeFromMs: number) {
    this.#view = view;
    this.#results = results;
    this.#fence = fence;
    this.#completeFromMs = completeFromMs;
  }

  async emit({ rows, gone, isFresh, isCareful }: Emission): Promise<void> {
    await this.#write(
      draftRows(this.#view, rows, (startMs) => startMs < this.#completeFromMs),
      isFresh,
      isCareful,
    );
    await this.#write(this.#retractions(rows.length, gone), false, isCareful);
  }

  count({ written, revised }: RowCounts): void {
    this.written += written;
    this.revised += revised;
  }

  /** A whole table is taken back only where none of its rows is left: it is one stored row. */
  #retractions(rowsLeft: number, gone: Emission['gone']): RowDraft[] {
    if (this.#view.definition.emit !== 'complete') {
      return gone.map(({ group, window }) => draftRetraction(this.#view, groupText(group.values), window));
    }
    const [first] = gone;
    return rowsLeft > 0 || first === undefined ? [] : [draftRetraction(this.#view, TABLE_GROUP, first.window)];
  }

  async #write(drafts: readonly RowDraft[], fresh: boolean, careful: boolean): Promise<void> {
    const { version: epoch, unfinishedEpoch } = this.#fence.progress;
    this.count(await writeRows(this.#results, drafts, { epoch, fresh, careful, unfinishedEpoch }));
  }
}
