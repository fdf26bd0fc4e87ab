import type { RowCursor } from './row-cursor.ts';
import { compareKeys, RowRecord } from './row-record.ts';
import { SpoolFile } from './spool-file.ts';

/** A block is read as a whole: one a chain while chains are merged. A longer row is a block of its own. */
const BLOCK_BYTES = 64 * 1024;

/** Rows that lie one behind another in the file. */
interface Block {
  readonly run: number;
  readonly at: number;
  readonly bytes: number;
  /** The key of its first row. */
  readonly first: RowRecord;
}

/** Runs of which each is behind all rows of those before it: read as one. */
interface Chain {
  readonly blocks: Block[];
  /** The key of its last row. */
  last: RowRecord;
}

/** Runs of rows in a temporary file, each in the order of their keys and written once. */
export class RowRuns {
  readonly #file = new SpoolFile();
  readonly #chains: Chain[] = [];
  /** By number of the run. */
  readonly #chainOf: Chain[] = [];

  /** Writes rows, which lie one behind another in the order of their keys, and gives the number of their run. */
  write(rows: Buffer): number {
    const run = this.#chainOf.length;
    const at = this.#file.append(rows);
    const { blocks, last } = blocksOf(rows, run, at);
    const [{ first }] = blocks as [Block];
    let chain = this.#chains.find((known) => compareKeys(known.last, first) < 0);
    if (chain === undefined) {
      chain = { blocks: [], last };
      this.#chains.push(chain);
    }
    for (const block of blocks) chain.blocks.push(block);
    chain.last = last;
    this.#chainOf.push(chain);
    return run;
  }

  /** Cursors over all rows from the first on that are not before a key. */
  cursors(key: RowRecord): RowCursor[] {
    return this.#chains.map((chain) => this.#from(chain, key));
  }

  /** The first row that is not before a key, of a run and of those that are read with it. */
  find(run: number, key: RowRecord): RowRecord | null {
    const cursor = this.#from(this.#chainOf[run] as Chain, key);
    return cursor.next() ? cursor.row : null;
  }

  close(): void {
    this.#file.close();
  }

  #from({ blocks }: Chain, key: RowRecord): ChainCursor {
    return new ChainCursor(blocks, key, this.#file);
  }
}

/** Cuts a run, and finds its last key. */
function blocksOf(
  rows: Buffer,
  run: number,
  at: number,
): { readonly blocks: readonly Block[]; readonly last: RowRecord } {
  const blocks: Block[] = [];
  const row = new RowRecord(rows, 0);
  let from = 0;
  let first = row.keyAlone();
  for (let to = row.end; to < rows.length; to = row.end) {
    row.moveTo(rows, to);
    if (row.end - from <= BLOCK_BYTES) continue;
    blocks.push({ run, at: at + from, bytes: to - from, first });
    from = to;
    first = row.keyAlone();
  }
  blocks.push({ run, at: at + from, bytes: rows.length - from, first });
  return { blocks, last: row.keyAlone() };
}

class ChainCursor implements RowCursor {
  readonly row: RowRecord;
  readonly #blocks: readonly Block[];
  readonly #file: SpoolFile;
  #from: RowRecord | null;
  #block: number;
  #bytes = NO_BYTES;
  /** Where the block before lies: of its last row, the key is still asked for. */
  #spare = NO_BYTES;
  #next = 0;
  #age = 0;

  constructor(blocks: readonly Block[], from: RowRecord, file: SpoolFile) {
    this.#blocks = blocks;
    this.#file = file;
    this.#from = from;
    this.#block = lastNotAfter(blocks, from);
    this.row = from.keyAlone();
  }

  get age(): number {
    return this.#age;
  }

  next(): boolean {
    do {
      if (this.#next === this.#bytes.length && !this.#load()) return false;
      this.row.moveTo(this.#bytes, this.#next);
      this.#next = this.row.end;
    } while (this.#from !== null && compareKeys(this.row, this.#from) < 0);
    this.#from = null;
    return true;
  }

  #load(): boolean {
    const block = this.#blocks[this.#block++];
    if (block === undefined) return false;
    const { run, at, bytes } = block;
    const memory =
      this.#spare.buffer.byteLength < bytes ? Buffer.allocUnsafeSlow(Math.max(bytes, BLOCK_BYTES)) : this.#spare;
    this.#spare = this.#bytes;
    this.#bytes = Buffer.from(memory.buffer, 0, bytes);
    this.#file.read(this.#bytes, at);
    this.#next = 0;
    this.#age = run;
    return true;
  }
}

const NO_BYTES: Buffer = Buffer.allocUnsafeSlow(0);

/** The last block that may hold a key. */
function lastNotAfter(blocks: readonly Block[], key: RowRecord): number {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (compareKeys((blocks[middle] as Block).first, key) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}
