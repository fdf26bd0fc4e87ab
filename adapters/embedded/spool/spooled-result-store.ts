import type { Clock } from '../../../engine/ports/clock.ts';
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
import type { Database } from '../database.ts';
import { KeyedHash } from './keyed-hash.ts';
import { RowPlaces } from './row-places.ts';
import { compareKeys, keyBytes, RowRecord, recordBytes, windowKey, writeKey, writeRecord } from './row-record.ts';
import { mergeRows, RowRuns, type Rows } from './row-runs.ts';
import { sortRecords } from './sort-records.ts';

/** Rows that wait to be sorted and written as a run. */
const RUN_BYTES = 8 * 1024 * 1024;
const FIRST_BYTES = 256 * 1024;
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
 * Rows of one view by window start, then group, are what `inOrder` is for. What asks for pages of windows reads all of them.
 */
export class SpooledResultStore implements ResultStore {
  readonly #clock: Clock;
  readonly #runs: RowRuns;
  readonly #places = new RowPlaces();
  readonly #hash = new KeyedHash();
  readonly #views: string[] = [];
  /** By view and group, the window starts of rows: kept once somebody has asked for the latest row of a group. */
  #starts: Map<string, Map<string, Set<number>>> | null = null;
  readonly #runBytes: number;
  #buffer = Buffer.alloc(FIRST_BYTES);
  #used = 0;
  /** Where rows of the buffer begin; −1 where another one has taken a row's place. */
  #offsets: number[] = [];
  #scratch = Buffer.alloc(1024);

  constructor(database: Database, clock: Clock, runBytes = RUN_BYTES) {
    this.#clock = clock;
    this.#runs = new RowRuns(database);
    this.#runBytes = runBytes;
  }

  async get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]> {
    return keys.map((key) => this.#find(key));
  }

  async put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]> {
    return writes.map(({ row, over }) => this.#put(row, over));
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

  /** The rows of a view that readers see, by window start and then by the values of the group. A row is good until the next. */
  *inOrder(view: string, fromMs = START_OF_TIME_MS): Generator<RowRecord> {
    const number = this.#views.indexOf(view);
    if (number < 0) return;
    const from = windowKey(number, fromMs);
    const sources: Rows[] = [];
    for (let run = 0; run < this.#runs.count; run++) sources.push(this.#runs.from(run, from));
    const buffered = this.#sorted().filter((row) => compareKeys(row, from) >= 0);
    sources.push(buffered.values() as Rows);
    const nowMs = this.#clock.nowMs();
    for (const row of mergeRows(sources)) {
      if (row.view !== number) return;
      if (!row.retracted && !isExpired(row, nowMs)) yield row;
    }
  }

  #put(row: StoredRow, over: number | null): PutOutcome {
    const view = this.#numberOf(row.view);
    const at = this.#reserve(recordBytes(row));
    const end = writeRecord(row, view, this.#buffer, at);
    const record = new RowRecord(this.#buffer, at);
    this.#hash.of(this.#buffer, record.keyFrom, record.keyTo);
    const { high, low } = this.#hash;
    const known = this.#placeOf(record, high, low);
    const stored = known === null ? null : this.#unexpired(known.row);
    if ((stored?.epoch ?? null) !== over) return 'refused';
    const place = IN_BUFFER + this.#offsets.length;
    if (known === null) this.#places.add(high, low, place);
    else {
      this.#places.replace(high, low, known.place, place);
      if (known.place >= IN_BUFFER) this.#offsets[known.place - IN_BUFFER] = -1;
    }
    this.#offsets.push(at);
    this.#used = end;
    this.#noteStart(row);
    return 'written';
  }

  #find(key: RowKey): StoredRow | null {
    const view = this.#views.indexOf(key.view);
    if (view < 0) return null;
    const record = this.#keyOf(key, view);
    this.#hash.of(record.bytes, record.keyFrom, record.keyTo);
    const known = this.#placeOf(record, this.#hash.high, this.#hash.low);
    return known === null ? null : (this.#unexpired(known.row)?.stored(key.view) ?? null);
  }

  #placeOf(key: RowRecord, high: number, low: number): { readonly place: number; readonly row: RowRecord } | null {
    if (!this.#places.has(high, low)) return null;
    for (const place of this.#places.find(high, low)) {
      const row =
        place >= IN_BUFFER
          ? new RowRecord(this.#buffer, this.#offsets[place - IN_BUFFER] as number)
          : this.#runs.from(place - 1, key).next().value;
      if (row !== undefined && compareKeys(row, key) === 0) return { place, row };
    }
    return null;
  }

  #unexpired(row: RowRecord): RowRecord | null {
    return isExpired(row, this.#clock.nowMs()) ? null : row;
  }

  #keyOf(key: RowKey, view: number): RowRecord {
    const bytes = keyBytes(key.group);
    if (this.#scratch.length < bytes) this.#scratch = Buffer.alloc(bytes);
    writeKey(key, view, this.#scratch, 0);
    return new RowRecord(this.#scratch, 0);
  }

  #numberOf(view: string): number {
    const known = this.#views.indexOf(view);
    return known >= 0 ? known : this.#views.push(view) - 1;
  }

  /** Where a row of so many bytes at most can be written. */
  #reserve(bytes: number): number {
    if (this.#used > 0 && this.#used + bytes > this.#runBytes) this.#writeRun();
    const needed = this.#used + bytes;
    if (needed > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(needed, Math.min(this.#buffer.length * 2, this.#runBytes)));
      this.#buffer.copy(larger, 0, 0, this.#used);
      this.#buffer = larger;
    }
    return this.#used;
  }

  #writeRun(): void {
    const place = this.#runs.write(this.#sorted()) + 1;
    this.#offsets.forEach((at, index) => {
      if (at < 0) return;
      const row = new RowRecord(this.#buffer, at);
      this.#hash.of(this.#buffer, row.keyFrom, row.keyTo);
      this.#places.replace(this.#hash.high, this.#hash.low, IN_BUFFER + index, place);
    });
    this.#offsets = [];
    this.#used = 0;
  }

  /** The rows of the buffer in the order of their keys. */
  #sorted(): readonly RowRecord[] {
    return sortRecords(this.#offsets.filter((at) => at >= 0).map((at) => new RowRecord(this.#buffer, at)));
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
