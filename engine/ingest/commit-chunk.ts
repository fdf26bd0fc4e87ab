import { decodeRecord } from '../decode/decode-record.ts';
import type { SourceRecord } from '../decode/source-record.ts';
import { CommitIds, type IdPanes } from '../dedupe/id-panes.ts';
import { BugError } from '../ir/bug-error.ts';
import { FILTERED, LATE, PARTLY_LATE } from '../plan/accumulator.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { DeadReason, SideRecord } from '../ports/dead-letter-sink.ts';
import { comparePositions, compareSequences, type Position } from '../ports/position.ts';
import { PaneBuffer } from '../protocol/pane-buffer.ts';
import { type Checkpoint, type Counters, NO_EVENTS } from '../state/checkpoint.ts';
import { missedWindow } from '../windows/missed.ts';

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
  readonly lastArrivalMs: number | null;
  readonly buffers: readonly PaneBuffer[];
  readonly sideRecords: readonly SideRecord[];
  /** Ids of its events, where the stream drops duplicates. */
  readonly ids: IdPanes | null;
}

export interface ChunkLimits {
  readonly maxEvents: number;
  /** An event that does not fit into a commit even alone: it becomes a dead letter. */
  readonly oversized: Position | null;
}

/**
 * Dead letters and late events that one commit keeps aside at most. Each is a request of its own before the commit: of
 * a batch of nothing else, a call of the function would end before the first commit, and no later one would come
 * further.
 */
const MAX_SIDE_RECORDS = 2000;

/** Reads a batch from where the checkpoint ends, and aggregates until the limit or the end of the batch. */
export function buildChunk(
  stream: StreamPlan,
  { checkpoint, ids }: { readonly checkpoint: Checkpoint; readonly ids: IdPanes | null },
  records: readonly SourceRecord[],
  limits: ChunkLimits,
): CommitChunk {
  const builder = new ChunkBuilder(stream, checkpoint, ids, limits);
  for (const record of records) {
    if (!builder.read(record)) break;
  }
  return builder.finish();
}

class ChunkBuilder {
  readonly #stream: StreamPlan;
  readonly #checkpoint: Checkpoint;
  readonly #limits: ChunkLimits;
  readonly #ids: CommitIds | null;
  readonly #buffers: readonly PaneBuffer[];
  readonly #sideRecords: SideRecord[] = [];
  #accepted = 0;
  #late = 0;
  #dead = 0;
  #duplicate = 0;
  #delivered = 0;
  #end: Position | null = null;
  #insideRecord = false;
  #complete = true;
  #clockMs: number;
  #latestEventMs: number;
  #lastArrivalMs: number;

  constructor(stream: StreamPlan, checkpoint: Checkpoint, ids: IdPanes | null, limits: ChunkLimits) {
    this.#stream = stream;
    this.#checkpoint = checkpoint;
    this.#limits = limits;
    const isDeduped = stream.dedupe !== null && ids !== null;
    this.#ids = isDeduped ? new CommitIds(stream.dedupe, ids, checkpoint.watermarkMs) : null;
    this.#buffers = stream.views.map((view) => new PaneBuffer(view.definition, checkpoint.watermarkMs));
    this.#clockMs = checkpoint.clockMs ?? Number.NEGATIVE_INFINITY;
    this.#latestEventMs = checkpoint.latestEventMs ?? Number.NEGATIVE_INFINITY;
    this.#lastArrivalMs = checkpoint.lastArrivalMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Takes in a record's events; false once the chunk is full. */
  read(record: SourceRecord): boolean {
    const taken = this.#checkpoint.position;
    if (taken !== null && compareSequences(record.sequence, taken.sequence) < 0) return true;
    const firstIndex = taken !== null && record.sequence === taken.sequence ? taken.index + 1 : 0;
    let index = -1;
    let lastIndex = -1;
    const next = (): boolean | null => {
      index++;
      if (index < firstIndex) return null;
      if (this.#delivered >= this.#limits.maxEvents || this.#sideRecords.length >= MAX_SIDE_RECORDS) return false;
      this.#delivered++;
      lastIndex = index;
      return true;
    };
    let full = false;
    decodeRecord(this.#stream.decoder, record, {
      value: (value, text) => {
        const turn = next();
        if (turn === true) this.#event(value, text, record, index);
        full = turn === false;
        return !full;
      },
      unreadable: (reason, message, bytes) => {
        const turn = next();
        if (turn === true) this.#deadLetter(record, index, reason, message, bytes);
        full = turn === false;
        return !full;
      },
      copy: () => {
        const turn = next();
        if (turn === true) this.#duplicate++;
        full = turn === false;
        return !full;
      },
    });
    if (lastIndex >= 0) {
      this.#end = { sequence: record.sequence, index: lastIndex };
      if (record.arrivalMs !== null && record.arrivalMs > this.#lastArrivalMs) this.#lastArrivalMs = record.arrivalMs;
    }
    if (full) {
      this.#complete = false;
      this.#insideRecord = lastIndex >= 0;
    }
    return !full;
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
      insideRecord: this.#insideRecord,
      complete: this.#complete,
      clockMs: orNull(this.#clockMs),
      latestEventMs: orNull(this.#latestEventMs),
      lastArrivalMs: orNull(this.#lastArrivalMs),
      buffers: this.#buffers,
      sideRecords: this.#sideRecords,
      ids: this.#ids?.added ?? null,
    };
  }

  #event(value: unknown, text: string, record: SourceRecord, index: number): void {
    const { oversized } = this.#limits;
    if (oversized !== null && comparePositions({ sequence: record.sequence, index }, oversized) === 0) {
      const message = `The state that the event adds in stream '${this.#stream.name}' does not fit into one item of the store.`;
      this.#deadLetter(record, index, 'oversized', message, Buffer.from(text));
      return;
    }
    const validation = this.#stream.validate(value, record.arrivalMs);
    if (validation.kind === 'invalid') {
      this.#deadLetter(record, index, validation.reason, validation.message, Buffer.from(text));
      return;
    }
    const { timeMs } = validation;
    if (this.#ids?.isDuplicate(value as object, timeMs)) {
      this.#duplicate++;
      return;
    }
    if (timeMs > this.#latestEventMs) this.#latestEventMs = timeMs;
    // A fast clock must not make its shard late: no event moves the watermark beyond its own arrival.
    const clockMs = record.arrivalMs !== null && record.arrivalMs < timeMs ? record.arrivalMs : timeMs;
    if (clockMs > this.#clockMs) this.#clockMs = clockMs;
    this.#accumulate(value as object, timeMs, text, record, index);
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

  #lateEvent({ name, definition }: ViewPlan, timeMs: number, text: string, record: SourceRecord, index: number): void {
    const missed = { view: name, ...missedWindow(definition.window, timeMs) };
    const origin = this.#origin(record, index);
    this.#sideRecords.push({ kind: 'late', ...origin, bytes: Buffer.from(text), eventTimeMs: timeMs, missed });
  }

  #deadLetter(record: SourceRecord, index: number, reason: DeadReason, message: string, bytes: Uint8Array): void {
    this.#dead++;
    this.#sideRecords.push({ kind: 'dead', ...this.#origin(record, index), bytes, reason, message });
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

function orNull(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
