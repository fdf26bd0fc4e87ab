import { type ChannelDefinition, channelName } from '../ir/alert.ts';
import { greatest } from '../lists/extremes.ts';
import type { PipelinePlan, ViewPlan } from '../plan/plan.ts';
import type { AlertMessage, AlertSink, SentAlert } from '../ports/alert-sink.ts';
import type { Clock } from '../ports/clock.ts';
import { AlertSinkError, StoreError } from '../ports/errors.ts';
import type { PageStore } from '../ports/page-store.ts';
import { Again, type Pause, withRetries } from '../ports/retry.ts';
import type { StateStore } from '../ports/state-store.ts';
import { MissingPageError } from '../state/errors.ts';
import { ViewPages } from '../state/pages.ts';
import { loadProgress } from '../state/progress.ts';
import { isClosing } from './message.ts';
import { type OutboxEntry, readOutbox } from './outbox.ts';
import {
  type ChannelProgress,
  channelsOf,
  loadPublished,
  NOTHING_PUBLISHED,
  publishedTo,
  savePublished,
} from './published.ts';
import { isSilenced, loadSilences, type Silence } from './silences.ts';

export interface PublishPorts {
  readonly state: StateStore;
  readonly pages: PageStore;
  readonly clock: Clock;
  readonly pause: Pause;
  /** Null where this process cannot reach a channel: its messages are passed over. */
  readonly sinkOf: (channel: ChannelDefinition) => AlertSink | null;
  /** Where the rows are served, such as `http://127.0.0.1:8787`; null for nowhere. */
  readonly servedAt: string | null;
}

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
/** Messages between two notes of how far a channel is: what a crash sends again. */
const MESSAGES_PER_NOTE = 20;
const MAX_ATTEMPTS = 10;
/** Incidents that a channel was not told of and that are not over. Of more, the oldest are forgotten. */
const MAX_HELD_BACK = 1000;

