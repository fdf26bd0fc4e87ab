import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { Ring } from './ring.ts';
import { LENGTH, Shapes } from './shapes.ts';

/** Blocks of so many rows, and the surprise of the shape that the last eight of them make. */
abstract class Blocks {
  readonly #rows: number;
  readonly #blocks = new Ring(LENGTH);
  readonly #shapes: Shapes;
  #at = 0;

  constructor(rows: number, memory: number) {
    this.#rows = rows;
    this.#shapes = new Shapes(memory);
  }

  /** The surprise at a block's end, null elsewhere. `scale` is how far the series' values spread. */
  step(x: number, scale: number): number | null {
    this.take(x);
    if (++this.#at < this.#rows) return null;
    this.#blocks.push(this.end(this.#at));
    this.#at = 0;
    if (this.#blocks.count < LENGTH || !(scale > 0)) return null;
    const blocks = Array.from({ length: LENGTH }, (_, i) => this.#blocks.ago(LENGTH - 1 - i));
    const center = this.center(blocks);
    return this.#shapes.step(blocks.map((block) => (block - center) / scale));
  }

  protected abstract take(x: number): void;
  /** The block's number, of so many rows, and begins the next block. */
  protected abstract end(rows: number): number;
  /** What is taken off each block, so that the shape is one at any level. */
  protected abstract center(blocks: readonly number[]): number;

  write(out: ByteWriter): void {
    out.varint(this.#at);
    this.#blocks.write(out);
    this.#shapes.write(out);
  }

  read(input: ByteReader): void {
    this.#at = input.varint();
    this.#blocks.read(input);
    this.#shapes.read(input);
  }

  maxBytes(): number {
    return 1 + this.#blocks.maxBytes() + this.#shapes.maxBytes();
  }
}

/** A block is its rows' mean, and a shape has its mean removed. */
export class MeanBlocks extends Blocks {
  #sum = 0;

  protected take(x: number): void {
    this.#sum += x;
  }

  protected end(rows: number): number {
    const mean = this.#sum / rows;
    this.#sum = 0;
    return mean;
  }

  protected center(blocks: readonly number[]): number {
    return blocks.reduce((sum, block) => sum + block, 0) / blocks.length;
  }

  override write(out: ByteWriter): void {
    out.float64(this.#sum);
    super.write(out);
  }

  override read(input: ByteReader): void {
    this.#sum = input.float64();
    super.read(input);
  }

  override maxBytes(): number {
    return 8 + super.maxBytes();
  }
}

const FAST = 0.1;

/** A block is the row that is farthest from a fast mean, and a shape has its median removed: a spike keeps its size. */
export class ExtremeBlocks extends Blocks {
  #mean: number | null = null;
  #extreme = 0;
  #farthest = -1;

  protected take(x: number): void {
    this.#mean ??= x;
    const far = Math.abs(x - this.#mean);
    if (far > this.#farthest) {
      this.#farthest = far;
      this.#extreme = x;
    }
    this.#mean += FAST * (x - this.#mean);
  }

  protected end(): number {
    this.#farthest = -1;
    return this.#extreme;
  }

  protected center(blocks: readonly number[]): number {
    const sorted = [...blocks].sort((a, b) => a - b);
    return ((sorted[LENGTH / 2 - 1] as number) + (sorted[LENGTH / 2] as number)) / 2;
  }

  override write(out: ByteWriter): void {
    out.byte(this.#mean === null ? 0 : 1);
    for (const number of [this.#mean ?? 0, this.#extreme, this.#farthest]) out.float64(number);
    super.write(out);
  }

  override read(input: ByteReader): void {
    const isKnown = input.byte() === 1;
    const mean = input.float64();
    this.#mean = isKnown ? mean : null;
    this.#extreme = input.float64();
    this.#farthest = input.float64();
    super.read(input);
  }

  override maxBytes(): number {
    return 25 + super.maxBytes();
  }
}
