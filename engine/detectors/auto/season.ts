import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { Axis } from './axis.ts';
import type { Digest } from './digest.ts';
import { LAGS, Lags } from './lags.ts';
import { Ring } from './ring.ts';
import { Tail } from './tail.ts';

/** Blocks in a day, about: long enough to even noise out, short enough to tell morning from noon. */
const BLOCKS_A_DAY = 28;
const DAYS = 7;
/** A week is 168 hours: with hourly rows a block is one row, and a day has 24 blocks. */
const MAX_BLOCKS = DAYS * 36 + 6;
/** Blocks in a run. */
const RUN = 4;

/** What the time of day makes usual: means of blocks of a day, over the last week. */
export class Season {
  /** Surprise of the block that ended with the last row; 0 where none did. */
  level = 0;
  /** The same of the last four blocks together: too little in each, and too much in all of them. */
  run = 0;
  #blockRows: number;
  #blocksADay: number;
  #sum = 0;
  #rows = 0;
  readonly #blocks = new Ring(MAX_BLOCKS);
  readonly #lags = new Lags();
  readonly #levelTail = new Tail({ min: 20 });
  readonly #runTail = new Tail({ min: 20 });
  readonly #axis = new Axis();

  /** `rowsADay`: by the series' cadence. */
  constructor(rowsADay: number) {
    [this.#blockRows, this.#blocksADay] = blocksOf(rowsADay);
  }

  /** `digest` is of all values so far. */
  step(x: number, digest: Digest): void {
    this.level = 0;
    this.run = 0;
    this.#sum += x;
    if (++this.#rows < this.#blockRows) return;
    this.#endBlock();
    if (this.#axis.fit(digest)) this.#judge();
  }

  #endBlock(): void {
    this.#blocks.push(this.#sum / this.#rows);
    this.#sum = 0;
    this.#rows = 0;
  }

  /** Against the nearest of the days that tell something of this one. */
  #judge(): void {
    const limit = this.#lags.limit(this.#blocksADay);
    let level = Number.POSITIVE_INFINITY;
    let run = Number.POSITIVE_INFINITY;
    for (let lag = 0; lag < LAGS.length; lag++) {
      const distance = this.#distance(lag, 1);
      if (distance === Number.POSITIVE_INFINITY) continue;
      if (this.#lags.isTrusted(lag, limit, this.#blocksADay)) {
        level = Math.min(level, distance);
        run = Math.min(run, this.#distance(lag, RUN));
      }
      this.#lags.note(lag, distance);
    }
    this.level = surprise(this.#levelTail, level);
    this.run = surprise(this.#runTail, run);
  }

  /** Of the last blocks from the same so many days ago, or a block earlier or later, for days are not exact. */
  #distance(lag: number, length: number): number {
    const now = this.#mean(0, length);
    let least = Number.POSITIVE_INFINITY;
    for (let off = -1; off <= 1; off++) {
      const ago = (LAGS[lag] as number) * this.#blocksADay + off;
      if (ago <= 0 || ago + length > this.#blocks.held) continue;
      least = Math.min(least, Math.abs(now - this.#mean(ago, length)));
    }
    return least;
  }

  /** Of blocks on the axis. */
  #mean(ago: number, length: number): number {
    if (ago + length > this.#blocks.held) return Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let i = ago; i < ago + length; i++) sum += this.#axis.at(this.#blocks.ago(i));
    return sum / length;
  }

  /** What is usual for the row that comes next: the mean of its block over the days that tell something, or null. */
  expected(): number | null {
    const limit = this.#lags.limit(this.#blocksADay);
    let sum = 0;
    let days = 0;
    for (let lag = 0; lag < LAGS.length; lag++) {
      const ago = (LAGS[lag] as number) * this.#blocksADay - 1;
      if (ago >= this.#blocks.held) break;
      if (!this.#lags.isTrusted(lag, limit, this.#blocksADay)) continue;
      sum += this.#blocks.ago(ago);
      days++;
    }
    return days === 0 ? null : sum / days;
  }

  /** Rows that are missing count as what was to be expected of them, so that the days stay in step. */
  skip(rows: number): void {
    for (let i = Math.min(rows, DAYS * this.#blocksADay * this.#blockRows); i > 0; i--) {
      this.#sum += this.expected() ?? (this.#blocks.held > 0 ? this.#blocks.ago(0) : 0);
      if (++this.#rows >= this.#blockRows) this.#endBlock();
    }
  }

  /** Two varints, the block so far, the blocks, the lags and the tails. */
  write(out: ByteWriter): void {
    out.varint(this.#blockRows);
    out.varint(this.#blocksADay);
    out.float64(this.#sum);
    out.varint(this.#rows);
    this.#blocks.write(out);
    this.#lags.write(out);
    this.#levelTail.write(out);
    this.#runTail.write(out);
  }

  read(input: ByteReader): void {
    this.#blockRows = input.varint();
    this.#blocksADay = input.varint();
    this.#sum = input.float64();
    this.#rows = input.varint();
    this.#blocks.read(input);
    this.#lags.read(input);
    this.#levelTail.read(input);
    this.#runTail.read(input);
  }

  static maxBytes(): number {
    return 8 + 3 * 5 + new Ring(MAX_BLOCKS).maxBytes() + Lags.MAX_BYTES + 2 * Tail.MAX_BYTES;
  }
}

function blocksOf(rowsADay: number): [blockRows: number, blocksADay: number] {
  const blockRows = Math.max(1, Math.round(rowsADay / BLOCKS_A_DAY));
  const blocksADay = Math.max(1, Math.min(36, Math.round(rowsADay / blockRows)));
  return [blockRows, blocksADay];
}

function surprise(tail: Tail, distance: number): number {
  if (distance === Number.POSITIVE_INFINITY) return 0;
  const found = tail.surprise(distance);
  tail.add(distance);
  return found;
}
