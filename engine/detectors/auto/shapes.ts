import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { Tail } from './tail.ts';

/** Blocks in a shape. */
export const LENGTH = 8;
/** A shape is remembered only when none of its blocks is in the newest one any more: else each would know itself. */
const DELAY = LENGTH;
const UNIT = 64;

/**
 * Shapes that a series has had, each eight blocks in units of the series' scale: how far is the newest from all of them?
 * When memory is full, each shape so far has had the same chance to be in it (reservoir sampling, by a hash of its number).
 */
export class Shapes {
  readonly #capacity: number;
  readonly #memory: Int8Array;
  /** The last shapes, which are not in the memory yet: a ring. */
  readonly #waiting = new Int8Array(DELAY * LENGTH);
  #seen = 0;
  readonly #tail = new Tail({ min: 20 });

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#memory = new Int8Array(capacity * LENGTH);
  }

  /** The surprise of a shape, whose blocks are in units of the scale. It then waits to be remembered. */
  step(shape: Float64Array): number {
    const slot = (this.#seen % DELAY) * LENGTH;
    if (this.#seen >= DELAY) this.#remember(slot, this.#seen - DELAY);
    for (let i = 0; i < LENGTH; i++) {
      this.#waiting[slot + i] = Math.max(-127, Math.min(127, Math.round(UNIT * (shape[i] as number))));
    }
    const known = Math.min(this.#capacity, Math.max(0, this.#seen - DELAY + 1));
    this.#seen++;
    if (known === 0) return 0;
    const distance = Math.sqrt(this.#nearest(slot, known)) / UNIT;
    const surprise = this.#tail.surprise(distance);
    this.#tail.add(distance);
    return surprise;
  }

  #remember(slot: number, number: number): void {
    const at = number < this.#capacity ? number : hash(number) % (number + 1);
    if (at >= this.#capacity) return;
    this.#memory.set(this.#waiting.subarray(slot, slot + LENGTH), at * LENGTH);
  }

  /** The least squared distance. */
  #nearest(slot: number, known: number): number {
    const memory = this.#memory;
    const [a, b, c, d, e, f, g, h] = this.#waiting.subarray(slot, slot + LENGTH) as unknown as Eight;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < known * LENGTH; at += LENGTH) {
      const first =
        ((memory[at] as number) - a) ** 2 +
        ((memory[at + 1] as number) - b) ** 2 +
        ((memory[at + 2] as number) - c) ** 2 +
        ((memory[at + 3] as number) - d) ** 2;
      if (first >= least) continue;
      const distance =
        first +
        ((memory[at + 4] as number) - e) ** 2 +
        ((memory[at + 5] as number) - f) ** 2 +
        ((memory[at + 6] as number) - g) ** 2 +
        ((memory[at + 7] as number) - h) ** 2;
      if (distance < least) least = distance;
    }
    return least;
  }

  /** A varint of the shapes so far, what is remembered, what waits, and the tail. */
  write(out: ByteWriter): void {
    out.varint(this.#seen);
    out.raw(new Uint8Array(this.#memory.buffer, 0, this.#remembered() * LENGTH));
    out.raw(new Uint8Array(this.#waiting.buffer, 0, this.#waitingBytes()));
    this.#tail.write(out);
  }

  read(input: ByteReader): void {
    this.#seen = input.varint();
    this.#memory.set(new Int8Array(input.raw(this.#remembered() * LENGTH).slice().buffer));
    this.#waiting.set(new Int8Array(input.raw(this.#waitingBytes()).slice().buffer));
    this.#tail.read(input);
  }

  #remembered(): number {
    return Math.min(this.#capacity, Math.max(0, this.#seen - DELAY));
  }

  #waitingBytes(): number {
    return Math.min(this.#seen, DELAY) * LENGTH;
  }

  maxBytes(): number {
    return 5 + (this.#capacity + DELAY) * LENGTH + Tail.MAX_BYTES;
  }
}

type Eight = [number, number, number, number, number, number, number, number];

/** 32 well mixed bits of a number (the finalizer of MurmurHash3). */
function hash(number: number): number {
  let h = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
