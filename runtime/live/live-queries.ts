import type { EmbeddedStores } from '../../adapters/embedded/index.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import type { PipelinePlan, ViewPlan } from '../../engine/plan/plan.ts';
import { MAX_OPEN_WINDOWS } from '../../engine/query/bounds.ts';
import { BadQueryError } from '../../engine/query/errors.ts';
import type { GroupFilter } from '../../engine/query/group-filter.ts';
import { readHealth, type StreamHealth } from '../../engine/query/health.ts';
import { type OpenIncident, readOpenIncidents } from '../../engine/query/open-incidents.ts';
import { type OpenWindow, readOpenWindows } from '../../engine/query/open-windows.ts';
import { readRows } from '../../engine/query/rows.ts';
import type { ClosedPage, ClosedQuery, LiveQueries } from '../http/live-queries.ts';
import type { LiveStatus } from '../live-status.ts';

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
    const fields = view.definition.groupBy.map((field) => field.name);
    const groups: GroupFilter = new Map(group?.map((value, index) => [fields[index] ?? '', value]));
    return readRows(view, this.#stores, { ...query, groups, order: 'oldestFirst' });
  }

  alerts(): Promise<readonly OpenIncident[]> {
    return readOpenIncidents(this.#plan(), this.#stores);
  }

  open(view: string): Promise<readonly OpenWindow[]> {
    return readOpenWindows(this.#view(view), this.#stores, MAX_OPEN_WINDOWS);
  }

  #view(name: string): ViewPlan {
    const view = this.#plan().views.find((candidate) => candidate.name === name);
    if (!view) throw new BadQueryError(`There is no view '${name}'.`);
    return view;
  }
}
