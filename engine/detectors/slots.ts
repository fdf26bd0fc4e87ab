import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';

/** The weight of a slot's newest value, once there were enough: about the last 15 count. */
const ALPHA = 0.125;
const MAX_COUNT = 255;

/** Mean and deviation of the values in each of some slots, which come round: the hours of a day, say. */
export class Slots {
  readonly #means: Float64Array;
  readonly #variances: Float64Array;
  readonly #counts: Uint8Array;

  constructor(slots: number) {
    this.#means = new Float64Array(slots);
    this.#variances = new Float64Array(slots);
    this.#counts = new Uint8Array(slots);
  }

  /** How many values a slot has had, at most 255. */
  count(at: number): number {
    return this.#counts[this.#slot(at)] as number;
  }

  mean(at: number): number {
    return this.#means[this.#slot(at)] as number;
  }

  deviation(at: number): number {
    const slot = this.#slot(at);
    const count = this.#counts[slot] as number;
    // Of few values the variance is too small by (n − 1) / n.
    const known = Math.min(count, 2 / ALPHA - 1);
    return count < 2 ? 0 : Math.sqrt(((this.#variances[slot] as number) * known) / (known - 1));
  }

  add(value: number, at: number): void {
    const slot = this.#slot(at);
    const count = this.#counts[slot] as number;
    const alpha = Math.max(ALPHA, 1 / (count + 1));
    const off = value - (this.#means[slot] as number);
    this.#means[slot] = (this.#means[slot] as number) + alpha * off;
    this.#variances[slot] = (1 - alpha) * ((this.#variances[slot] as number) + alpha * off * off);
    this.#counts[slot] = Math.min(MAX_COUNT, count + 1);
    // Squares beyond all numbers would stay so for ever: the slot starts over.
    if (Number.isFinite(this.#variances[slot])) return;
    this.#means[slot] = 0;
    this.#variances[slot] = 0;
    this.#counts[slot] = 0;
  }

  #slot(at: number): number {
    const { length } = this.#counts;
    return ((at % length) + length) % length;
  }

  /** Of each slot its count, and unless that is 0 its mean and variance. */
  write(out: ByteWriter): void {
    this.#counts.forEach((count, slot) => {
      out.byte(count);
      if (count === 0) return;
      out.float64(this.#means[slot] as number);
      out.float64(this.#variances[slot] as number);
    });
  }

  read(input: ByteReader): void {
    for (let slot = 0; slot < this.#counts.length; slot++) {
      const count = input.byte();
      this.#counts[slot] = count;
      this.#means[slot] = count === 0 ? 0 : input.float64();
      this.#variances[slot] = count === 0 ? 0 : input.float64();
    }
  }

  maxBytes(): number {
    return 17 * this.#counts.length;
  }
}
