import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { readFloats, writeFloats } from '../../bytes/floats.ts';

/** When the set is full, the spacing first becomes this share of what an even spread over the range would have. */
const FIRST_SPACING = 1 / 4;
const WIDER = 1.25;
const FULL_ENOUGH = 0.9;

/** Values that a series has had, thinned so that neighbours keep a distance: how far is a new one from all of them? */
export class ValueSet {
  readonly #capacity: number;
  readonly #values: Float32Array;
  #count = 0;
  #spacing = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#values = new Float32Array(capacity);
  }

  /** To the nearest value; infinite where there is none. */
  distance(x: number): number {
    const at = this.#lowerBound(x);
    const above = at < this.#count ? Math.abs((this.#values[at] as number) - x) : Number.POSITIVE_INFINITY;
    const below = at > 0 ? Math.abs(x - (this.#values[at - 1] as number)) : Number.POSITIVE_INFINITY;
    return Math.min(above, below);
  }

  add(x: number): void {
    const value = Math.fround(x);
    const at = this.#lowerBound(value);
    if (at < this.#count && this.#values[at] === value) return;
    const inside = at > 0 && at < this.#count;
    if (inside && this.distance(value) < this.#spacing) return;
    if (this.#count === this.#capacity) {
      this.#thinOut();
      this.add(x);
      return;
    }
    this.#values.copyWithin(at + 1, at, this.#count);
    this.#values[at] = value;
    this.#count++;
  }

  /** Widens the spacing until there is room. The smallest and the greatest stay. */
  #thinOut(): void {
    const range = (this.#values[this.#count - 1] as number) - (this.#values[0] as number);
    this.#spacing = Math.max(this.#spacing * WIDER, (range / this.#capacity) * FIRST_SPACING);
    while (this.#sweep() > this.#capacity * FULL_ENOUGH) this.#spacing *= WIDER;
  }

  #sweep(): number {
    const last = this.#values[this.#count - 1] as number;
    let kept = 1;
    for (let i = 1; i < this.#count - 1; i++) {
      const value = this.#values[i] as number;
      if (value - (this.#values[kept - 1] as number) >= this.#spacing) this.#values[kept++] = value;
    }
    this.#values[kept++] = last;
    this.#count = kept;
    return kept;
  }

  #lowerBound(x: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#values[middle] as number) < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The spacing, a varint of how many, and the values. */
  write(out: ByteWriter): void {
    out.float64(this.#spacing);
    out.varint(this.#count);
    writeFloats(out, this.#values, this.#count);
  }

  read(input: ByteReader): void {
    this.#spacing = input.float64();
    this.#count = input.varint();
    readFloats(input, this.#values, this.#count);
  }

  maxBytes(): number {
    return 8 + 2 + this.#capacity * 4;
  }
}
