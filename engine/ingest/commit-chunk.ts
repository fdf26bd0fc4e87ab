import type { SourceRecord } from '../decode/source-record.ts';
import { CommitIds, type IdPanes } from '../dedupe/id-panes.ts';
import { BugError } from '../ir/bug-error.ts';
import { FILTERED, LATE, PARTLY_LATE } from '../plan/accumulator.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { SideOutput } from '../ports/dead-letter-sink.ts';
import { comparePositions, compareSequences, type Position } from '../ports/position.ts';
import { PaneBuffer } from '../protocol/pane-buffer.ts';
import { type Checkpoint, type Counters, NO_EVENTS } from '../state/checkpoint.ts';
import { watermarkFor } from '../state/watermark.ts';
import { JudgedRecord, type Letter } from './judged-record.ts';

/** What one commit takes in: the events after a checkpoint, as many as fit, judged by that checkpoint's watermark. */
export interface CommitChunk {
  readonly counters: Counters;
  /** The last event of the chunk; null if it has none. */
  readonly end: Position | null;
  /** The record at `end` holds further events. */
  readonly insideRecord: boolean;
  /** The batch holds no further event. */
  readonly complete: boolean;
  readonly clockMs: number | null;
  readonly latestEventMs: number | null;
  readonly clockArrivalMs: number | null;
  readonly buffers: readonly PaneBuffer[];
  readonly sideOutputs: readonly SideOutput[];
  /** Ids of its events, where the stream drops duplicates. */
  readonly ids: IdPanes | null;
  /** Where it began to read: a smaller chunk in its place begins there too. Null where it has no event. */
  readonly from: Reading | null;
  /** Where the next chunk goes on, where that is inside of a record. */
  readonly to: Reading | null;
}

/**
 * A record that is read up to a checkpoint: whoever goes on there need not decode it from its beginning once more. Of use
 * within one batch, and never needed.
 */
export interface Reading {
  readonly record: SourceRecord;
  /** The checkpoint's. */
  readonly position: Position | null;
  readonly events: JudgedRecord;
}

export interface ChunkLimits {
  readonly maxEvents: number;
  /** An event that does not fit into a commit even alone: it becomes a dead letter. */
  readonly oversized: Position | null;
}

/**
 * Dead letters and late events that one commit keeps aside at most, and bytes of their events. They are in memory several
 * times over until they are written, before the commit: a batch of nothing else makes several commits.
 */
const MAX_SIDE_OUTPUTS = 20_000;
const MAX_SIDE_BYTES = 16 * 1024 * 1024;

/** Reads a batch from where the checkpoint ends, and aggregates until the limit or the end of the batch. */
export function buildChunk(
  stream: StreamPlan,
  { checkpoint, ids }: { readonly checkpoint: Checkpoint; readonly ids: IdPanes | null },
  records: readonly SourceRecord[],
  { limits, reading }: { readonly limits: ChunkLimits; readonly reading: Reading | null },
): CommitChunk {
  const builder = new ChunkBuilder(stream, checkpoint, ids, limits);
  for (const record of records) {
    if (!builder.read(record, reading)) break;
  }
  return builder.finish();
}

class ChunkBuilder {
  readonly #stream: StreamPlan;
  readonly #checkpoint: Checkpoint;
  readonly #limits: ChunkLimits;
  readonly #ids: CommitIds | null;
  readonly #buffers: readonly PaneBuffer[];
  readonly #sideOutputs: SideOutput[] = [];
  #accepted = 0;
  #late = 0;
  #dead = 0;
  #duplicate = 0;
  #delivered = 0;
  #sideBytes = 0;
  #end: Position | null = null;
  #complete = true;
  #from: Reading | null = null;
  #to: Reading | null = null;
  #clockMs: number;
  #latestEventMs: number;
  #clockArrivalMs: number | null;

  constructor(stream: StreamPlan, checkpoint: Checkpoint, ids: IdPanes | null, limits: ChunkLimits) {
    this.#stream = stream;
    this.#checkpoint = checkpoint;
    this.#limits = limits;
    const isDeduped = stream.dedupe !== null && ids !== null;
    this.#ids = isDeduped ? new CommitIds(stream.dedupe, ids, checkpoint.watermarkMs) : null;
    this.#buffers = stream.views.map((view) => new PaneBuffer(view.definition, watermarkFor(checkpoint, view.key)));
    this.#clockMs = checkpoint.clockMs ?? Number.NEGATIVE_INFINITY;
    this.#latestEventMs = checkpoint.latestEventMs ?? Number.NEGATIVE_INFINITY;
    this.#clockArrivalMs = checkpoint.clockArrivalMs;
  }

