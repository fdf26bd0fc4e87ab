import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';

const BINS = 32;
/** Where the first positive number falls: most of the bins are below it, for small distances are the usual ones. */
const FIRST_BIN = 24;
/** At so many numbers all counts are halved, so that old ones fade. */
const MAX_COUNT = 4000;
const MAX_SURPRISE = 30;

export interface TailOptions {
  /** Of fewer numbers than this nothing is surprising. */
  readonly min: number;
  /** Bins that double a number: 2 unless said. */
  readonly perOctave?: number;
}

/**
 * How unusual a number is among those before it, as the negative decimal logarithm of a tail probability: 2 is one in a
 * hundred. The numbers are sizes: 0 or more. They are kept as counts in bins of equal width on a logarithmic axis. Beyond
 * the greatest so far, the surprise goes on growing with the distance, so that order is kept among records.
 */
export class Tail {
  readonly #min: number;
  readonly #perOctave: number;
  readonly #counts = new Float32Array(BINS);
  /** Number of the first bin: the logarithm, in bins, of its lower end. Null before the first positive number. */
  #base: number | null = null;
  #max = 0;
  #n = 0;

  constructor({ min, perOctave = 2 }: TailOptions) {
    this.#min = min;
    this.#perOctave = perOctave;
  }

  get count(): number {
    return this.#n;
  }

  /** The surprise of a number in the light of those added before; 0 of nothing and of too few. Ask before adding. */
  surprise(x: number): number {
    if (this.#n < this.#min || !(x > 0)) return 0;
    const certain = Math.log10(1 + this.#n);
    if (x > this.#max) {
      const spread = Math.max(this.quantile(0.99) - this.quantile(0.9), 0.1 * (this.#max - this.quantile(0.5)));
      if (!(spread > 0)) return MAX_SURPRISE;
      return Math.min(MAX_SURPRISE, certain + (x - this.#max) / spread);
    }
    return certain - Math.log10(1 + this.#above(x));
  }

  add(x: number): void {
    if (x > 0 && this.#base === null) this.#base = Math.floor(Math.log2(x) * this.#perOctave) - FIRST_BIN;
    let bin = this.#binOf(x);
    if (bin >= BINS) {
      this.#shiftDown(bin - BINS + 1);
      bin = BINS - 1;
    }
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
    this.#n++;
    if (x > this.#max) this.#max = x;
    if (this.#n >= MAX_COUNT) this.#halve();
  }

  /** The number below which a share of those so far lie, by the logarithm within its bin; 0 of none. */
  quantile(share: number): number {
    const wanted = share * this.#n;
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.#counts[bin] as number;
      if (count > 0 && sum + count >= wanted) {
        return Math.min(this.#max, this.#lowerEnd(bin + (wanted - sum) / count));
      }
      sum += count;
    }
    return this.#max;
  }

  #lowerEnd(bin: number): number {
    return this.#base === null ? 0 : 2 ** ((this.#base + bin) / this.#perOctave);
  }

  /** How many numbers so far are above x: of its own bin the part above it, on the logarithmic axis. */
  #above(x: number): number {
    const at = Math.min(BINS - 1e-9, Math.max(0, Math.log2(x) * this.#perOctave - (this.#base ?? 0)));
    const bin = Math.floor(at);
    let above = (1 - (at - bin)) * (this.#counts[bin] as number);
    for (let i = bin + 1; i < BINS; i++) above += this.#counts[i] as number;
    return above;
  }

  #binOf(x: number): number {
    if (!(x > 0) || this.#base === null) return 0;
    return Math.max(0, Math.floor(Math.log2(x) * this.#perOctave) - this.#base);
  }

  #shiftDown(by: number): void {
    const shift = Math.min(by, BINS);
    let lowest = 0;
    for (let bin = 0; bin <= Math.min(shift, BINS - 1); bin++) lowest += this.#counts[bin] as number;
    for (let bin = 0; bin < BINS; bin++)
      this.#counts[bin] = bin + shift < BINS ? (this.#counts[bin + shift] as number) : 0;
    this.#counts[0] = lowest;
    this.#base = (this.#base as number) + by;
  }

  #halve(): void {
    this.#n = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const half = Math.floor((this.#counts[bin] as number) / 2);
      this.#counts[bin] = half;
      this.#n += half;
    }
  }

  /** The base as a signed varint after a byte that says whether there is one, the maximum, and each bin's count. */
  write(out: ByteWriter): void {
    out.byte(this.#base === null ? 0 : 1);
    if (this.#base !== null) out.signedVarint(this.#base);
    out.float64(this.#max);
    for (const count of this.#counts) out.varint(count);
  }

  read(input: ByteReader): void {
    this.#base = input.byte() === 0 ? null : input.signedVarint();
    this.#max = input.float64();
    this.#n = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const count = input.varint();
      this.#counts[bin] = count;
      this.#n += count;
    }
  }

  /** What `write` writes at most. */
  static readonly MAX_BYTES = 1 + 3 + 8 + BINS * 2;
}
