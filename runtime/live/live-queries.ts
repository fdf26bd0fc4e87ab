import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import { InvalidCursorError } from '../../adapters/row-cursor.ts';
import { groupText } from '../../engine/codec/group.ts';
import { TABLE_GROUP } from '../../engine/finalize/drafts.ts';
import { toJson, type Value } from '../../engine/ir/node.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';
import type { RowColumns } from '../../engine/plan/row.ts';
import { readHealth, type StreamHealth } from '../../engine/query/health.ts';
import { type OpenIncident, readOpenIncidents } from '../../engine/query/open-incidents.ts';
import { type OpenWindow, readOpenWindows } from '../../engine/query/open-windows.ts';
import { type ShownRow, shownRows } from '../../engine/query/shown-row.ts';
import { BadQueryError, type ClosedPage, type ClosedQuery, type LiveQueries } from '../http/live-queries.ts';
import type { LiveStatus } from '../live-status.ts';

/** Open windows that one answer shows; there are more only where events are far ahead of the watermark. */
const MAX_OPEN_WINDOWS = 100;

/** Answers the HTTP server's questions from the embedded stores. */
export class LiveQueryService implements LiveQueries {
  readonly #plan: () => PipelinePlan;
  readonly #stores: EmbeddedStores;
  readonly #status: () => Promise<LiveStatus>;

  /** `plan` gives the one that runs now. */
  constructor(plan: () => PipelinePlan, stores: EmbeddedStores, status: () => Promise<LiveStatus>) {
    this.#plan = plan;
    this.#stores = stores;
    this.#status = status;
  }

  get views(): readonly ViewDefinition[] {
    return this.#plan().views.map((view) => view.definition);
  }

  status(): Promise<LiveStatus> {
    return this.#status();
  }

  async health(): Promise<readonly StreamHealth[]> {
    const { state } = this.#stores;
    return Promise.all(this.#plan().streams.map((stream) => readHealth(stream, state)));
  }

  async closed({ view: name, group, ...query }: ClosedQuery): Promise<ClosedPage> {
    const view = this.#view(name);
    const isTable = view.definition.emit === 'complete';
    const stored = group === null ? null : isTable ? TABLE_GROUP : groupText(group);
    try {
      const page = await this.#stores.results.windows({
        view: view.key,
        ...query,
        ...(stored !== null && { group: stored }),
      });
      const rows = page.rows.flatMap((row) => shownRows(view, row));
      const all = page.cursor === null ? [...rows, ...(await this.#earlyRows(view, query))] : rows;
      return { rows: all.filter(({ columns }) => isOfGroup(view, columns, group)), cursor: page.cursor };
    } catch (error) {
      if (error instanceof InvalidCursorError) throw new BadQueryError(error.message);
      throw error;
    }
  }

  alerts(): Promise<readonly OpenIncident[]> {
    return readOpenIncidents(this.#plan(), this.#stores);
  }

  open(view: string): Promise<readonly OpenWindow[]> {
    return readOpenWindows(this.#view(view), this.#stores, MAX_OPEN_WINDOWS);
  }

  /** Rows of open windows, where the view shows them with the final ones. They come after these. */
  async #earlyRows(
    view: ViewPlan,
    { fromMs, toMs }: Pick<ClosedQuery, 'fromMs' | 'toMs'>,
  ): Promise<readonly ShownRow[]> {
    if (view.definition.emit !== 'onUpdate') return [];
    const windows = await readOpenWindows(view, this.#stores, MAX_OPEN_WINDOWS);
    return windows.filter(({ startMs }) => startMs >= fromMs && startMs < toMs).flatMap(({ rows }) => rows);
  }

  #view(name: string): ViewPlan {
    const view = this.#plan().views.find((candidate) => candidate.name === name);
    if (!view) throw new BadQueryError(`There is no view '${name}'.`);
    return view;
  }
}

/** Whether a row is of a group, or any where none is asked for. Columns hold instants and long numbers as text. */
function isOfGroup({ definition }: ViewPlan, columns: RowColumns, group: readonly Value[] | null): boolean {
  if (group === null) return true;
  return definition.groupBy.every(({ name, node }, index) => {
    const value = columns[name] ?? null;
    return (
      (node.type.kind === 'instant' && value !== null ? Date.parse(String(value)) : value) ===
      toJson(group[index] ?? null)
    );
  });
}
