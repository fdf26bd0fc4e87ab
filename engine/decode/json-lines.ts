import { isUtf8 } from 'node:buffer';
import { unpack } from './compression.ts';
import type { DecodedEvent, EventReader, RecordDecoder } from './decoder.ts';
import { eventOf, isBlank, noEvent, withoutByteOrderMark } from './line-event.ts';
import { NotJson, parseJson } from './parse-json.ts';
import { SingleReader } from './single-reader.ts';

/**
 * One JSON event a record, or many as JSON Lines; plain, gzip or zstd. Empty lines are no events. A record that is one
 * JSON text over several lines is one event.
 */
export const jsonLinesDecoder: RecordDecoder = {
  open(data) {
    const unpacked = unpack(data);
    if (unpacked.kind === 'failed') {
      return new SingleReader({
        kind: 'unreadable',
        reason: unpacked.reason,
        message: unpacked.message,
        bytes: data,
      });
    }
    const bytes = withoutByteOrderMark(unpacked.bytes);
    return isUtf8(bytes) ? new TextReader(bytes.toString('utf8'), data) : new DamagedTextReader(bytes, data);
  },
};

class TextReader implements EventReader<DecodedEvent> {
  readonly #text: string;
  /** The record as it came. */
  readonly #data: Uint8Array;
  /** Where the next line begins. */
  #from = 0;
  #isFirst = true;

  constructor(text: string, data: Uint8Array) {
    this.#text = text;
    this.#data = data;
  }

  next(): DecodedEvent | null {
    const text = this.#text;
    while (this.#from < text.length) {
      const newline = text.indexOf('\n', this.#from);
      const end = newline === -1 ? text.length : newline;
      const line = this.#from === 0 && end === text.length ? text : text.slice(this.#from, end);
      this.#from = end + 1;
      if (isBlank(line)) continue;
      const value = parseJson(line);
      const whole = value instanceof NotJson && this.#isFirst ? this.#whole() : null;
      this.#isFirst = false;
      return whole ?? eventOf(value, line);
    }
    if (!this.#isFirst) return null;
    this.#isFirst = false;
    return noEvent(this.#data);
  }

  /** The record as one event, where its first line is no JSON and all of its lines together are. */
  #whole(): DecodedEvent | null {
    if (this.#from >= this.#text.length) return null;
    const value = parseJson(this.#text);
    if (value instanceof NotJson) return null;
    this.#from = this.#text.length;
    return eventOf(value, this.#text);
  }

  fork(): TextReader {
    const fork = new TextReader(this.#text, this.#data);
    fork.#from = this.#from;
    fork.#isFirst = this.#isFirst;
    return fork;
  }
}

/** Lines of a record in which some bytes are not UTF-8: the good lines are events, only the damaged ones are not. */
class DamagedTextReader implements EventReader<DecodedEvent> {
  readonly #bytes: Buffer;
  /** The record as it came. */
  readonly #data: Uint8Array;
  #from = 0;
  #isFirst = true;

  constructor(bytes: Buffer, data: Uint8Array) {
    this.#bytes = bytes;
    this.#data = data;
  }

  next(): DecodedEvent | null {
    while (this.#from < this.#bytes.length) {
      const newline = this.#bytes.indexOf(0x0a, this.#from);
      const line = this.#bytes.subarray(this.#from, newline === -1 ? this.#bytes.length : newline);
      this.#from += line.length + 1;
      const text = isUtf8(line) ? line.toString('utf8') : null;
      if (text !== null && isBlank(text)) continue;
      this.#isFirst = false;
      if (text !== null) return eventOf(parseJson(text), text);
      const message = 'The event is not JSON: its bytes are not UTF-8 text.';
      return { kind: 'unreadable', reason: 'not_json', message, bytes: line };
    }
    if (!this.#isFirst) return null;
    this.#isFirst = false;
    const message = 'The record is not JSON: its bytes are not UTF-8 text.';
    return { kind: 'unreadable', reason: 'not_json', message, bytes: this.#data };
  }

  fork(): DamagedTextReader {
    const fork = new DamagedTextReader(this.#bytes, this.#data);
    fork.#from = this.#from;
    fork.#isFirst = this.#isFirst;
    return fork;
  }
}
