import { joinedGroups } from '../codec/joined-groups.ts';
import type { EventColumns } from '../columns/event-columns.ts';
import { MAX_SINGLE_LETTERS } from '../decode/limits.ts';
import {
  type BatchItem,
  isLineBlock,
  type LineBlock,
  lineRecord,
  lineRecords,
  linesFrom,
} from '../decode/line-block.ts';
import type { BlockReader, ScanReader } from '../decode/record-scanner.ts';
import type { SourceRecord } from '../decode/source-record.ts';
import { CommitIds, type IdPanes } from '../dedupe/id-panes.ts';
import { BugError } from '../ir/bug-error.ts';
import { FILTERED, LATE, PARTLY_LATE } from '../plan/accumulated.ts';
import type { ColumnPlan } from '../plan/column-plan.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { SideOutput } from '../ports/dead-letter-sink.ts';
import { comparePositions, compareSequences, type Position } from '../ports/position.ts';
import { PaneBuffer, type PaneDelta } from '../protocol/pane-buffer.ts';
import { type Checkpoint, type Counters, NO_EVENTS } from '../state/checkpoint.ts';
import type { LateCount } from '../state/late-counts.ts';
import { watermarkFor } from '../state/watermark.ts';
import { BundleSet } from './bundle-set.ts';
import { type JudgedEvent, JudgedRecord, judgeEvent, type Letter } from './judged-record.ts';
import { originIn, SideOutputs } from './side-outputs.ts';

/** What one commit takes in: the events after a checkpoint, as many as fit, judged by that checkpoint's watermark. */
export interface CommitChunk {
  readonly counters: Counters;
  /** Of the accepted ones: those that came when their window had ended, and that a revision counts. */
  readonly countedLate: number;
  /** The last event of the chunk; null if it has none. */
  readonly end: Position | null;
  /** The record at `end` holds further events. */
  readonly insideRecord: boolean;
  /** The batch holds no further event. */
  readonly complete: boolean;
  readonly clockMs: number | null;
  readonly latestEventMs: number | null;
  readonly clockArrivalMs: number | null;
  /** The earliest time of its events that count or are late; null where there are none. */
  readonly earliestEventMs: number | null;
  /** What it adds to each view of the stream. */
  readonly views: readonly ViewDelta[];
  readonly sideOutputs: readonly SideOutput[];
  /** Ids of its events, where the stream drops duplicates. */
  readonly ids: IdPanes | null;
  /** Where it began to read: a smaller chunk in its place begins there too. Null where it has no event. */
  readonly from: Reading | null;
  /** Where the next chunk goes on, where that is inside of a record. */
  readonly to: Reading | null;
}

/** What a chunk adds to a view, as it is stored. */
export interface ViewDelta {
  /** In the order of panes and buckets. */
  readonly segments: readonly SegmentDelta[];
  /** By bucket: how many events of which groups missed which windows. */
  readonly late: readonly (readonly LateCount[])[];
}

export interface SegmentDelta extends Omit<PaneDelta, 'groups'> {
  readonly bytes: Uint8Array;
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

/** Reads a batch from where the checkpoint ends, and aggregates until the limit or the end of the batch. */
export function buildChunk(
  stream: StreamPlan,
  { checkpoint, ids }: { readonly checkpoint: Checkpoint; readonly ids: IdPanes | null },
  records: readonly BatchItem[],
  { limits, reading }: { readonly limits: ChunkLimits; readonly reading: Reading | null },
): CommitChunk {
  stream.scanner?.beginCommit();
  const builder = new ChunkBuilder(stream, checkpoint, ids, limits);
  for (const item of records) {
    if (!(isLineBlock(item) ? builder.readLines(item) : builder.read(item, reading))) break;
  }
  return builder.finish();
}

class ChunkBuilder {
  readonly #stream: StreamPlan;
  readonly #checkpoint: Checkpoint;
  readonly #limits: ChunkLimits;
  readonly #ids: CommitIds | null;
  readonly #buffers: readonly PaneBuffer[];
  readonly #aside: SideOutputs;
  #accepted = 0;
  #late = 0;
  #countedLate = 0;
  #dead = 0;
  #duplicate = 0;
  #delivered = 0;
  #end: Position | null = null;
  #complete = true;
  #first: SourceRecord | null = null;
  #from: Reading | null = null;
  #to: Reading | null = null;
  #bundles: BundleSet | null = null;
  #clockMs: number;
  #latestEventMs: number;
  #clockArrivalMs: number | null;
  #earliestEventMs = Number.POSITIVE_INFINITY;

