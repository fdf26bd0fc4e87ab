import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { type Dyadic, plus } from './dyadic.ts';
import { ExactSum } from './exact-sum.ts';

/** Numbers whose products it adds are 0, or between these two: the last bit of a product then is one that doubles can hold. */
export const LARGEST_FACTOR = 2 ** 500;
export const SMALLEST_FACTOR = 2 ** -480;

/** The exact sum of products of two doubles: that of the rounded products, and that of what rounding took off. */
export class ExactProducts {
  #products = new ExactSum();
  #errors = new ExactSum();

  add(x: number, y: number): void {
    const product = x * y;
    this.#products.add(product);
    const error = productError(x, y, product);
    if (error !== 0) this.#errors.add(error);
  }

  merge(from: ExactProducts): void {
    this.#products.merge(from.#products);
    this.#errors.merge(from.#errors);
  }

  exact(): Dyadic {
    return plus(this.#products.exact(), this.#errors.exact());
  }

  encode(out: ByteWriter): void {
    this.#products.encode(out);
    this.#errors.encode(out);
  }

  static decode(input: ByteReader): ExactProducts {
    const sum = new ExactProducts();
    sum.#products = ExactSum.decode(input);
    sum.#errors = ExactSum.decode(input);
    return sum;
  }
}

/** 2^27 + 1: splits 53 bits into two halves whose products are exact. */
const SPLITTER = 134_217_729;

/** x·y − product, exactly, where product is x·y rounded (T. J. Dekker, 1971). */
function productError(x: number, y: number, product: number): number {
  const [xHigh, yHigh] = [highOf(x), highOf(y)];
  const [xLow, yLow] = [x - xHigh, y - yHigh];
  return xHigh * yHigh - product + xHigh * yLow + xLow * yHigh + xLow * yLow;
}

function highOf(x: number): number {
  const scaled = SPLITTER * x;
  return scaled - (scaled - x);
}
