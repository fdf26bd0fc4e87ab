import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';

const { clz32 } = Math;

/** Appends bits to a `ByteWriter`, the lowest first. Call `end` before anything else is written to it. */
export class BitWriter {
  readonly #out: ByteWriter;
  #pending = 0;
  #count = 0;

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  /** The lowest `bits` bits of a value, at most 24. */
  write(value: number, bits: number): void {
    let pending = this.#pending | (value << this.#count);
    let count = this.#count + bits;
    if (count >= 8) {
      const into = this.#out.room(3);
      let at = this.#out.length;
      for (; count >= 8; count -= 8) {
        into[at++] = pending;
        pending >>>= 8;
      }
      this.#out.moveTo(at);
    }
    this.#pending = pending;
    this.#count = count;
  }

  /** Unary: `value` zeros, then a one. Short for small numbers. */
  unary(value: number): void {
    let rest = value;
    for (; rest > 16; rest -= 16) this.write(0, 16);
    this.write(1 << rest, rest + 1);
  }

  /** Fills the last byte with zeros. */
  end(): void {
    if (this.#count > 0) this.#out.byte(this.#pending);
    this.#pending = 0;
    this.#count = 0;
  }
}

/** Reads what `BitWriter` wrote, taking no byte before it is needed. */
export class BitReader {
  readonly #input: ByteReader;
  #pending = 0;
  #count = 0;

  constructor(input: ByteReader) {
    this.#input = input;
  }

  read(bits: number): number {
    while (this.#count < bits) {
      this.#pending |= this.#input.byte() << this.#count;
      this.#count += 8;
    }
    const value = this.#pending & ((1 << bits) - 1);
    this.#drop(bits);
    return value;
  }

  /** Throws a `CodecError` above `most`. */
  unary(most: number): number {
    let zeros = 0;
    while (this.#pending === 0) {
      zeros += this.#count;
      if (zeros > most) throw tooLong(most);
      this.#pending = this.#input.byte();
      this.#count = 8;
    }
    const more = 31 - clz32(this.#pending & -this.#pending);
    this.#drop(more + 1);
    if (zeros + more > most) throw tooLong(most);
    return zeros + more;
  }

  /** Throws a `CodecError` where the last byte is not filled with zeros. */
  end(): void {
    if (this.#pending !== 0) throw new CodecError('Stored bits end with ones where only filling is expected.');
    this.#count = 0;
  }

  #drop(bits: number): void {
    this.#pending >>>= bits;
    this.#count -= bits;
  }
}

function tooLong(most: number): CodecError {
  return new CodecError(`A stored number in unary is above ${most}, the most it can be.`);
}
