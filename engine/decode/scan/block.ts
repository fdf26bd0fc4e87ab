/** Bytes of one block, at most. A line that does not fit is left to the plain path. */
export const BLOCK_BYTES = 64 * 1024;
/** Zeros behind a block: whoever reads it word by word may read past its end, and must not find what is left from before. */
const PADDING = 64;
const LINE_FEED = 0x0a;
export const BACKSLASH = 0x5c;

/**
 * Lines of a record, copied to where they are scanned: always the same memory, so that compiled code need not ask which, and
 * with zeros behind, so that a line that is cut short is never completed by the bytes of another.
 */
export class Block {
  readonly bytes = Buffer.alloc(BLOCK_BYTES + PADDING);
  readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  /** Behind its last byte. */
  end = 0;
  #record: object | null = null;
  /** Where its bytes lie in the record. */
  #from = 0;
  #backslash = 0;

  /**
   * Where a place of a record lies in the block, after whole lines from there on were copied into it unless they are there.
   * −1 where the line is longer than a block. `record` tells the record from others.
   */
  place(record: object, bytes: Buffer, at: number): number {
    if (record !== this.#record || at < this.#from || at >= this.#from + this.end) {
      if (!this.#load(bytes, at)) {
        this.#record = null;
        return -1;
      }
      this.#record = record;
    }
    return at - this.#from;
  }

  /** Where a place of the block lies in its record. */
  placeInRecord(at: number): number {
    return this.#from + at;
  }

  /** The first backslash at or behind a place; the end where there is none. */
  backslashFrom(at: number): number {
    if (this.#backslash < at) this.#findBackslash(at);
    return this.#backslash;
  }

  #load(bytes: Buffer, at: number): boolean {
    let to = bytes.length;
    if (to - at > BLOCK_BYTES) {
      to = bytes.subarray(at, at + BLOCK_BYTES).lastIndexOf(LINE_FEED) + 1 + at;
      if (to === at) return false;
    }
    this.bytes.set(bytes.subarray(at, to));
    this.#from = at;
    this.end = to - at;
    this.bytes.fill(0, this.end, this.end + PADDING);
    this.#findBackslash(0);
    return true;
  }

  #findBackslash(from: number): void {
    const found = this.bytes.subarray(0, this.end).indexOf(BACKSLASH, from);
    this.#backslash = found === -1 ? this.end : found;
  }
}
