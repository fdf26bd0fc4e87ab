import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { orderOfKeys } from '../../../engine/bytes/order-of-keys.ts';
import { keyedHash } from '../../../engine/hash/keyed-hash.ts';
import type { Clock } from '../../../engine/ports/clock.ts';
import type { NewRows } from '../../../engine/ports/new-rows.ts';
import {
  isExpired,
  type PutOutcome,
  type ReadRow,
  type ResultStore,
  type RowKey,
  type RowPage,
  type RowPlace,
  type RowWrite,
  type StoredRow,
  type WindowsQuery,
} from '../../../engine/ports/result-store.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { randomHashKey } from '../../hash-key.ts';
import { bufferCursor, mergeRows } from './row-cursor.ts';
import { RowPlaces } from './row-places.ts';
import {
  bufferOf,
  compareKeys,
  KEY_AT,
  keyEndOf,
  RowRecord,
  windowKey,
  writeKey,
  writeNewRecord,
  writeRecord,
} from './row-record.ts';
import { RowRuns } from './row-runs.ts';

const FIRST_BYTES = 256 * 1024;
/** Rows that wait to be sorted and written as a run: about as many as have room when `FIRST_BYTES` were doubled some times. */
const RUN_BYTES = 8 * 1024 * 1024 - 64 * 1024;
/** A place with this bit is one in the buffer; another one is the number of a run, and one more, for 0 is no place. */
const IN_BUFFER = 0x80000000;

/**
 * Result rows of a process that reads them once, at its end, in their order: new rows are added to a buffer, which is sorted
 * when it is full and written as a run; the runs are merged as they are read. A tree of rows would be changed in as many places
 * as there are rows.
 *
 *   put ─► buffer ─┬─► run 0, run 1, …       a row that is put again is in a later run, which counts
 *                  └─► places: by hash of the key, the run
 *
 * As long as each row of a view comes behind all rows of the view before it, none can be there already, and nobody notes where rows
 * are. The places of all are noted once one comes out of order.
 *
 * Rows of one view by window start, then group, are what `inOrder` is for. What asks for pages of windows reads all of them.
 */
export class SpooledResultStore implements ResultStore {
  readonly #clock: Clock;
  readonly #runs = new RowRuns();
  readonly #hashKey = randomHashKey();
  readonly #views: string[] = [];
  /** By number of the view, its row that is behind all others. */
  readonly #greatest = new Map<number, RowRecord>();
  /** Null as long as rows come in order. */
  #places: RowPlaces | null = null;
  /** By view and group, the window starts of rows: kept once somebody has asked for the latest row of a group. */
  #starts: Map<string, Map<string, Set<number>>> | null = null;
  readonly #runBytes: number;
  readonly #rows = new ByteWriter(FIRST_BYTES);
  /** Where the rows end that stay. */
  #end = 0;
  /** What these are written to. */
  #memory = this.#rows.memory;
  #buffer = bufferOf(this.#memory);
  /** Where rows of the buffer begin; −1 where another one has taken a row's place. */
  #offsets: number[] = [];
  /** No row of the buffer is before one that was added earlier, and each is there once. */
  #isInOrder = true;
  /** Of these rows, where places are noted. */
  #hashes: number[] = [];
  /** Where a run is put in order before it is written. */
  #sortedBytes = Buffer.alloc(0);
  /** A key that is searched. */
  readonly #key = new ByteWriter(1024);
  /** The row that was written last, which may not stay. */
  readonly #added = new RowRecord(windowKey(0, 0).bytes, 0);
  /** Bytes that were hashed last, and a view of them. */
  #viewed: Buffer = this.#buffer;
  #view = viewOf(this.#viewed);

  constructor(clock: Clock, runBytes = RUN_BYTES) {
    this.#clock = clock;
    this.#runBytes = runBytes;
  }

