import type { AlertedView } from '../alerts/alerted-view.ts';
import { loadPublished, publishedTo } from '../alerts/published.ts';
import type { Severity } from '../ir/alert.ts';
import type { StateStore } from '../ports/state-store.ts';
import { loadProgress } from '../state/progress.ts';

/** How the alerts of a view are doing. */
export interface AlertHealth {
  /** Incidents that are on, as they were announced last. */
  readonly open: Readonly<Record<Severity, number>>;
  /** Messages that the channel that is furthest behind has not had. */
  readonly waiting: number;
  /** Messages that nobody published and that more than fit have pushed out, since there is the view. */
  readonly dropped: number;
}

/** Reads two items of each bucket and no pages, so it is for every minute. */
export async function readAlertHealth(view: AlertedView, state: StateStore): Promise<AlertHealth> {
  const open = { info: 0, warning: 0, critical: 0 };
  let [waiting, dropped] = [0, 0];
  for (let bucket = 0; bucket < view.buckets; bucket++) {
    const { alerts } = await loadProgress(state, view.key, bucket);
    if (alerts === null) continue;
    for (const severity of ['info', 'warning', 'critical'] as const) open[severity] += alerts.open[severity];
    dropped += alerts.outbox.dropped;
    waiting += await waitingIn(view, bucket, state, alerts.outbox);
  }
  return { open, waiting, dropped };
}

async function waitingIn(
  view: AlertedView,
  bucket: number,
  state: StateStore,
  { sets, lastPosition }: { readonly sets: readonly unknown[]; readonly lastPosition: number },
): Promise<number> {
  if (sets.length === 0) return 0;
  return Math.max(0, lastPosition - publishedTo(view, await loadPublished(state, view.key, bucket)));
}
