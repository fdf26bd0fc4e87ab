import { CodecError } from './errors.ts';

/** Reads what `ByteWriter` wrote; throws a `CodecError` instead of reading past the end or making up a value. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Of the next byte, from the beginning. */
  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** Goes to a place that was read before. */
  moveTo(position: number): void {
    this.#at = position;
  }

  /** The next byte, which is read again; NaN at the end. */
  peek(): number {
    return this.#bytes[this.#at] ?? Number.NaN;
  }

  byte(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) throw new CodecError('A whole number in the stored bytes is beyond 2^53.');
        return value;
      }
      factor *= 0x80;
    }
    throw new CodecError('A whole number in the stored bytes takes more than 8 bytes.');
  }

  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  text(): string {
    const length = this.varint();
    const from = this.#take(length);
    try {
      return decoder.decode(this.#bytes.subarray(from, from + length));
    } catch (error) {
      throw new CodecError('A text in the stored bytes is not UTF-8.', { cause: error });
    }
  }

  bytes(): Uint8Array {
    return this.raw(this.varint());
  }

  raw(length: number): Uint8Array {
    const from = this.#take(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Passes over bytes. */
  skip(length: number): void {
    this.#take(length);
  }

  /**
   * A count of things that follow, each of at least one byte. Throws a `CodecError` if the bytes cannot hold so many.
   */
  count(): number {
    const count = this.varint();
    if (count > this.remaining) {
      throw new CodecError(`The stored bytes announce ${count} entries, and only ${this.remaining} bytes follow.`);
    }
    return count;
  }

  /** Asserts that nothing is left. */
  end(): void {
    if (this.remaining > 0) throw new CodecError(`${this.remaining} bytes are left over after the stored state.`);
  }

  #take(length: number): number {
    if (length > this.remaining) {
      throw new CodecError(`The stored bytes end early: ${length} more were expected, ${this.remaining} are there.`);
    }
    const from = this.#at;
    this.#at += length;
    return from;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