  async get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]> {
    return keys.map((key) => this.#find(key));
  }

  async put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]> {
    return writes.map(({ row, over }) => this.#put(row, over));
  }

  async append(rows: NewRows): Promise<readonly number[]> {
    const view = this.#numberOf(rows.view);
    const refused: number[] = [];
    for (let row = 0; row < rows.count; row++) {
      this.#rows.moveTo(this.#end);
      writeNewRecord(rows, row, view, this.#rows);
      if (this.#settle(view, null) === 'refused') refused.push(row);
      else if (this.#starts !== null) this.#noteStart({ ...this.#added.place, view: rows.view });
    }
    return refused;
  }

  async windows({ view, fromMs, toMs, group, order, limit, cursor = null }: WindowsQuery): Promise<RowPage> {
    const sign = order === 'latestFirst' ? -1 : 1;
    const compare = (a: RowPlace, b: RowPlace) =>
      sign * (a.windowStartMs - b.windowStartMs || Buffer.compare(Buffer.from(a.group), Buffer.from(b.group)));
    const found: ReadRow[] = [];
    for (const row of this.inOrder(view, fromMs)) {
      if (row.windowStartMs >= toMs) break;
      if (group !== undefined && row.group !== group) continue;
      if (cursor === null || compare(row, cursor) > 0) found.push(timeless(row.stored(view)));
    }
    found.sort(compare);
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    const isEnd = last === undefined || found.length <= limit;
    return { rows, cursor: isEnd ? null : { windowStartMs: last.windowStartMs, group: last.group } };
  }

  async latest(view: string, group: string, atMs = END_OF_TIME_MS): Promise<ReadRow | null> {
    this.#starts ??= this.#allStarts();
    const starts = [...(this.#starts.get(view)?.get(group) ?? [])].filter((startMs) => startMs <= atMs);
    for (const windowStartMs of starts.sort((a, b) => b - a)) {
      const row = this.#find({ view, group, windowStartMs });
      if (row !== null && !row.retracted) return timeless(row);
    }
    return null;
  }

  close(): void {
    this.#runs.close();
  }

  /** The rows of a view that readers see, by window start and then by the values of the group. A row is good until the next. */
  *inOrder(view: string, fromMs = START_OF_TIME_MS): Generator<RowRecord> {
    const number = this.#views.indexOf(view);
    if (number < 0) return;
    const from = windowKey(number, fromMs);
    const row = from.keyAlone();
    const buffered = this.#sorted().filter((at) => {
      row.moveTo(this.#buffer, at);
      return compareKeys(row, from) >= 0;
    });
    const cursors = [...this.#runs.cursors(from), bufferCursor(this.#buffer, buffered)];
    const nowMs = this.#clock.nowMs();
    for (const row of mergeRows(cursors)) {
      if (row.view !== number) return;
      if (!row.retracted && !isExpired(row, nowMs)) yield row;
    }
  }

  #put(row: StoredRow, over: number | null): PutOutcome {
    const view = this.#numberOf(row.view);
    this.#rows.moveTo(this.#end);
    writeRecord(row, view, this.#rows);
    const outcome = this.#settle(view, over);
    if (outcome === 'written') this.#noteStart(row);
    return outcome;
  }

  /** Decides whether the row that was written behind all others stays, over what is there. */
  #settle(view: number, over: number | null): PutOutcome {
    this.#followMemory();
    const record = this.#added;
    record.moveTo(this.#buffer, this.#end);
    const isBehind = this.#isBehindAll(record, view);
    const places = isBehind ? this.#places : this.#notedPlaces();
    const hash = places === null ? 0 : this.#hashOf(record);
    const known = isBehind || places === null ? null : this.#placeOf(record, places.find(hash));
    const stored = known === null ? null : this.#unexpired(known.row);
    if ((stored?.epoch ?? null) !== over) return 'refused';
    if (places !== null) this.#notePlace(places, hash, known?.place ?? null);
    this.#isInOrder &&= this.#isBehindLast(record, view, isBehind);
    if (isBehind) this.#setGreatest(view, record);
    this.#offsets.push(this.#end);
    this.#end = this.#rows.length;
    if (this.#end > this.#runBytes) this.#writeRun();
    return 'written';
  }

  /** The rows move as their buffer grows. */
  #followMemory(): void {
    if (this.#rows.memory === this.#memory) return;
    this.#memory = this.#rows.memory;
    const larger = bufferOf(this.#memory);
    for (const row of this.#greatest.values()) if (row.bytes === this.#buffer) row.moveTo(larger, row.at);
    this.#buffer = larger;
  }

  #setGreatest(view: number, { bytes, at }: RowRecord): void {
    const greatest = this.#greatest.get(view);
    if (greatest === undefined) this.#greatest.set(view, new RowRecord(bytes, at));
    else greatest.moveTo(bytes, at);
  }

  #isBehindAll(record: RowRecord, view: number): boolean {
    const greatest = this.#greatest.get(view);
    return greatest === undefined || compareKeys(record, greatest) > 0;
  }

  /** Whether a row is behind the one of the buffer that was added last. */
  #isBehindLast(record: RowRecord, view: number, isBehindAll: boolean): boolean {
    const at = this.#offsets.at(-1);
    if (at === undefined) return true;
    const greatest = this.#greatest.get(view);
    if (greatest?.bytes === this.#buffer && greatest.at === at) return isBehindAll;
    return compareKeys(record, new RowRecord(this.#buffer, at)) > 0;
  }

  /** Notes where the next row of the buffer is, which may take the place of another one. */
  #notePlace(places: RowPlaces, hash: number, known: number | null): void {
    const place = IN_BUFFER + this.#offsets.length;
    this.#hashes.push(hash);
    if (known === null) places.add(hash, place);
    else {
      places.replace(hash, known, place);
      if (known < IN_BUFFER) return;
      this.#offsets[known - IN_BUFFER] = -1;
      this.#isInOrder = false;
    }
  }

  /** Where all rows are that there are. */
  #notedPlaces(): RowPlaces {
    if (this.#places !== null) return this.#places;
    const places = new RowPlaces();
    // None is there twice as long as rows come in order.
    for (const rows of this.#runs.cursors(windowKey(0, Number.NEGATIVE_INFINITY))) {
      while (rows.next()) places.add(this.#hashOf(rows.row), rows.age + 1);
    }
    this.#offsets.forEach((at, index) => {
      const hash = this.#hashOf(new RowRecord(this.#buffer, at));
      this.#hashes.push(hash);
      places.add(hash, IN_BUFFER + index);
    });
    this.#places = places;
    return places;
  }

  /** Of all that tells groups of a window apart: the text at the end of a key says the same once more. */
  #hashOf({ bytes, keyFrom, textFrom }: RowRecord): number {
    if (bytes !== this.#viewed) {
      this.#view = viewOf(bytes);
      this.#viewed = bytes;
    }
    return keyedHash(this.#view, keyFrom, textFrom, this.#hashKey);
  }

  #find(key: RowKey): StoredRow | null {
    const view = this.#views.indexOf(key.view);
    if (view < 0) return null;
    const record = this.#keyOf(key, view);
    if (this.#isBehindAll(record, view)) return null;
    const known = this.#placeOf(record, this.#notedPlaces().find(this.#hashOf(record)));
    return known === null ? null : (this.#unexpired(known.row)?.stored(key.view) ?? null);
  }

  #placeOf(key: RowRecord, places: readonly number[]): { readonly place: number; readonly row: RowRecord } | null {
    for (const place of places) {
      const row = place >= IN_BUFFER ? this.#buffered(place - IN_BUFFER) : this.#runs.find(place - 1, key);
      if (row !== null && compareKeys(row, key) === 0) return { place, row };
    }
    return null;
  }

  #buffered(index: number): RowRecord {
    return new RowRecord(this.#buffer, this.#offsets[index] as number);
  }

  #unexpired(row: RowRecord): RowRecord | null {
    return isExpired(row, this.#clock.nowMs()) ? null : row;
  }

  #keyOf(key: RowKey, view: number): RowRecord {
    this.#key.moveTo(0);
    writeKey(key, view, this.#key);
    return new RowRecord(bufferOf(this.#key.memory), 0);
  }

  #numberOf(view: string): number {
    const known = this.#views.indexOf(view);
    return known >= 0 ? known : this.#views.push(view) - 1;
  }

  #writeRun(): void {
    const place = this.#runs.write(this.#isInOrder ? this.#buffer.subarray(0, this.#end) : this.#gathered()) + 1;
    this.#hashes.forEach((hash, index) => {
      if ((this.#offsets[index] as number) >= 0) this.#places?.replace(hash, IN_BUFFER + index, place);
    });
    for (const [view, row] of this.#greatest) {
      if (row.bytes === this.#buffer) this.#greatest.set(view, row.keyAlone());
    }
    this.#offsets = [];
    this.#isInOrder = true;
    this.#hashes = [];
    this.#end = 0;
  }

  /** Bytes of the rows of the buffer, one behind another in their order. */
  #gathered(): Buffer {
    if (this.#sortedBytes.length < this.#end) this.#sortedBytes = Buffer.allocUnsafeSlow(this.#buffer.length);
    const row = new RowRecord(this.#buffer, 0);
    let used = 0;
    for (const at of this.#sorted()) {
      row.moveTo(this.#buffer, at);
      used += this.#buffer.copy(this.#sortedBytes, used, at, row.end);
    }
    return this.#sortedBytes.subarray(0, used);
  }

  /** Where the rows of the buffer begin, in the order of their keys. */
  #sorted(): readonly number[] {
    if (this.#isInOrder) return this.#offsets;
    const offsets = this.#offsets.filter((at) => at >= 0);
    const [starts, ends] = [new Uint32Array(offsets.length), new Uint32Array(offsets.length)];
    offsets.forEach((at, index) => {
      starts[index] = at + KEY_AT;
      ends[index] = keyEndOf(this.#buffer, at);
    });
    const sorted: number[] = [];
    for (const index of orderOfKeys({ bytes: this.#buffer, starts, ends })) sorted.push(offsets[index] as number);
    return sorted;
  }

  #allStarts(): Map<string, Map<string, Set<number>>> {
    const starts: Map<string, Map<string, Set<number>>> = new Map();
    for (const view of this.#views) {
      for (const { group, windowStartMs } of this.inOrder(view)) addStart(starts, { view, group, windowStartMs });
    }
    return starts;
  }

  #noteStart(key: RowKey): void {
    if (this.#starts !== null) addStart(this.#starts, key);
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

function addStart(starts: Map<string, Map<string, Set<number>>>, { view, group, windowStartMs }: RowKey): void {
  const ofView = starts.get(view) ?? new Map<string, Set<number>>();
  starts.set(view, ofView);
  const ofGroup = ofView.get(group) ?? new Set<number>();
  ofView.set(group, ofGroup);
  ofGroup.add(windowStartMs);
}

/** Nobody asks rows that a run writes to files when they were put, and the time would take room in each. */
function timeless(row: StoredRow): ReadRow {
  return { ...row, updatedAtMs: null };
}
