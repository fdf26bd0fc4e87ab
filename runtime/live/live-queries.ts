import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import { InvalidCursorError } from '../../adapters/embedded/row-cursor.ts';
import type { ViewDefinition } from '../../engine/definition/view-definition.ts';
import { type OpenWindow, readOpenWindows } from '../../engine/finalize/open-windows.ts';
import { groupText } from '../../engine/plan/group.ts';
import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { RowColumns } from '../../engine/plan/row.ts';
import { BadQueryError, type ClosedPage, type ClosedQuery, type LiveQueries } from '../http/live-queries.ts';
import type { LiveStatus } from '../live-status.ts';

/** Open windows that one answer shows; there are more only where events are far ahead of the watermark. */
const MAX_OPEN_WINDOWS = 100;

/** Answers the HTTP server's questions from the embedded stores. */
export class LiveQueryService implements LiveQueries {
  readonly #plan: PipelinePlan;
  readonly #stores: EmbeddedStores;
  readonly #status: () => Promise<LiveStatus>;

  constructor(plan: PipelinePlan, stores: EmbeddedStores, status: () => Promise<LiveStatus>) {
    this.#plan = plan;
    this.#stores = stores;
    this.#status = status;
  }

  get views(): readonly ViewDefinition[] {
    return this.#plan.views.map((view) => view.definition);
  }

  status(): Promise<LiveStatus> {
    return this.#status();
  }

  async closed({ view, group, ...query }: ClosedQuery): Promise<ClosedPage> {
    const { key } = this.#view(view);
    try {
      const page = await this.#stores.results.windows({
        view: key,
        ...query,
        ...(group && { group: groupText(group) }),
      });
      const rows = page.rows.map(({ columns, revision, partial }) => ({
        columns: JSON.parse(columns) as RowColumns,
        revision,
        partial,
      }));
      return { rows, cursor: page.cursor };
    } catch (error) {
      if (error instanceof InvalidCursorError) throw new BadQueryError(error.message);
      throw error;
    }
  }

  open(view: string): Promise<readonly OpenWindow[]> {
    return readOpenWindows(this.#view(view), this.#stores.state, MAX_OPEN_WINDOWS);
  }

  #view(name: string): ViewPlan {
    const view = this.#plan.views.find((candidate) => candidate.name === name);
    if (!view) throw new BadQueryError(`There is no view '${name}'.`);
    return view;
  }
}
