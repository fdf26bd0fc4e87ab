import type { StreamPlan } from '../../engine/plan/plan.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { readHealth } from '../../engine/query/health.ts';
import type { ViewStatus } from '../live-status.ts';
import { ShareOfTime } from './share-of-time.ts';

/** Of the time of the process, for each stream: events come first. */
const SHARE = 0.02;
/** More is not read in one go, for events would wait for it. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * How much a stream's views keep in the state. All of it is read for that, so what was found last is shown for a while. Where
 * there is more than is read in one go, nothing is known.
 */
export class StateSize {
  readonly #stream: StreamPlan;
  readonly #state: StateStore;
  readonly #pace: ShareOfTime;
  #byView: ReadonlyMap<string, NonNullable<ViewStatus['state']>> = new Map();

  /** @param monotonic a clock that nobody sets. */
  constructor(stream: StreamPlan, state: StateStore, monotonic: Clock) {
    this.#stream = stream;
    this.#state = state;
    this.#pace = new ShareOfTime(monotonic, SHARE);
  }

  /** By name of the view. */
  async read(): Promise<ReadonlyMap<string, NonNullable<ViewStatus['state']>>> {
    await this.#pace.tryTo(async () => {
      const { views, isWhole } = await readHealth(this.#stream, this.#state, MAX_BYTES);
      const found = views.map(
        ({ view, stateBytes, openWindows }) => [view, { bytes: stateBytes, openWindows }] as const,
      );
      this.#byView = new Map(isWhole ? found : []);
    });
    return this.#byView;
  }
}
