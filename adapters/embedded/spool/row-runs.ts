import type { Database } from '../database.ts';
import type { RowCursor } from './row-cursor.ts';
import { compareKeys, RowRecord } from './row-record.ts';

/** A block is read as a whole: one a run while runs are merged. */
const BLOCK_BYTES = 64 * 1024;

/** A run: rows in the order of their keys, cut in blocks. */
interface Run {
  /** Keys of the first rows of the blocks. */
  readonly firsts: readonly RowRecord[];
}

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

  /** Writes rows, which begin at `offsets` and are in the order of their keys, and gives the number of their run. */
  write(bytes: Buffer, offsets: readonly number[]): number {
    const run = this.#runs.length;
    const firsts: RowRecord[] = [];
    const row = new RowRecord(bytes, offsets[0] as number);
    let block = Buffer.allocUnsafe(BLOCK_BYTES);
    let used = 0;
    const put = () => {
      firsts.push(new RowRecord(block, 0).keyAlone());
      const sql = 'INSERT INTO row_runs (run, block, bytes) VALUES (?, ?, ?)';
      this.#database.run(sql, [run, firsts.length - 1, block.subarray(0, used)]);
      used = 0;
    };
    this.#database.transaction(() => {
      for (const at of offsets) {
        row.moveTo(bytes, at);
        const { end } = row;
        if (used > 0 && used + end - at > block.length) put();
        if (end - at > block.length) block = Buffer.allocUnsafe(end - at);
        used += bytes.copy(block, used, at, end);
      }
      put();
    });
    this.#runs.push({ firsts });
    return run;
  }

  /** The rows of a run from the first on that is not before a key. */
  from(run: number, key: RowRecord): RowCursor {
    return new RunCursor((this.#runs[run] as Run).firsts, key, (block) => this.#read(run, block));
  }

  #read(run: number, block: number): Buffer {
    const row = this.#database.get('SELECT bytes FROM row_runs WHERE run = ? AND block = ?', [run, block]);
    const bytes = row?.bytes as Uint8Array;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

class RunCursor implements RowCursor {
  readonly row: RowRecord;
  readonly #blocks: number;
  readonly #read: (block: number) => Buffer;
  #from: RowRecord | null;
  #block: number;
  #bytes = NO_BYTES;
  #next = 0;

  constructor(firsts: readonly RowRecord[], from: RowRecord, read: (block: number) => Buffer) {
    this.#blocks = firsts.length;
    this.#read = read;
    this.#from = from;
    this.#block = lastNotAfter(firsts, from);
    this.row = from.keyAlone();
  }

  next(): boolean {
    do {
      if (this.#next === this.#bytes.length) {
        if (this.#block === this.#blocks) return false;
        this.#bytes = this.#read(this.#block++);
        this.#next = 0;
      }
      this.row.moveTo(this.#bytes, this.#next);
      this.#next = this.row.end;
    } while (this.#from !== null && compareKeys(this.row, this.#from) < 0);
    this.#from = null;
    return true;
  }
}

const NO_BYTES: Buffer = Buffer.alloc(0);

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