  constructor(stream: StreamPlan, checkpoint: Checkpoint, ids: IdPanes | null, limits: ChunkLimits) {
    this.#stream = stream;
    this.#checkpoint = checkpoint;
    this.#limits = limits;
    this.#aside = new SideOutputs(stream.name, checkpoint.shard);
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
    this.#first ??= record;
    const scan = reading?.record === record ? null : this.#scan(record);
    if (scan !== null) {
      const rest = this.#readColumns(record, scan);
      return rest === null || this.#readPlain(record, rest, 0);
    }
    const events = this.#open(record, reading);
    this.#from ??= { record, position: taken, events: events.fork() };
    return this.#readPlain(record, events, events.index + 1);
  }

  /** Takes in the records of a block; false once the chunk is full. */
  readLines(block: LineBlock): boolean {
    const { position, insideRecord } = this.#checkpoint;
    const first = position === null ? 0 : Number(position.sequence) + (insideRecord ? 0 : 1);
    const lines = linesFrom(block, first);
    if (lines === null) return true;
    const scan = this.#scanLines(lines);
    if (scan !== null) return this.#readBlock(lines, scan);
    for (const record of lineRecords(lines)) {
      const events = this.#open(record, null);
      if (!this.#readPlain(record, events, events.index + 1)) return false;
    }
    return true;
  }

  /** A reader of lines in columns, where nothing speaks against it. */
  #scanLines({ data }: LineBlock): BlockReader | null {
    const { scanner, columns } = this.#stream;
    const { oversized } = this.#limits;
    // The first of them may be taken in part.
    if (scanner === null || columns === null || oversized !== null || this.#checkpoint.insideRecord) return null;
    return scanner.openLines(data);
  }

  #readBlock(block: LineBlock, scan: BlockReader): boolean {
    const origin = inLines(block);
    let line = 0;
    for (let found = scan.next(); found !== null; found = scan.next()) {
      if (this.#isFull()) {
        this.#complete = false;
        return false;
      }
      if (!('columns' in found)) {
        if (!this.#unusualLine(lineRecord(block, line++, found), scan)) return false;
        continue;
      }
      const taken = this.#stretch(found, origin);
      line += taken;
      this.#end = origin.positionOf(line - 1);
      if (taken === found.length) continue;
      this.#complete = false;
      return false;
    }
    return true;
  }

  /** Takes in a line that is none of a stretch. It may be anything that a record may be. */
  #unusualLine(record: SourceRecord, scan: BlockReader): boolean {
    const events = JudgedRecord.open(this.#stream, record);
    const first = events.next();
    if (first === null) return true;
    if (first.kind === 'event') scan.noteUnusual({ kind: 'value', value: first.event, text: first.text });
    else if (first.kind === 'dead' && first.letter !== null) scan.noteUnusual({ kind: 'unreadable', ...first.letter });
    this.#take(first, record, events.index);
    this.#end = { sequence: record.sequence, index: events.index };
    return this.#readPlain(record, events, events.index + 1);
  }

  /** A reader of events in columns, where the record is read from its beginning and nothing speaks against it. */
  #scan(record: SourceRecord): ScanReader | null {
    const { scanner, columns } = this.#stream;
    const { position } = this.#checkpoint;
    if (scanner === null || columns === null || record.parts !== undefined || this.#limits.oversized !== null)
      return null;
    return position?.sequence === record.sequence ? null : scanner.open(record.data, record.arrivalMs);
  }

  /** Takes in a record by stretches. Returns what is left of it to be read one by one; null where that is nothing. */
  #readColumns(record: SourceRecord, scan: ScanReader): JudgedRecord | null {
    let index = -1;
    let dead = 0;
    for (let found = scan.next(); found !== null; found = scan.next()) {
      if (this.#isFull()) return this.#restOf(record, index);
      if ('columns' in found) {
        const taken = this.#stretch(found, inRecord(record));
        index += taken;
        if (taken < found.length) return this.#restOf(record, index);
      } else {
        const judged = judgeEvent(this.#stream, record.arrivalMs, found);
        // Those that come now share letters, and the one who writes these reads ahead.
        if (judged.kind === 'dead' && ++dead > MAX_SINGLE_LETTERS) {
          return this.#restOf(record, index);
        }
        index++;
        this.#take(judged, record, index);
      }
    }
    if (index >= 0) this.#end = { sequence: record.sequence, index };
    return null;
  }

  /** What follows an event, to be read one by one. Whoever begins with this record once more, with fewer events, has it open. */
  #restOf(record: SourceRecord, index: number): JudgedRecord {
    const events = JudgedRecord.open(this.#stream, record);
    if (record === this.#first) this.#from = { record, position: this.#checkpoint.position, events: events.fork() };
    events.readTo(index);
    return events;
  }

  /** Takes in the first rows of a stretch, as many as there is room for. */
  #stretch(events: EventColumns, origin: StretchOrigin): number {
    this.#bundles ??= new BundleSet(this.#stream, this.#stream.columns as ColumnPlan, this.#buffers);
    const bundles = this.#bundles;
    bundles.begin(events);
    let from = 0;
    while (from < events.length && !this.#isFull()) {
      const to = from + this.#roomFor(events, from, bundles.lateOutputs);
      const found = bundles.add(from, to, this.#ids);
      this.#delivered += to - from;
      this.#duplicate += found.duplicates;
      if (found.latestMs !== null) this.#moveClock(found.latestMs, origin.arrivalMs);
      if (found.earliestMs < this.#earliestEventMs) this.#earliestEventMs = found.earliestMs;
      const lost = bundles.lateRows === 0 ? 0 : this.#lateRows(bundles, { from, to }, origin);
      this.#late += lost;
      this.#countedLate += bundles.revisingRows(from, to);
      this.#accepted += to - from - found.duplicates - lost;
      from = to;
    }
    return from;
  }

  #roomFor({ length, starts, ends }: EventColumns, from: number, outputsEach: number): number {
    const rows = Math.min(length - from, this.#limits.maxEvents - this.#delivered);
    return this.#aside.roomFor(rows, (ends[length - 1] as number) - (starts[from] as number), outputsEach);
  }

  /** Keeps late events aside, row by row. Returns how many were too late for all that they pass. */
  #lateRows(
    bundles: BundleSet,
    { from, to }: { readonly from: number; readonly to: number },
    origin: StretchOrigin,
  ): number {
    const { timesMs, firstIndex } = bundles.events;
    let lost = 0;
    for (let row = from; row < to; row++) {
      const late = bundles.lateViews(row);
      for (const index of late) {
        const view = this.#stream.views[index] as ViewPlan;
        if (view.definition.lateEvents !== 'sideOutput') continue;
        const { arrivalMs } = origin;
        const position = origin.positionOf(firstIndex + row);
        this.#aside.late(view, timesMs[row] as number, bundles.bytesOf(row), { arrivalMs, position });
      }
      if (late.length > 0 && !bundles.isAdded(row)) lost++;
    }
    return lost;
  }

  #readPlain(record: SourceRecord, events: JudgedRecord, firstIndex: number): boolean {
    while (!this.#isFull()) {
      const judged = events.next();
      if (judged === null) break;
      this.#take(judged, record, events.index);
    }
    const isTouched = events.index >= firstIndex;
    if (isTouched) this.#end = { sequence: record.sequence, index: events.index };
    if (!this.#isFull() || events.fork().next() === null) return true;
    this.#complete = false;
    if (isTouched) this.#to = { record, position: this.#end as Position, events };
    return false;
  }

  #take(judged: JudgedEvent, record: SourceRecord, index: number): void {
    if (judged.kind === 'skipped') return;
    this.#delivered++;
    if (judged.kind === 'event') this.#event(judged.event, judged.timeMs, judged.text, record, index);
    else if (judged.kind === 'copy') this.#duplicate++;
    else this.#deadEvent(record, index, judged.letter);
  }

  /** The record's events, read up to the checkpoint. */
  #open(record: SourceRecord, reading: Reading | null): JudgedRecord {
    const { position } = this.#checkpoint;
    // Others may have committed meanwhile: the checkpoint tells where to go on.
    if (reading?.record === record && isSame(reading.position, position)) return reading.events.fork();
    const events = JudgedRecord.open(this.#stream, record);
    if (position?.sequence === record.sequence) events.readTo(position.index);
    return events;
  }

  #isFull(): boolean {
    return this.#delivered >= this.#limits.maxEvents || this.#aside.isFull;
  }

  finish(): CommitChunk {
    this.#bundles?.finish();
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
      countedLate: this.#countedLate,
      end: this.#end,
      insideRecord: this.#to !== null,
      complete: this.#complete,
      clockMs: orNull(this.#clockMs),
      latestEventMs: orNull(this.#latestEventMs),
      clockArrivalMs: this.#clockArrivalMs,
      earliestEventMs: orNull(this.#earliestEventMs),
      views: this.#stream.views.map((view, index) => viewDelta(view, this.#buffers[index] as PaneBuffer)),
      sideOutputs: this.#aside.all,
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
    this.#moveClock(timeMs, record.arrivalMs);
    if (timeMs < this.#earliestEventMs) this.#earliestEventMs = timeMs;
    this.#accumulate(event, timeMs, text, record, index);
  }

  #moveClock(timeMs: number, arrivalMs: number | null): void {
    if (timeMs > this.#latestEventMs) this.#latestEventMs = timeMs;
    // A fast clock must not make its shard late: no event moves the watermark beyond its own arrival.
    const clockMs = arrivalMs !== null && arrivalMs < timeMs ? arrivalMs : timeMs;
    if (clockMs > this.#clockMs) {
      this.#clockMs = clockMs;
      this.#clockArrivalMs = arrivalMs;
    }
  }

  #accumulate(event: object, timeMs: number, text: string, record: SourceRecord, index: number): void {
    let added = false;
    let late = false;
    let revises = false;
    const { views } = this.#stream;
    for (let i = 0; i < views.length; i++) {
      const view = views[i] as ViewPlan;
      const buffer = this.#buffers[i] as PaneBuffer;
      const outcome = view.accumulate(event, timeMs, buffer);
      if (outcome === FILTERED) continue;
      if (outcome !== LATE) {
        added = true;
        revises ||= buffer.lastRevises(timeMs);
      }
      if (outcome !== LATE && outcome !== PARTLY_LATE) continue;
      late = true;
      if (view.definition.lateEvents === 'sideOutput')
        this.#aside.late(view, timeMs, Buffer.from(text), originIn(record, index));
    }
    if (late && !added) this.#late++;
    else this.#accepted++;
    if (revises) this.#countedLate++;
  }

  #deadEvent(record: SourceRecord, index: number, letter: Letter | null): void {
    this.#dead++;
    if (letter !== null) this.#aside.dead(letter, originIn(record, index));
  }
}

function viewDelta(view: ViewPlan, buffer: PaneBuffer): ViewDelta {
  const { definition, segments, operators, hashKey, select } = view;
  // Events that have a row each are one group.
  const shape = { groupFields: select === null ? definition.groupBy.length : 0, operators, hashKey };
  return {
    segments: buffer.deltas().map(({ groups, ...delta }) => ({
      ...delta,
      bytes: segments.encode(joinedGroups(groups, shape)),
    })),
    late: Array.from({ length: definition.buckets }, (_, bucket) => buffer.lateCounts(bucket)),
  };
}

/** Where the events of a stretch came from. */
interface StretchOrigin {
  readonly arrivalMs: number | null;
  /** `index`: counted as the stretch counts. */
  positionOf(index: number): Position;
}

function inRecord({ sequence, arrivalMs }: SourceRecord): StretchOrigin {
  return { arrivalMs, positionOf: (index) => ({ sequence, index }) };
}

/** Each line is a record with one event. */
function inLines({ firstSequence }: LineBlock): StretchOrigin {
  return { arrivalMs: null, positionOf: (line) => ({ sequence: String(firstSequence + line), index: 0 }) };
}

function isSame(a: Position | null, b: Position | null): boolean {
  return a === null || b === null ? a === b : comparePositions(a, b) === 0;
}

function orNull(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
