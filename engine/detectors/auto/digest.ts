import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { readFloats, writeFloats } from '../../bytes/floats.ts';

const CENTROIDS = 64;
/** At so much weight all weights are halved, so that old values fade. */
const MAX_WEIGHT = 8000;

/**
 * The distribution of a series' values, by at most 64 centroids: values with a weight, in order. A new value is a centroid
 * of its own; where there are too many, the two neighbours are merged that matter least: light ones, and ones near the
 * middle of the distribution (a t-digest's rule). So the tails stay exact for long.
 */
export class Digest {
  #values: number[] = [];
  #weights: number[] = [];
  #total = 0;

  add(x: number): void {
    const at = this.#lowerBound(x);
    if (this.#values[at] === x) this.#weights[at] = (this.#weights[at] as number) + 1;
    else {
      this.#values.splice(at, 0, x);
      this.#weights.splice(at, 0, 1);
    }
    this.#total++;
    if (this.#values.length > CENTROIDS) this.#mergeLeast();
    if (this.#total >= MAX_WEIGHT) this.#halve();
  }

  /** The value below which a share of the weight lies, between the middles of two centroids; NaN of none. */
  quantile(share: number): number {
    const { length } = this.#values;
    if (length === 0) return Number.NaN;
    const wanted = share * this.#total;
    let before = 0;
    let lastMiddle = 0;
    for (let i = 0; i < length; i++) {
      const weight = this.#weights[i] as number;
      const middle = before + weight / 2;
      if (wanted <= middle) {
        if (i === 0) return this.#values[0] as number;
        const [left, right] = [this.#values[i - 1] as number, this.#values[i] as number];
        return left + ((right - left) * (wanted - lastMiddle)) / (middle - lastMiddle);
      }
      before += weight;
      lastMiddle = middle;
    }
    return this.#values[length - 1] as number;
  }

  #lowerBound(x: number): number {
    let low = 0;
    let high = this.#values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#values[middle] as number) < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #mergeLeast(): void {
    let before = 0;
    let least = Number.POSITIVE_INFINITY;
    let at = 0;
    for (let i = 0; i + 1 < this.#values.length; i++) {
      const weight = (this.#weights[i] as number) + (this.#weights[i + 1] as number);
      const share = (before + weight / 2) / this.#total;
      const cost = weight / (share * (1 - share) + 1e-6);
      if (cost < least) {
        least = cost;
        at = i;
      }
      before += this.#weights[i] as number;
    }
    const [a, b] = [this.#weights[at] as number, this.#weights[at + 1] as number];
    const [x, y] = [this.#values[at] as number, this.#values[at + 1] as number];
    this.#values.splice(at, 2, x + ((y - x) * b) / (a + b));
    this.#weights.splice(at, 2, Math.fround(a + b));
  }

  #halve(): void {
    this.#total = 0;
    for (let i = 0; i < this.#weights.length; i++) {
      const half = Math.fround((this.#weights[i] as number) / 2);
      this.#weights[i] = half;
      this.#total += half;
    }
  }

  /** A byte of how many; their values, their weights as 32-bit floats, which they are. */
  write(out: ByteWriter): void {
    out.byte(this.#values.length);
    for (const value of this.#values) out.float64(value);
    writeFloats(out, Float32Array.from(this.#weights));
  }

  read(input: ByteReader): void {
    const count = input.byte();
    this.#values = Array.from({ length: count }, () => input.float64());
    const weights = new Float32Array(count);
    readFloats(input, weights);
    this.#weights = [...weights];
    this.#total = this.#weights.reduce((sum, weight) => sum + weight, 0);
  }

  static readonly MAX_BYTES = 1 + CENTROIDS * 12;
}
