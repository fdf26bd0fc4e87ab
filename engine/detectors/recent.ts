import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';

/** The last values of a series, the oldest first; rows without a value take a place by choice. */
export class Recent {
  readonly #capacity: number;
  #values: (number | null)[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Those that are there, the oldest first. */
  values(): number[] {
    return this.#values.filter((value) => value !== null);
  }

  /** The same with their places, which count rows without a value. */
  placed(): (readonly [place: number, value: number])[] {
    return this.#values.flatMap((value, place) => (value === null ? [] : [[place, value] as const]));
  }

  push(value: number): void {
    this.#values.push(value);
    this.#forget();
  }

  /** So many rows had no value: values before them grow old. */
  skip(count: number): void {
    for (let i = Math.min(count, this.#capacity); i > 0; i--) this.#values.push(null);
    this.#forget();
  }

  clear(): void {
    this.#values = [];
  }

  #forget(): void {
    const { length } = this.#values;
    let from = Math.max(0, length - this.#capacity);
    while (from < length && this.#values[from] === null) from++;
    if (from > 0) this.#values = this.#values.slice(from);
  }

  /** A varint of how many places; of each a byte whether it has a value, and the value. */
  write(out: ByteWriter): void {
    out.varint(this.#values.length);
    for (const value of this.#values) {
      out.byte(value === null ? 0 : 1);
      if (value !== null) out.float64(value);
    }
  }

  read(input: ByteReader): void {
    const count = input.count();
    if (count > this.#capacity) {
      throw new CodecError(`A detector that keeps ${this.#capacity} values has ${count} of them stored.`);
    }
    this.#values = Array.from({ length: count }, () => (input.byte() === 0 ? null : input.float64()));
  }

  maxBytes(): number {
    return 2 + 9 * this.#capacity;
  }
}
