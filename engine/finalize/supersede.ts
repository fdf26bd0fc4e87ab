import { NO_ADOPTION } from '../alerts/adoption.ts';
import type { AlertedView } from '../alerts/alerted-view.ts';
import { Announcer, type GroupTransition } from '../alerts/announcer.ts';
import { type EarlyNote, loadEarlyNotes } from '../alerts/early-notes.ts';
import type { GroupAlerts } from '../alerts/group-alerts.ts';
import { type Announced, supersede } from '../alerts/ledger.ts';
import { addToOutbox } from '../alerts/outbox.ts';
import { loadPublished, publishedTo } from '../alerts/published.ts';
import { groupOfText } from '../codec/group.ts';
import { greatest } from '../lists/extremes.ts';
import type { PageStore } from '../ports/page-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import { Fence } from '../protocol/fence.ts';
import { type AlertProgress, NO_ALERT_PROGRESS } from '../state/alert-progress.ts';
import { namesInUse } from '../state/page-map.ts';
import { NO_PAGES, ViewPages } from '../state/pages.ts';
import { loadProgress } from '../state/progress.ts';
import { alertPages, loadGroupAlerts } from './outputs/alerts.ts';

export interface SupersedePorts {
  readonly state: StateStore;
  readonly pages: PageStore;
}

/**
 * Ends the incidents that are on in a bucket of a view that is deployed no more, with a message for each, in one commit of its
 * progress. What the bucket knew of its alerts goes with it: where the view comes back, they begin anew.
 *
 * A finalizer of older code may still be at work, so this claims as one does. Whoever of the two is behind is refused, and what it
 * announced meanwhile the next sweep ends:
 *
 *   old finalizer:  claims v4 | works ............. | commit of v5: refused
 *   sweep:                      claims v5 | ends 17 | commits v6
 *   old finalizer:                                    claims v7 | opens 18     (the next sweep ends 18)
 *
 * Safe to repeat: where nothing was announced since the last time, nothing is written.
 *
 * @throws FencedError where somebody else has claimed.
 */
export async function supersedeIncidents(view: AlertedView, bucket: number, ports: SupersedePorts): Promise<void> {
  const seen = await loadProgress(ports.state, view.key, bucket);
  // A view that is seldom final may have announced something early, and nothing else.
  const alerts = seen.alerts ?? NO_ALERT_PROGRESS;
  const { notes } = await loadEarlyNotes(ports.state, view.key, bucket);
  const open = notes.filter(({ id }) => !alerts.early.includes(id));
  if (open.length === 0 && (seen.alerts === null || isAtRest(alerts))) return;
  const { handedFrom, claimedToMs, manifest } = seen;
  const claim = { view, bucket, seen, closeUpToMs: claimedToMs, handedFrom, writes: [], manifest };
  const fence = await Fence.claim({ ...claim, state: ports.state });
  const known = alertPages(view, bucket, ports);
  const before = await namesInUse(known, alerts.state);
  const ended = await withoutIncidents(view, bucket, ports, alerts, open, fence);
  await fence.commit({ alerts: ended, manifest, held: seen.held });
  await known.delete(before);
  const dropped = fence.dropped.filter(({ kind }) => kind === 'outbox').map(({ set }) => set);
  await outboxOf(view, bucket, ports).delete(dropped);
}

/** It has ended all there was, and nothing has been announced since. */
function isAtRest({ left, state }: AlertProgress): boolean {
  return left !== undefined && state.pages.length === 0 && state.index.pages === 0;
}

async function withoutIncidents(
  view: AlertedView,
  bucket: number,
  ports: SupersedePorts,
  alerts: AlertProgress,
  notes: readonly EarlyNote[],
  { nextVersion, progress: { closedUpToMs } }: Fence,
): Promise<AlertProgress> {
  const announcer = new Announcer(view, bucket, alerts, NO_ADOPTION);
  announcer.announce([...(await endOfAnnounced(view, bucket, ports, alerts)), ...notes.flatMap(endOfNote)]);
  const { messages, lastId } = announcer;
  const earlyEnds = notes.map(({ windowMs }) => windowMs + view.sizeMs);
  const published = publishedTo(view, await loadPublished(ports.state, view.key, bucket));
  const outbox = await addToOutbox(outboxOf(view, bucket, ports), alerts.outbox, messages, published, nextVersion);
  const set = messages.length === 0 ? NO_PAGES : (outbox.sets.at(-1)?.set ?? NO_PAGES);
  const { early, adopted, foldedToMs } = alerts;
  return {
    ...NO_ALERT_PROGRESS,
    lastId,
    foldedToMs,
    early: [...early, ...notes.map(({ id }) => id)],
    outbox,
    ...(adopted !== undefined && { adopted }),
    left: { set, after: alerts.outbox.lastPosition, closedUpToMs: greatest([closedUpToMs, ...earlyEnds]) },
  };
}

async function endOfAnnounced(
  view: AlertedView,
  bucket: number,
  ports: SupersedePorts,
  alerts: AlertProgress,
): Promise<readonly GroupTransition[]> {
  const { groups } = await loadGroupAlerts(view, bucket, ports, alerts);
  return [...groups.values()].flatMap(({ values, states: [known] }) =>
    [...(known as GroupAlerts)].flatMap(([alert, { announced }]) => endOf(alert, values, announced)),
  );
}

/** Incidents that were announced early, and that no pass has taken as announced. */
function endOfNote({ id, alert, group, windowMs, severity, reason }: EarlyNote): readonly GroupTransition[] {
  const window = { firstMs: windowMs, lastMs: windowMs };
  const entry = { id, sequence: 1, ...window, severity, reason, isOver: false, groupedIn: null, adopted: null };
  return endOf(alert, groupOfText(group), [entry]);
}

function endOf(
  alert: string,
  values: GroupTransition['values'],
  announced: readonly Announced[],
): readonly GroupTransition[] {
  return announced.flatMap((entry) =>
    supersede([entry], entry.lastMs).map((transition) => ({ alert, values, transition })),
  );
}

function outboxOf({ key }: AlertedView, bucket: number, { pages }: SupersedePorts): ViewPages {
  return new ViewPages(pages, 'outbox', key, bucket);
}
