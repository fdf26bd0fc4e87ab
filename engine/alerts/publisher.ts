import type { AlertSinkError } from '../ports/errors.ts';
import { NO_ALERT_PROGRESS } from '../state/alert-progress.ts';
import { MissingPageError } from '../state/errors.ts';
import { ViewPages } from '../state/pages.ts';
import { loadProgress } from '../state/progress.ts';
import { type AlertedView, channelsOf, hasEarly } from './alerted-view.ts';
import { ChannelRun, changeNotes, type PublishPorts } from './channel-run.ts';
import { loadEarlyNotes } from './early-notes.ts';
import { type OutboxEntry, readOutbox } from './outbox.ts';
import { loadPublished, NOTHING_PUBLISHED, publishedTo } from './published.ts';
import { loadSilences } from './silences.ts';

export interface PublishReport {
  readonly sent: number;
  /** Silenced, or too old. */
  readonly heldBack: number;
  /** Receivers refused them for good. */
  readonly refused: number;
  /** Of channels that did not take a message: the rest of theirs waits for the next call. */
  readonly failures: readonly AlertSinkError[];
}

const NOTHING: PublishReport = { sent: 0, heldBack: 0, refused: 0, failures: [] };

/** Publishes what waits of views. Safe to call at any time, twice at once, and to kill anywhere. */
export async function publishViews(
  pipeline: string,
  views: readonly AlertedView[],
  ports: PublishPorts,
): Promise<PublishReport> {
  let total = NOTHING;
  for (const view of views) {
    for (let bucket = 0; bucket < view.buckets; bucket++) {
      const { sent, heldBack, refused, failures } = await publishView(pipeline, view, bucket, ports);
      total = {
        sent: total.sent + sent,
        heldBack: total.heldBack + heldBack,
        refused: total.refused + refused,
        failures: [...total.failures, ...failures],
      };
    }
  }
  return total;
}

/**
 * Publishes what waits of one (view, bucket), to each channel in the order of the outbox.
 *
 * Messages are read from the outbox that progress names, so only after their commit. How far a channel is is noted after the
 * message was sent: a crash between the two sends it again, under the same id and sequence.
 *
 *   publisher A: reads "up to 7" | sends 8 | frozen ..................... | sends 9 again: receivers drop it
 *   publisher B:                   reads "up to 7" | sends 8, 9 | notes 9
 */
export async function publishView(
  pipeline: string,
  view: AlertedView,
  bucket: number,
  ports: PublishPorts,
): Promise<PublishReport> {
  const { alerts } = await loadProgress(ports.state, view.key, bucket);
  const { outbox, early } = alerts ?? NO_ALERT_PROGRESS;
  const notes = hasEarly(view) ? (await loadEarlyNotes(ports.state, view.key, bucket)).notes : [];
  if (outbox.sets.length === 0 && notes.length === 0) return NOTHING;
  const published = await loadPublished(ports.state, view.key, bucket);
  const hasUnsent = notes.some(({ sent }) => sent.length < channelsOf(view).size);
  if (publishedTo(view, published) >= outbox.lastPosition && !hasUnsent) {
    if (notes.some(({ id }) => early.includes(id))) await clearNotes(view, bucket, ports, early);
    return NOTHING;
  }
  const pages = new ViewPages(ports.pages, 'outbox', view.key, bucket);
  const entries = await readWaiting(() => readOutbox(pages, outbox, publishedTo(view, published)));
  const silences = await loadSilences(ports.state);
  const counts = { sent: 0, heldBack: 0, refused: 0 };
  const run = { pipeline, view, bucket, ports, silences, counts };
  const failures: AlertSinkError[] = [];
  for (const [name, definition] of channelsOf(view)) {
    const progress = published.channels[name] ?? NOTHING_PUBLISHED;
    const failure = await new ChannelRun(run, name, definition, progress).run(notes, entries);
    if (failure !== null) failures.push(failure);
  }
  await clearNotes(view, bucket, ports, early);
  return { ...counts, failures };
}

/** A page is missing where everything in it was published meanwhile, and a finalizer let it go. */
async function readWaiting(read: () => Promise<OutboxEntry[]>): Promise<readonly OutboxEntry[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof MissingPageError) return [];
    throw error;
  }
}

/** Lets go of notes that a pass has taken as announced, and that all channels have had. */
async function clearNotes(
  view: AlertedView,
  bucket: number,
  ports: PublishPorts,
  taken: readonly number[],
): Promise<void> {
  if (taken.length === 0) return;
  const ids = new Set(taken);
  const names = [...channelsOf(view).keys()];
  await changeNotes(view, bucket, ports, (note) =>
    ids.has(note.id) && names.every((name) => note.sent.includes(name)) ? null : note,
  );
}
