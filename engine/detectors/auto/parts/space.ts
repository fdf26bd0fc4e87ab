import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import type { Part, Row } from './part.ts';

/** Outside all values seen. */
export class SpacePart implements Part {
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;

  step({ index, x, scale }: Row): number {
    const excess = Math.max(x - this.#greatest, this.#least - x);
    const range = this.#greatest - this.#least;
    this.#least = Math.min(this.#least, x);
    this.#greatest = Math.max(this.#greatest, x);
    const unit = Math.max(scale, range / 1000);
    if (index <= 5 || !(excess > 0) || !(unit > 0)) return 0;
    return Math.max(0, 2 + 2 * Math.log10(1 + excess / unit / 0.01));
  }

  write(out: ByteWriter): void {
    out.float64(this.#least);
    out.float64(this.#greatest);
  }

  read(input: ByteReader): void {
    this.#least = input.float64();
    this.#greatest = input.float64();
  }

  maxBytes(): number {
    return 16;
  }
}
