import type { Database } from '../database.ts';
import { compareKeys, RowRecord } from './row-record.ts';

/** A block is read as a whole: one a run while runs are merged. */
const BLOCK_BYTES = 64 * 1024;

/** A run: rows in the order of their keys, cut in blocks. */
interface Run {
  readonly id: number;
  /** Keys of the first rows of the blocks. */
  readonly firsts: readonly RowRecord[];
}

/** Rows in the order of their keys, from some place on. */
export type Rows = Iterator<RowRecord, undefined>;

/** Runs of rows in a table of the database, each written once. */
export class RowRuns {
  readonly #database: Database;
  readonly #runs: Run[] = [];

  constructor(database: Database) {
    this.#database = database;
    database.run(
      'CREATE TABLE IF NOT EXISTS row_runs (run INTEGER NOT NULL, block INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (run, block))',
    );
  }

  get count(): number {
    return this.#runs.length;
  }

  /** Writes rows, which are in the order of their keys, and gives the number of their run. */
  write(rows: Iterable<RowRecord>): number {
    const id = this.#runs.length;
    const firsts: RowRecord[] = [];
    let parts: Uint8Array[] = [];
    let bytes = 0;
    const put = () => {
      if (parts.length === 0) return;
      const block = Buffer.concat(parts, bytes);
      const first = new RowRecord(block, 0);
      // The key alone: a view of the block would keep all of it.
      firsts.push(new RowRecord(Buffer.from(block.subarray(0, first.keyTo)), 0));
      this.#database.run('INSERT INTO row_runs (run, block, bytes) VALUES (?, ?, ?)', [id, firsts.length - 1, block]);
      parts = [];
      bytes = 0;
    };
    this.#database.transaction(() => {
      for (const row of rows) {
        const part = row.bytes.subarray(row.at, row.end);
        if (bytes > 0 && bytes + part.length > BLOCK_BYTES) put();
        parts.push(part);
        bytes += part.length;
      }
      put();
    });
    this.#runs.push({ id, firsts });
    return id;
  }

  /** The rows of a run from the first on that is not before a key. */
  *from(run: number, key: RowRecord): Rows & Iterable<RowRecord> {
    const { firsts } = this.#runs[run] as Run;
    for (let block = lastNotAfter(firsts, key); block < firsts.length; block++) {
      const bytes = this.#read(run, block);
      for (let at = 0; at < bytes.length; ) {
        const row = new RowRecord(bytes, at);
        at = row.end;
        if (compareKeys(row, key) >= 0) yield row;
      }
    }
    return undefined;
  }

  #read(run: number, block: number): Buffer {
    const row = this.#database.get('SELECT bytes FROM row_runs WHERE run = ? AND block = ?', [run, block]);
    const bytes = row?.bytes as Uint8Array;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** The last block that may hold a key. */
function lastNotAfter(firsts: readonly RowRecord[], key: RowRecord): number {
  let [low, high] = [0, firsts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (compareKeys(firsts[middle] as RowRecord, key) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Source {
  readonly rows: Rows;
  /** Of two rows of one key, the one of the later source counts. */
  readonly age: number;
  row: RowRecord;
}

/** Rows of several sources in the order of their keys, of each key the row of the last source that has one. */
export function* mergeRows(sources: readonly Rows[]): Generator<RowRecord> {
  const heap: Source[] = [];
  sources.forEach((rows, age) => {
    const { value } = rows.next();
    if (value !== undefined) siftUp(heap, { rows, age, row: value });
  });
  let last: { readonly source: Source; readonly row: RowRecord } | null = null;
  while (heap.length > 0) {
    const least = heap[0] as Source;
    const { row } = least;
    // A source has a key once.
    if (last === null || last.source === least || compareKeys(row, last.row) !== 0) yield row;
    last = { source: least, row };
    const { value } = least.rows.next();
    if (value !== undefined) {
      least.row = value;
      siftDown(heap);
    } else {
      const end = heap.pop() as Source;
      if (heap.length > 0) {
        heap[0] = end;
        siftDown(heap);
      }
    }
  }
}

function isBefore(a: Source, b: Source): boolean {
  const order = compareKeys(a.row, b.row);
  return order < 0 || (order === 0 && a.age > b.age);
}

function siftUp(heap: Source[], added: Source): void {
  let at = heap.length;
  heap.push(added);
  while (at > 0) {
    const above = (at - 1) >>> 1;
    if (!isBefore(added, heap[above] as Source)) break;
    heap[at] = heap[above] as Source;
    at = above;
  }
  heap[at] = added;
}

function siftDown(heap: Source[]): void {
  const moved = heap[0] as Source;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(heap[below + 1] as Source, heap[below] as Source)) below++;
    if (!isBefore(heap[below] as Source, moved)) break;
    heap[at] = heap[below] as Source;
    at = below;
  }
  heap[at] = moved;
}
