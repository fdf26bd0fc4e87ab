/** Appends numbers and text to a buffer that grows. The layout of each value is documented at its method. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(initialCapacity = 1024) {
    this.#bytes = new Uint8Array(initialCapacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** A view of what was written; valid until the next write. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** All that the buffer has, written or not; another one once it grows. */
  get memory(): Uint8Array {
    return this.#bytes;
  }

  /** Room for so many bytes more, for who writes them from `length` on and then says by `moveTo` where they end. */
  room(bytes: number): Uint8Array {
    this.#reserve(bytes);
    return this.#bytes;
  }

  /** Goes on from a place: behind bytes that were written into the room, or before some that are to be written anew. */
  moveTo(length: number): void {
    this.#length = length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Unsigned, little-endian base 128: 7 bits a byte; the high bit is set if more follow. 0 to 2^53 − 1. */
  varint(value: number): void {
    this.#reserve(8);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value;
    // Beyond 32 bits numbers are doubles, which are slow to divide: the first four bytes are of 28 bits that are cut off at once.
    if (value >= TWO_TO_28) {
      rest = Math.floor(value / TWO_TO_28);
      let low = value - rest * TWO_TO_28;
      for (let i = 0; i < 4; i++) {
        bytes[at++] = (low & 0x7f) | 0x80;
        low >>>= 7;
      }
    }
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /** Signed: sign in the lowest bit, so that small numbers of either sign are short. |value| ≤ 2^52 − 1. */
  signedVarint(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** IEEE 754 double, little-endian. */
  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Signed 64 bits, little-endian. */
  int64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.#length, value, true);
    this.#length += 8;
  }

  /** Unsigned 32 bits, little-endian. */
  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** Writes an unsigned number over four bytes that were written before. */
  uint32At(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** UTF-8 alone. Most texts are ASCII and short: these are gathered by hand, for a call of the encoder takes longer. */
  utf8(value: string): void {
    this.#reserve(value.length * 3);
    const into = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.#length += encoder.encodeInto(value, into.subarray(this.#length)).written;
        return;
      }
      into[at++] = code;
    }
    this.#length = at;
  }

  /** A varint of the length in bytes, then UTF-8. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
  text(value: string): void {
    const most = value.length * 3;
    this.#reserve(most + 8);
    // Short text, the usual case: one byte holds its length, so it is written in place without a second copy.
    if (most < 0x80) {
      const lengthAt = this.#length++;
      this.utf8(value);
      this.#bytes[lengthAt] = this.#length - lengthAt - 1;
      return;
    }
    this.bytes(encoder.encode(value));
  }

  /** A varint of the length, then the bytes. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** As `bytes`, of a part of them. */
  slice(value: Uint8Array, start: number, end: number): void {
    this.varint(end - start);
    this.part(value, start, end);
  }

  /** A part of some bytes alone. Short ones are copied one by one: a view and a call cost more. */
  part(value: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > 64) {
      this.raw(value.subarray(start, end));
      return;
    }
    this.#reserve(length);
    const into = this.#bytes;
    let at = this.#length;
    for (let i = start; i < end; i++) into[at++] = value[i] as number;
    this.#length = at;
  }

  /** The bytes alone. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

const TWO_TO_28 = 2 ** 28;
const encoder = new TextEncoder();
