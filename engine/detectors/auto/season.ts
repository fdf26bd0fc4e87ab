import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { Ring } from './ring.ts';
import { Tail } from './tail.ts';

/** Blocks in a day, about: long enough to even noise out, short enough to tell morning from noon. */
const BLOCKS_A_DAY = 28;
const DAYS = 7;
/** A week is 168 hours: with hourly rows a block is one row, and a day has 24 blocks. */
const MAX_BLOCKS = DAYS * 36 + 6;
/** The same time of day is sought so many days ago. A block earlier and a block later count too, for days are not exact. */
const LOOKS_BACK = [1, 2, 3, 7] as const;
/** Blocks in a season's shape. */
const SHAPE = 4;

/** What the time of day makes usual: means of blocks of a day, over the last week. */
export class Season {
  #blockRows: number;
  #blocksADay: number;
  #sum = 0;
  #rows = 0;
  readonly #blocks = new Ring(MAX_BLOCKS);
  readonly #levelTail = new Tail({ min: 20 });
  readonly #shapeTail = new Tail({ min: 20 });

  /** `rowsADay`: by the series' cadence. */
  constructor(rowsADay: number) {
    [this.#blockRows, this.#blocksADay] = blocksOf(rowsADay);
  }

  /** Surprises of the level and of the shape; null but at a block's end. */
  step(x: number): { readonly level: number; readonly shape: number } | null {
    this.#sum += x;
    if (++this.#rows < this.#blockRows) return null;
    this.#blocks.push(this.#sum / this.#rows);
    this.#sum = 0;
    this.#rows = 0;
    return {
      level: this.#score(this.#levelTail, 1, levelDistance),
      shape: this.#score(this.#shapeTail, SHAPE, shapeDistance),
    };
  }

  /** What is usual for the row that comes next: the mean of its block over the days before, or null. */
  expected(): number | null {
    let sum = 0;
    let days = 0;
    for (let day = 1; day <= DAYS; day++) {
      const ago = day * this.#blocksADay - 1;
      if (ago >= this.#blocks.held) break;
      sum += this.#blocks.ago(ago);
      days++;
    }
    return days === 0 ? null : sum / days;
  }

  /** Rows that are missing count as what was to be expected of them, so that the days stay in step. */
  skip(rows: number): void {
    for (let i = Math.min(rows, DAYS * this.#blocksADay * this.#blockRows); i > 0; i--) {
      this.#sum += this.expected() ?? (this.#blocks.held > 0 ? this.#blocks.ago(0) : 0);
      if (++this.#rows < this.#blockRows) continue;
      this.#blocks.push(this.#sum / this.#rows);
      this.#sum = 0;
      this.#rows = 0;
    }
  }

  #score(tail: Tail, length: number, distance: (blocks: Ring, ago: number) => number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const days of LOOKS_BACK) {
      for (let off = -1; off <= 1; off++) {
        const ago = days * this.#blocksADay + off;
        if (ago <= 0 || ago + length > this.#blocks.held) continue;
        least = Math.min(least, distance(this.#blocks, ago));
      }
    }
    if (least === Number.POSITIVE_INFINITY) return 0;
    const surprise = tail.surprise(least);
    tail.add(least);
    return surprise;
  }

  /** Two floats, four varints, the blocks and the tails. */
  write(out: ByteWriter): void {
    out.varint(this.#blockRows);
    out.varint(this.#blocksADay);
    out.float64(this.#sum);
    out.varint(this.#rows);
    this.#blocks.write(out);
    this.#levelTail.write(out);
    this.#shapeTail.write(out);
  }

  read(input: ByteReader): void {
    this.#blockRows = input.varint();
    this.#blocksADay = input.varint();
    this.#sum = input.float64();
    this.#rows = input.varint();
    this.#blocks.read(input);
    this.#levelTail.read(input);
    this.#shapeTail.read(input);
  }

  static maxBytes(): number {
    return 8 + 3 * 5 + new Ring(MAX_BLOCKS).maxBytes() + 2 * Tail.MAX_BYTES;
  }
}

function blocksOf(rowsADay: number): [blockRows: number, blocksADay: number] {
  const blockRows = Math.max(1, Math.round(rowsADay / BLOCKS_A_DAY));
  const blocksADay = Math.max(1, Math.min(36, Math.round(rowsADay / blockRows)));
  return [blockRows, blocksADay];
}

function levelDistance(blocks: Ring, ago: number): number {
  return Math.abs(blocks.ago(0) - blocks.ago(ago));
}

/** Of the last blocks, each less their mean. */
function shapeDistance(blocks: Ring, ago: number): number {
  const off = blocks.mean(0, SHAPE) - blocks.mean(ago, SHAPE);
  let sum = 0;
  for (let i = 0; i < SHAPE; i++) sum += (blocks.ago(i) - blocks.ago(ago + i) - off) ** 2;
  return Math.sqrt(sum);
}
