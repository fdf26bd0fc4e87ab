import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';

/** Each row counts that much less when the next one comes: about the last 500 rows count. */
const FORGET = 0.998;
/** Pulls coefficients towards 0, as a share of the inputs' mean square: only where they are not determined. */
const RIDGE = 0.001;

/** Least squares as rows come, by sums of products: what a row adds is about the square of the number of coefficients. */
export class NormalEquations {
  readonly #size: number;
  /** The lower triangle of the inputs' products, row by row. */
  readonly #products: Float64Array;
  readonly #withTarget: Float64Array;
  #targets = 0;
  #rows = 0;

  constructor(size: number) {
    this.#size = size;
    this.#products = new Float64Array((size * (size + 1)) / 2);
    this.#withTarget = new Float64Array(size);
  }

  /** How many rows count, old ones less. */
  get rows(): number {
    return this.#rows;
  }

  /** Takes a row in. Where its squares are beyond all numbers it starts over, without the row, and gives false. */
  add(inputs: Float64Array, target: number): boolean {
    let at = 0;
    for (let i = 0; i < this.#size; i++) {
      const input = inputs[i] as number;
      for (let j = 0; j <= i; j++, at++) {
        this.#products[at] = FORGET * (this.#products[at] as number) + input * (inputs[j] as number);
      }
      this.#withTarget[i] = FORGET * (this.#withTarget[i] as number) + input * target;
    }
    this.#targets = FORGET * this.#targets + target * target;
    this.#rows = FORGET * this.#rows + 1;
    if (Number.isFinite(this.#targets + this.#trace())) return true;
    this.clear();
    return false;
  }

  /** The sum of the inputs' squares. */
  #trace(): number {
    let trace = 0;
    for (let i = 0; i < this.#size; i++) trace += this.#products[index(i, i)] as number;
    return trace;
  }

  clear(): void {
    this.#products.fill(0);
    this.#withTarget.fill(0);
    this.#targets = 0;
    this.#rows = 0;
  }

  /** The coefficients and the variance of what they leave open, by Cholesky's decomposition; null where there is none. */
  solve(): { readonly coefficients: Float64Array; readonly variance: number } | null {
    const size = this.#size;
    const lower = this.#decomposed();
    if (lower === null) return null;
    const x = Float64Array.from(this.#withTarget);
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (lower[index(i, k)] as number) * (x[k] as number);
      x[i] = (x[i] as number) / (lower[index(i, i)] as number);
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) x[i] = (x[i] as number) - (lower[index(k, i)] as number) * (x[k] as number);
      x[i] = (x[i] as number) / (lower[index(i, i)] as number);
    }
    let left = this.#targets;
    for (let i = 0; i < size; i++) left -= (x[i] as number) * (this.#withTarget[i] as number);
    return { coefficients: x, variance: Math.max(0, left) / Math.max(1, this.#rows - size) };
  }

  #decomposed(): Float64Array | null {
    const size = this.#size;
    let trace = 0;
    for (let i = 0; i < size - 1; i++) trace += this.#products[index(i, i)] as number;
    const ridge = (RIDGE * trace) / (size - 1) / Math.max(1, this.#rows) + 1e-12 * trace;
    const lower = new Float64Array(this.#products.length);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = (this.#products[index(i, j)] as number) + (i === j ? ridge : 0);
        for (let k = 0; k < j; k++) sum -= (lower[index(i, k)] as number) * (lower[index(j, k)] as number);
        if (i === j && !(sum > 0)) return null;
        lower[index(i, j)] = i === j ? Math.sqrt(sum) : sum / (lower[index(j, j)] as number);
      }
    }
    return lower;
  }

  write(out: ByteWriter): void {
    out.float64(this.#rows);
    if (this.#rows === 0) return;
    out.float64(this.#targets);
    for (const number of this.#products) out.float64(number);
    for (const number of this.#withTarget) out.float64(number);
  }

  read(input: ByteReader): void {
    this.clear();
    this.#rows = input.float64();
    if (this.#rows === 0) return;
    this.#targets = input.float64();
    for (let i = 0; i < this.#products.length; i++) this.#products[i] = input.float64();
    for (let i = 0; i < this.#size; i++) this.#withTarget[i] = input.float64();
  }

  maxBytes(): number {
    return 16 + 8 * (this.#products.length + this.#size);
  }
}

function index(row: number, column: number): number {
  return (row * (row + 1)) / 2 + column;
}
