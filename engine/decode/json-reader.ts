import { isUtf8 } from 'node:buffer';
import type { DecodedEvent, EventReader } from './decoder.ts';
import { type JsonFramer, LINE_FEED, OPENING_BRACKET } from './json-framer.ts';
import { eventOf, isBlank, noEvent } from './line-event.ts';
import { whyNotText } from './not-text.ts';
import { NotJson, parseJson } from './parse-json.ts';

export interface JsonBytes {
  /** Unpacked, without a byte order mark. */
  readonly bytes: Buffer;
  /** The record as it came. */
  readonly data: Uint8Array;
  /** All of the bytes are UTF-8; if not, what is not is no event. */
  readonly isText: boolean;
  /** The bytes as text, where each is a character: a line is cut out of it for less than it is decoded. */
  readonly ascii: string | null;
}

interface ParsedLine {
  readonly from: number;
  readonly to: number;
  readonly value: unknown;
  readonly text: string;
}

/** Reads JSON values: one a line, as long as a line is one value; and else as a `JsonFramer` finds them. */
export class JsonReader implements EventReader<DecodedEvent> {
  readonly #record: JsonBytes;
  readonly #framer: JsonFramer;
  readonly #maxBytes: number;
  #at = 0;
  #isEmpty = true;

  constructor(record: JsonBytes, framer: JsonFramer, maxBytes: number) {
    this.#record = record;
    this.#framer = framer;
    this.#maxBytes = maxBytes;
  }

  /** Where it goes on. */
  get at(): number {
    return this.#at;
  }

  /** At the beginning of a line. */
  get isAtLine(): boolean {
    return this.#at === 0 || this.#record.bytes[this.#at - 1] === LINE_FEED;
  }

  /** Events up to a line were read by others. */
  goOnAt(line: number): void {
    this.#at = line;
    this.#isEmpty = false;
  }

  next(): DecodedEvent | null {
    const { bytes, data } = this.#record;
    while (this.#at < bytes.length) {
      const event = this.isAtLine ? this.#line() : this.#frame();
      if (event === null) continue;
      this.#isEmpty = false;
      return event;
    }
    if (!this.#isEmpty) return null;
    this.#isEmpty = false;
    return noEvent(data);
  }

  /** The value that a line is; of any other line what is found in it, from wherever that is. Null where there is nothing. */
  #line(): DecodedEvent | null {
    const { bytes, isText, ascii } = this.#record;
    const from = this.#at;
    const newline = ascii === null ? bytes.indexOf(LINE_FEED, from) : ascii.indexOf('\n', from);
    const end = newline === -1 ? bytes.length : newline;
    // An array may be a list of events. Lines that are not UTF-8 are none, and are told from others by the framer.
    if (bytes[from] === OPENING_BRACKET || !(isText || isUtf8(bytes.subarray(from, end)))) return this.#frame();
    const text = ascii === null ? bytes.toString('utf8', from, end) : ascii.slice(from, end);
    if (isBlank(text)) {
      this.#at = end + 1;
      return null;
    }
    const value = parseJson(text);
    if (value instanceof NotJson || Array.isArray(value)) return this.#frame({ from, to: end, value, text });
    this.#at = end + 1;
    return eventOf(value, text, this.#maxBytes);
  }

  /** `line`: what a line was parsed to. An exception of the parser costs as much as ten events that are parsed. */
  #frame(line: ParsedLine | null = null): DecodedEvent | null {
    const { bytes, isText } = this.#record;
    const frame = this.#framer.next({ bytes, from: this.#at, isEnd: true });
    if (frame === null || frame === 'more') {
      this.#at = bytes.length;
      return null;
    }
    this.#at = this.#behindLine(frame.to);
    if (frame.from === line?.from && frame.to === line.to) return eventOf(line.value, line.text, this.#maxBytes);
    const event = bytes.subarray(frame.from, frame.to);
    if (!(isText || isUtf8(event))) {
      return {
        kind: 'unreadable',
        reason: 'not_json',
        message: `The event is not JSON: ${whyNotText(event)}.`,
        bytes: event,
      };
    }
    const text = event.toString('utf8');
    return eventOf(parseJson(text), text, this.#maxBytes);
  }

  /** The next line, where nothing else is left of this one. */
  #behindLine(from: number): number {
    const { bytes } = this.#record;
    let at = from;
    while (isBlankByte(bytes[at])) at++;
    return bytes[at] === LINE_FEED ? at + 1 : from;
  }

  fork(): JsonReader {
    const fork = new JsonReader(this.#record, this.#framer.fork(), this.#maxBytes);
    fork.#at = this.#at;
    fork.#isEmpty = this.#isEmpty;
    return fork;
  }
}

function isBlankByte(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
