import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import type { Part, Row } from './part.ts';

/** Of the records before, so many are kept to the next row: a few hundred rows on, a record counts half. */
const FADE = 0.998;
/** In the first rows most values are records. */
const YOUNG_ROWS = 50;

/** Outside all values seen. In a series that grows, records are usual. */
export class SpacePart implements Part {
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;
  #records = 0;

  step({ index, x, scale }: Row): number {
    const excess = Math.max(x - this.#greatest, this.#least - x);
    const range = this.#greatest - this.#least;
    this.#least = Math.min(this.#least, x);
    this.#greatest = Math.max(this.#greatest, x);
    const unit = Math.max(scale, range / 1000);
    this.#records *= FADE;
    if (index <= 5 || !(excess > 0) || !(unit > 0)) return 0;
    const surprise = 2 + 2 * Math.log10(1 + excess / unit / 0.01) - Math.log2(1 + this.#records);
    if (index > YOUNG_ROWS) this.#records++;
    return Math.max(0, surprise);
  }

  write(out: ByteWriter): void {
    out.float64(this.#least);
    out.float64(this.#greatest);
    out.float64(this.#records);
  }

  read(input: ByteReader): void {
    this.#least = input.float64();
    this.#greatest = input.float64();
    this.#records = input.float64();
  }

  maxBytes(): number {
    return 24;
  }
}
