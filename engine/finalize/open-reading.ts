import type { ViewPlan } from '../plan/plan.ts';
import type { StateStore } from '../ports/state-store.ts';
import { PageStore } from '../state/pages.ts';
import type { Progress } from '../state/progress.ts';
import type { ViewSnapshot } from './snapshot.ts';

/** What somebody reads who wants the rows of windows that are not final yet. */
export interface OpenReading {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly state: StateStore;
  readonly progress: Progress;
  readonly snapshot: ViewSnapshot;
  /** Windows that are wanted at most. */
  readonly limit: number;
}

export function carriedPagesOf({ view, bucket, state }: OpenReading): PageStore {
  return new PageStore(state, 'carried', view.key, bucket);
}
