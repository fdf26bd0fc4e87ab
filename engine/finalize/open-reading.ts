import type { ViewPlan } from '../plan/plan.ts';
import type { PageStore } from '../ports/page-store.ts';
import { ViewPages } from '../state/pages.ts';
import type { Progress } from '../state/progress.ts';
import type { ViewSnapshot } from './snapshot.ts';

/** What somebody reads who wants the rows of windows that are not final yet. */
export interface OpenReading {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly pages: PageStore;
  readonly progress: Progress;
  readonly snapshot: ViewSnapshot;
  /** Windows that are wanted at most. */
  readonly limit: number;
}

export function carriedPagesOf({ view, bucket, pages }: OpenReading): ViewPages {
  return new ViewPages(pages, 'carried', view.key, bucket);
}