  /** Takes in a record's events; false once the chunk is full. */
  read(record: SourceRecord, reading: Reading | null): boolean {
    const taken = this.#checkpoint.position;
    if (taken !== null && compareSequences(record.sequence, taken.sequence) < 0) return true;
    const events = this.#open(record, reading);
    this.#from ??= { record, position: taken, events: events.fork() };
    const firstIndex = events.index + 1;
    while (!this.#isFull()) {
      const judged = events.next();
      if (judged === null) break;
      this.#delivered++;
      if (judged.kind === 'event') this.#event(judged.event, judged.timeMs, judged.text, record, events.index);
      else if (judged.kind === 'copy') this.#duplicate++;
      else this.#deadEvent(record, events.index, judged.letter);
    }
    const isTouched = events.index >= firstIndex;
    if (isTouched) this.#end = { sequence: record.sequence, index: events.index };
    if (!this.#isFull() || events.fork().next() === null) return true;
    this.#complete = false;
    if (isTouched) this.#to = { record, position: this.#end as Position, events };
    return false;
  }

  /** The record's events, read up to the checkpoint. */
  #open(record: SourceRecord, reading: Reading | null): JudgedRecord {
    const { position } = this.#checkpoint;
    // Others may have committed meanwhile: the checkpoint tells where to go on.
    if (reading?.record === record && isSame(reading.position, position)) return reading.events.fork();
    const events = JudgedRecord.open(this.#stream, record);
    if (position?.sequence === record.sequence) while (events.index < position.index && events.next() !== null);
    return events;
  }

  #isFull(): boolean {
    return (
      this.#delivered >= this.#limits.maxEvents ||
      this.#sideOutputs.length >= MAX_SIDE_OUTPUTS ||
      this.#sideBytes >= MAX_SIDE_BYTES
    );
  }

  finish(): CommitChunk {
    const { counters: before } = this.#checkpoint;
    const counters = {
      ...NO_EVENTS,
      delivered: this.#delivered,
      accepted: this.#accepted,
      late: this.#late,
      dead: this.#dead,
      duplicate: this.#duplicate,
    };
    if (counters.accepted + counters.late + counters.dead + counters.duplicate !== counters.delivered) {
      throw new BugError(
        `The events of a commit do not add up: ${JSON.stringify(counters)} after ${JSON.stringify(before)}.`,
      );
    }
    return {
      counters,
      end: this.#end,
      insideRecord: this.#to !== null,
      complete: this.#complete,
      clockMs: orNull(this.#clockMs),
      latestEventMs: orNull(this.#latestEventMs),
      clockArrivalMs: this.#clockArrivalMs,
      buffers: this.#buffers,
      sideOutputs: this.#sideOutputs,
      ids: this.#ids?.added ?? null,
      from: this.#from,
      to: this.#to,
    };
  }

  #event(event: object, timeMs: number, text: string, record: SourceRecord, index: number): void {
    const { oversized } = this.#limits;
    if (oversized !== null && comparePositions({ sequence: record.sequence, index }, oversized) === 0) {
      const message = `The state that the event adds in stream '${this.#stream.name}' does not fit into one item of the store.`;
      this.#deadEvent(record, index, { reason: 'oversized', message, bytes: Buffer.from(text) });
      return;
    }
    if (this.#ids?.isDuplicate(event, timeMs)) {
      this.#duplicate++;
      return;
    }
    if (timeMs > this.#latestEventMs) this.#latestEventMs = timeMs;
    // A fast clock must not make its shard late: no event moves the watermark beyond its own arrival.
    const clockMs = record.arrivalMs !== null && record.arrivalMs < timeMs ? record.arrivalMs : timeMs;
    if (clockMs > this.#clockMs) {
      this.#clockMs = clockMs;
      this.#clockArrivalMs = record.arrivalMs;
    }
    this.#accumulate(event, timeMs, text, record, index);
  }

  #accumulate(event: object, timeMs: number, text: string, record: SourceRecord, index: number): void {
    let added = false;
    let late = false;
    const { views } = this.#stream;
    for (let i = 0; i < views.length; i++) {
      const view = views[i] as ViewPlan;
      const buffer = this.#buffers[i] as PaneBuffer;
      const outcome = view.accumulate(event, timeMs, buffer);
      if (outcome === FILTERED) continue;
      if (outcome !== LATE) added = true;
      if (outcome !== LATE && outcome !== PARTLY_LATE) continue;
      late = true;
      if (view.definition.lateEvents === 'sideOutput') this.#lateEvent(view, timeMs, text, record, index);
    }
    if (late && !added) this.#late++;
    else this.#accepted++;
  }

  #lateEvent({ name, window }: ViewPlan, timeMs: number, text: string, record: SourceRecord, index: number): void {
    const missed = { view: name, ...window.missed(timeMs) };
    const origin = this.#origin(record, index);
    this.#keepAside({ kind: 'late', ...origin, bytes: Buffer.from(text), eventTimeMs: timeMs, missed });
  }

  #deadEvent(record: SourceRecord, index: number, letter: Letter | null): void {
    this.#dead++;
    if (letter !== null) this.#keepAside({ kind: 'dead', ...this.#origin(record, index), ...letter });
  }

  #keepAside(record: SideOutput): void {
    this.#sideOutputs.push(record);
    this.#sideBytes += record.bytes.length;
  }

  #origin(record: SourceRecord, index: number) {
    return {
      stream: this.#stream.name,
      shard: this.#checkpoint.shard,
      position: { sequence: record.sequence, index },
      arrivalMs: record.arrivalMs,
    };
  }
}

function isSame(a: Position | null, b: Position | null): boolean {
  return a === null || b === null ? a === b : comparePositions(a, b) === 0;
}

function orNull(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
