import { type ChannelDefinition, channelName } from '../ir/alert.ts';
import { greatest } from '../lists/extremes.ts';
import type { AlertMessage, AlertSink, SentAlert } from '../ports/alert-sink.ts';
import type { Clock } from '../ports/clock.ts';
import { AlertSinkError, StoreError } from '../ports/errors.ts';
import type { PageStore } from '../ports/page-store.ts';
import { Again, type Pause, withRetries } from '../ports/retry.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { AlertedView } from './alerted-view.ts';
import { type EarlyNote, earlyMessage, loadEarlyNotes, saveEarlyNotes } from './early-notes.ts';
import { type AlertPlaces, linksOf } from './links.ts';
import { isClosing } from './message.ts';
import type { OutboxEntry } from './outbox.ts';
import { type ChannelProgress, loadPublished, NOTHING_PUBLISHED, savePublished } from './published.ts';
import { isSilenced, type Silence } from './silences.ts';

export interface PublishPorts extends AlertPlaces {
  readonly state: StateStore;
  readonly pages: PageStore;
  readonly clock: Clock;
  readonly pause: Pause;
  /** Null where this process cannot reach a channel: its messages are passed over. */
  readonly sinkOf: (channel: ChannelDefinition) => AlertSink | null;
}

/** Messages between two notes of how far a channel is: what a crash sends again. */
const MESSAGES_PER_NOTE = 20;
const MAX_ATTEMPTS = 10;
/** Incidents that a channel was not told of and that are not over. Of more, the oldest are forgotten. */
const MAX_HELD_BACK = 1000;

/** What is published of one (view, bucket). */
export interface ViewRun {
  readonly pipeline: string;
  readonly view: AlertedView;
  readonly bucket: number;
  readonly ports: PublishPorts;
  readonly silences: readonly Silence[];
  readonly counts: { sent: number; heldBack: number; refused: number };
}

/** One channel's messages of one (view, bucket). */
export class ChannelRun {
  readonly #run: ViewRun;
  readonly #name: string;
  readonly #definition: ChannelDefinition;
  readonly #heldBack: Set<string>;
  #position: number;
  #noted: number;
  /** Something is held back that the note does not say yet. */
  #hasHeldBack = false;

  constructor(run: ViewRun, name: string, definition: ChannelDefinition, { position, heldBack }: ChannelProgress) {
    this.#run = run;
    this.#name = name;
    this.#definition = definition;
    this.#heldBack = new Set(heldBack);
    this.#position = position;
    this.#noted = position;
  }

  /** Returns what stopped it; null where nothing did. What was announced early is the first that is said of its incident. */
  async run(notes: readonly EarlyNote[], entries: readonly OutboxEntry[]): Promise<AlertSinkError | null> {
    const sink = this.#run.ports.sinkOf(this.#definition);
    try {
      await this.#runEarly(sink, notes);
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

  async #runEarly(sink: AlertSink | null, notes: readonly EarlyNote[]): Promise<void> {
    const { view, bucket, ports } = this.#run;
    const waiting = notes.filter(({ sent }) => !sent.includes(this.#name));
    if (waiting.length === 0) return;
    for (const note of waiting) {
      const message = earlyMessage(view, bucket, note);
      if (sink !== null && this.#isFor(message)) await this.#deliver(sink, message);
    }
    await this.#note();
    const ids = new Set(waiting.map(({ id }) => id));
    await changeNotes(view, bucket, ports, (note) =>
      ids.has(note.id) && !note.sent.includes(this.#name) ? { ...note, sent: [...note.sent, this.#name] } : note,
    );
  }

  /** Messages go to the channels that their alert has now. Of an alert that is gone, to all of its view. */
  #isFor(message: AlertMessage): boolean {
    const alert = this.#run.view.alerts.find(({ name }) => name === message.alert);
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
    if (mustHold && message.kind === 'opened') {
      this.#heldBack.add(message.id);
      this.#hasHeldBack = true;
    }
    if (!mustHold) this.#heldBack.delete(message.id);
    return mustHold;
  }

  #isTooOld({ alert, window_end: windowEnd }: AlertMessage): boolean {
    const definition = this.#run.view.alerts.find(({ name }) => name === alert);
    return definition !== undefined && this.#run.ports.clock.nowMs() - Date.parse(windowEnd) > definition.maxAgeMs;
  }

  #isSilenced(message: AlertMessage): boolean {
    return isSilenced(message, this.#run.silences, this.#run.ports.clock.nowMs());
  }

  #sent(message: AlertMessage): SentAlert {
    return { pipeline: this.#run.pipeline, ...message, links: linksOf(this.#run.ports, message) };
  }

  /** Notes how far the channel is, unless another publisher has come further. */
  async #note(): Promise<void> {
    if (this.#position === this.#noted && !this.#hasHeldBack) return;
    const { state, pause } = this.#run.ports;
    const overtaken = () =>
      new StoreError(
        'conflict',
        `View '${this.#run.view.name}', channel ${this.#name}: others noted how far its alerts are published ${MAX_ATTEMPTS} times in a row.`,
      );
    await withRetries(MAX_ATTEMPTS, pause, async () => {
      const { version, channels } = await loadPublished(state, this.#run.view.key, this.#run.bucket);
      const known = channels[this.#name] ?? NOTHING_PUBLISHED;
      if (known.position >= this.#position && !this.#hasHeldBack) return 'noted';
      const others = known.position > this.#position ? known.heldBack : [];
      const heldBack = [...new Set([...others, ...this.#heldBack])].slice(-MAX_HELD_BACK);
      const position = greatest([known.position, this.#position]);
      const next = { ...channels, [this.#name]: { position, heldBack } };
      const isSaved = await savePublished(state, this.#run.view.key, this.#run.bucket, { version, channels: next });
      return isSaved ? 'noted' : new Again(overtaken);
    });
    this.#noted = this.#position;
    this.#hasHeldBack = false;
  }
}

/** Changes notes, whoever else does. A note for which `change` gives null goes. */
export async function changeNotes(
  view: AlertedView,
  bucket: number,
  { state, pause }: PublishPorts,
  change: (note: EarlyNote) => EarlyNote | null,
): Promise<void> {
  const overtaken = () =>
    new StoreError(
      'conflict',
      `View '${view.name}', bucket ${bucket}: others changed the notes of its early alerts ${MAX_ATTEMPTS} times in a row.`,
    );
  await withRetries(MAX_ATTEMPTS, pause, async () => {
    const known = await loadEarlyNotes(state, view.key, bucket);
    const changed = known.notes.map(change);
    if (changed.every((note, index) => note === known.notes[index])) return 'changed';
    const notes = changed.filter((note) => note !== null);
    const isSaved = await saveEarlyNotes(state, view.key, bucket, { ...known, notes });
    return isSaved ? 'changed' : new Again(overtaken);
  });
}