/** Publishes what waits of all views of a pipeline. Safe to call at any time, twice at once, and to kill anywhere. */
export async function publishAlerts(plan: PipelinePlan, ports: PublishPorts): Promise<PublishReport> {
  let total = NOTHING;
  for (const view of plan.views) {
    if (view.alerts.length === 0) continue;
    for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
      const { sent, heldBack, refused, failures } = await publishView(plan.name, view, bucket, ports);
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
async function publishView(
  pipeline: string,
  view: ViewPlan,
  bucket: number,
  ports: PublishPorts,
): Promise<PublishReport> {
  const { alerts } = await loadProgress(ports.state, view.key, bucket);
  if (alerts === null || alerts.outbox.sets.length === 0) return NOTHING;
  const published = await loadPublished(ports.state, view.key, bucket);
  if (publishedTo(view, published) >= alerts.outbox.lastPosition) return NOTHING;
  const pages = new ViewPages(ports.pages, 'outbox', view.key, bucket);
  const entries = await readWaiting(() => readOutbox(pages, alerts.outbox, publishedTo(view, published)));
  const silences = await loadSilences(ports.state);
  const counts = { sent: 0, heldBack: 0, refused: 0 };
  const run = { pipeline, view, bucket, ports, silences, counts };
  const failures: AlertSinkError[] = [];
  for (const [name, definition] of channelsOf(view)) {
    const progress = published.channels[name] ?? NOTHING_PUBLISHED;
    const failure = await new ChannelRun(run, name, definition, progress).run(entries);
    if (failure !== null) failures.push(failure);
  }
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

interface ViewRun {
  readonly pipeline: string;
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly ports: PublishPorts;
  readonly silences: readonly Silence[];
  readonly counts: { sent: number; heldBack: number; refused: number };
}

/** One channel's messages of one (view, bucket). */
class ChannelRun {
  readonly #run: ViewRun;
  readonly #name: string;
  readonly #definition: ChannelDefinition;
  readonly #heldBack: Set<string>;
  #position: number;
  #noted: number;

  constructor(run: ViewRun, name: string, definition: ChannelDefinition, { position, heldBack }: ChannelProgress) {
    this.#run = run;
    this.#name = name;
    this.#definition = definition;
    this.#heldBack = new Set(heldBack);
    this.#position = position;
    this.#noted = position;
  }

  /** Returns what stopped it; null where nothing did. */
  async run(entries: readonly OutboxEntry[]): Promise<AlertSinkError | null> {
    const sink = this.#run.ports.sinkOf(this.#definition);
    try {
      for (const { position, message } of entries) {
        if (position <= this.#position) continue;
        if (sink !== null && this.#isFor(message)) await this.#deliver(sink, message);
        this.#position = position;
        if (this.#position - this.#noted >= MESSAGES_PER_NOTE) await this.#note();
      }
      return null;
    } catch (error) {
      if (error instanceof AlertSinkError) return error;
      throw error;
    } finally {
      await this.#note();
    }
  }

  /** Messages go to the channels that their alert has now. Of an alert that is gone, to all of its view. */
  #isFor(message: AlertMessage): boolean {
    const alert = this.#run.view.definition.alerts.find(({ name }) => name === message.alert);
    return alert === undefined || alert.to.some((channel) => channelName(channel) === this.#name);
  }

  async #deliver(sink: AlertSink, message: AlertMessage): Promise<void> {
    if (this.#isHeldBack(message)) {
      this.#run.counts.heldBack++;
      return;
    }
    const outcome = await sink.send(this.#sent(message));
    if (outcome === 'sent') this.#run.counts.sent++;
    else this.#run.counts.refused++;
  }

  /**
   * A receiver that was told of an incident is told how it ends, whenever that is. One that was not is told of it once that
   * becomes graver or comes back, if it may be told by then.
   */
  #isHeldBack(message: AlertMessage): boolean {
    const wasHeldBack = this.#heldBack.has(message.id);
    if (isClosing(message)) {
      this.#heldBack.delete(message.id);
      return wasHeldBack;
    }
    const isChange = message.kind === 'escalated' || message.kind === 'reopened' || message.kind === 'opened';
    const mustHold = isChange ? this.#isTooOld(message) || this.#isSilenced(message) : wasHeldBack;
    // What a receiver was told before it stays told: only this message is held back.
    if (mustHold && message.kind === 'opened') this.#heldBack.add(message.id);
    if (!mustHold) this.#heldBack.delete(message.id);
    return mustHold;
  }

  #isTooOld({ alert, window_end: windowEnd }: AlertMessage): boolean {
    const definition = this.#run.view.definition.alerts.find(({ name }) => name === alert);
    return definition !== undefined && this.#run.ports.clock.nowMs() - Date.parse(windowEnd) > definition.maxAgeMs;
  }

  #isSilenced(message: AlertMessage): boolean {
    return isSilenced(message, this.#run.silences, this.#run.ports.clock.nowMs());
  }

  #sent(message: AlertMessage): SentAlert {
    const { servedAt } = this.#run.ports;
    return { pipeline: this.#run.pipeline, ...message, links: servedAt === null ? null : linksOf(servedAt, message) };
  }

  /** Notes how far the channel is, unless another publisher has come further. */
  async #note(): Promise<void> {
    if (this.#position === this.#noted) return;
    const { state, pause } = this.#run.ports;
    const overtaken = () =>
      new StoreError(
        'conflict',
        `View '${this.#run.view.name}', channel ${this.#name}: others noted how far its alerts are published ${MAX_ATTEMPTS} times in a row.`,
      );
    await withRetries(MAX_ATTEMPTS, pause, async () => {
      const { version, channels } = await loadPublished(state, this.#run.view.key, this.#run.bucket);
      const known = channels[this.#name] ?? NOTHING_PUBLISHED;
      if (known.position >= this.#position) return 'noted';
      const heldBack = [...this.#heldBack].slice(-MAX_HELD_BACK);
      const next = { ...channels, [this.#name]: { position: this.#position, heldBack } };
      const isSaved = await savePublished(state, this.#run.view.key, this.#run.bucket, { version, channels: next });
      return isSaved ? 'noted' : new Again(overtaken);
    });
    this.#noted = greatest([this.#noted, this.#position]);
  }
}

function linksOf(servedAt: string, { view, group, window_start: from, window_end: to }: AlertMessage) {
  const page = `${servedAt.replace(/\/$/, '')}/views/${encodeURIComponent(view)}`;
  const query = new URLSearchParams({ from, to });
  for (const [field, value] of Object.entries(group ?? {})) {
    if (value === null) query.append('is_null', field);
    else query.append(field, String(value));
  }
  return { view: page, window: `${page}/windows?${query}` };
}
