import { JsonFramer } from '../../engine/decode/json-framer.ts';
import { type InputLine, isBlank, isBlankByte, LINE_FEED, MAX_LINE_BYTES } from './input-line.ts';

/** Bytes of an input in which events are not one a line, from where that begins to a line that begins behind an event. */
export class FramedBytes {
  readonly #framer: JsonFramer;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #length = 0;
  /** Bytes that were not enough for an event: who asks again with each piece would go through them with each piece. */
  #tooFew = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#framer = new JsonFramer(maxBytes);
  }

  get length(): number {
    return this.#length;
  }

  get isBlank(): boolean {
    return this.#parts.every(isBlank);
  }

  /** More than is read of one line. */
  get isTooLong(): boolean {
    return this.#length > MAX_LINE_BYTES;
  }

  /** Copies the bytes. */
  add(bytes: Buffer): void {
    this.#parts.push(Buffer.from(bytes));
    this.#length += bytes.length;
  }

  /** Bytes that were not enough so far are looked at again, however few have come since. */
  lookAgain(): void {
    this.#tooFew = 0;
  }

  /** All bytes that are left. */
  take(): Buffer {
    const bytes = this.#joined();
    this.#parts = [];
    this.#length = 0;
    this.#tooFew = 0;
    return bytes;
  }

  /** The next event, or what is none; null where there is no further one, or not enough of it. */
  next(isEnd: boolean): InputLine | null {
    if (!isEnd && this.#isTooFew) return null;
    const bytes = this.#joined();
    const frame = this.#framer.next({ bytes, from: 0, isEnd });
    if (frame === null || frame === 'more') {
      this.#tooFew = bytes.length;
      // Copied, so that what was read before it can go.
      this.#parts = [Buffer.from(bytes)];
      return null;
    }
    this.#drop(bytes, frame.to);
    const event = bytes.subarray(frame.from, frame.to);
    return { bytes: event, length: event.length, ended: !isEnd || isEnded(event, bytes.subarray(frame.to)) };
  }

  get #isTooFew(): boolean {
    if (this.#length >= 2 * this.#tooFew) return false;
    return this.#tooFew > 2 * this.#maxBytes || !this.#parts.at(-1)?.includes(LINE_FEED);
  }

  /** Behind an event: passes the line break that follows it. Null: not all of the line is there. */
  passLineBreak(): boolean | null {
    if (this.#framer.inArray) return false;
    const bytes = this.#joined();
    const end = bytes.findIndex((byte) => !isBlankByte(byte));
    if (end === -1) return null;
    if (bytes[end] !== LINE_FEED) return false;
    this.#drop(bytes, end + 1);
    return true;
  }

  #drop(bytes: Buffer, to: number): void {
    this.#parts = [bytes.subarray(to)];
    this.#length -= to;
    this.#tooFew = 0;
    this.#framer.passed(to);
  }

  #joined(): Buffer {
    return this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
  }
}

/** Of the last event: more lines may belong to one that goes over several lines. */
function isEnded(event: Buffer, rest: Buffer): boolean {
  return (
    event.length > 1 && !event.includes(LINE_FEED) && rest.includes(LINE_FEED) && rest.toString('latin1').trim() === ''
  );
}
