import { type AlertedView, alertedView } from '../alerts/alerted-view.ts';
import { type KnownView, type KnownViews, knownView, loadKnownViews, saveKnownViews } from '../alerts/alerted-views.ts';
import { loadEarlyNotes } from '../alerts/early-notes.ts';
import { loadHandover, offerIncidents } from '../alerts/handover.ts';
import { isPublished, loadPublished } from '../alerts/published.ts';
import type { PipelinePlan } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state-store.ts';
import { FencedError } from '../protocol/errors.ts';
import type { LeftIncidents } from '../state/alert-progress.ts';
import { listCheckpoints } from '../state/checkpoint.ts';
import { loadProgress } from '../state/progress.ts';
import { compareText } from '../text/compare-text.ts';
import { type SupersedePorts, supersedeIncidents } from './supersede.ts';

/** How long a view must have been gone where not all shards have been read by the code without it. */
const GONE_MS = 5 * 60_000;
/** Once its incidents are ended a view is looked at so long: what a receiver has not taken by then it is not told. */
const FORGOTTEN_MS = 86_400_000;

export interface GoneViewPorts extends SupersedePorts {
  readonly clock: Clock;
}

/**
 * Finds the views with alerts that are deployed no more, and ends their incidents. What they have to publish is left to the caller;
 * `offerGone` comes after that.
 *
 * A view is gone once no checkpoint of an open shard lists it: older code can then take in nothing for it. Where a shard is
 * silent, or only the view's own definition has gone and not that of the views below, it must have been gone for some minutes. So a
 * sweep of older code, which takes a view of newer code for gone while a deployment is under way, ends nothing of it:
 *
 *   old sweep: 'w' is not mine: gone since 12:00, but shards list it |
 *   new sweep:                                                       | 'w' is deployed
 */
export async function supersedeGone(plan: PipelinePlan, ports: GoneViewPorts): Promise<readonly KnownView[]> {
  const { state, clock } = ports;
  const nowMs = clock.nowMs();
  const known = await loadKnownViews(state);
  const views = knownNow(plan, known, nowMs);
  // Another sweep was faster: the next one looks again.
  if (!isSame(views, known.views) && !(await saveKnownViews(state, { ...known, views }))) return [];
  const deployed = new Set(plan.views.map(({ key }) => key));
  const ended = new Set<string>();
  for (const view of views) {
    if (view.goneAtMs === null || !(await hasLeft(view, state, nowMs))) continue;
    // A view that has lost its last alert has a finalizer that ends its incidents.
    if (!deployed.has(view.key) && !(await supersedeAll(view, ports))) continue;
    ended.add(view.key);
  }
  if (views.some(({ key, endedAtMs }) => endedAtMs === null && ended.has(key))) await noteEnded(state, ended, nowMs);
  return views.filter(({ goneAtMs }) => goneAtMs !== null);
}

/** From when on it counts how long receivers have had time. Where the list has changed meanwhile, the next sweep notes it. */
async function noteEnded(state: StateStore, ended: ReadonlySet<string>, nowMs: number): Promise<void> {
  const known = await loadKnownViews(state);
  const views = known.views.map((view) => {
    const isFirst = view.goneAtMs !== null && view.endedAtMs === null && ended.has(view.key);
    return isFirst ? { ...view, endedAtMs: nowMs } : view;
  });
  if (!isSame(views, known.views)) await saveKnownViews(state, { ...known, views });
}

function isSame(a: readonly KnownView[], b: readonly KnownView[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The list as it is with this code. A view that was never deployed with alerts is not in it. */
function knownNow({ views }: PipelinePlan, known: KnownViews, nowMs: number): readonly KnownView[] {
  const deployed = views.filter(({ alerts }) => alerts.length > 0).map((view) => knownView(alertedView(view)));
  const keys = new Set(deployed.map(({ key }) => key));
  const gone = known.views
    .filter(({ key }) => !keys.has(key))
    .map((view) => ({ ...view, goneAtMs: view.goneAtMs ?? nowMs }));
  return [...deployed, ...gone].sort((a, b) => compareText(a.key, b.key));
}

async function hasLeft({ streams, roots, goneAtMs }: KnownView, state: StateStore, nowMs: number): Promise<boolean> {
  if (nowMs - (goneAtMs ?? nowMs) >= GONE_MS) return true;
  const checkpoints = await Promise.all(streams.map((stream) => listCheckpoints(state, stream)));
  const open = checkpoints.flat().filter(({ retired }) => !retired);
  return open.every(({ views }) => roots.every((root) => !Object.hasOwn(views, root)));
}

/** False where a finalizer of older code, or another sweep, is at one of the buckets. */
async function supersedeAll(view: AlertedView, ports: GoneViewPorts): Promise<boolean> {
  let isWhole = true;
  for (let bucket = 0; bucket < view.buckets; bucket++) {
    try {
      await supersedeIncidents(view, bucket, ports);
    } catch (error) {
      if (!(error instanceof FencedError)) throw error;
      isWhole = false;
    }
  }
  return isWhole;
}

/**
 * Offers the incidents of views that are gone to the keys that come after them, once all channels have had the last messages. Forgets
 * views whose time is over: only here, for where nobody looked for days their messages wait until they were published once more.
 */
export async function offerGone(
  views: readonly KnownView[],
  { state, clock }: Pick<GoneViewPorts, 'state' | 'clock'>,
): Promise<void> {
  for (const view of views) {
    const handover = await loadHandover(state, view.name);
    const left = await publishedOf(view, state);
    if (left !== null) await offerIncidents(state, view, handover, left);
  }
  const isOver = ({ endedAtMs }: KnownView) => clock.nowMs() - (endedAtMs ?? clock.nowMs()) >= FORGOTTEN_MS;
  if (!views.some(isOver)) return;
  const known = await loadKnownViews(state);
  await saveKnownViews(state, { ...known, views: known.views.filter((view) => !isOver(view)) });
}

/** By bucket: what it has left. Null where a message is still to be published, or a bucket's incidents are on. */
async function publishedOf(view: AlertedView, state: StateStore): Promise<ReadonlyMap<number, LeftIncidents> | null> {
  const found = new Map<number, LeftIncidents>();
  for (let bucket = 0; bucket < view.buckets; bucket++) {
    const { alerts } = await loadProgress(state, view.key, bucket);
    const { notes } = await loadEarlyNotes(state, view.key, bucket);
    if (alerts === null && notes.length === 0) continue;
    if (alerts?.left === undefined || notes.length > 0) return null;
    if (!isPublished(view, await loadPublished(state, view.key, bucket), alerts.outbox)) return null;
    found.set(bucket, alerts.left);
  }
  return found;
}
