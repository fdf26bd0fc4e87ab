import type { EventColumns } from '../../columns/event-columns.ts';
import type { DecodedEvent } from '../decoder.ts';
import { eventOf, isBlank, noEvent } from '../line-event.ts';
import { NotJson, parseJson } from '../parse-json.ts';
import type { ScanReader } from '../record-scanner.ts';
import type { LineScanner } from './scanner.ts';

const LINE_FEED = 0x0a;

/** Lines of a record of UTF-8: stretches of usual ones as columns, others as `jsonLinesDecoder` reads them. */
export class LineReader implements ScanReader {
  readonly #scanner: LineScanner;
  readonly #bytes: Buffer;
  /** The record as it came. */
  readonly #data: Uint8Array;
  readonly #latestMs: number;
  #at = 0;
  /** Events so far. */
  #events = 0;

  constructor(scanner: LineScanner, bytes: Buffer, data: Uint8Array, latestMs: number) {
    this.#scanner = scanner;
    this.#bytes = bytes;
    this.#data = data;
    this.#latestMs = latestMs;
  }

  next(): EventColumns | DecodedEvent | null {
    if (this.#at < this.#bytes.length && !this.#scanner.isResting) {
      const settings = { firstIndex: this.#events, latestMs: this.#latestMs };
      const columns = this.#scanner.scan(this, this.#bytes, this.#at, settings);
      if (columns !== null) {
        this.#at = this.#scanner.end;
        this.#events += columns.length;
        return columns;
      }
    }
    const event = this.#line();
    if (event !== null) this.#scanner.noteUnusual(event);
    return event;
  }

  #line(): DecodedEvent | null {
    const bytes = this.#bytes;
    const isFirst = this.#events === 0;
    while (this.#at < bytes.length) {
      const newline = bytes.indexOf(LINE_FEED, this.#at);
      const end = newline === -1 ? bytes.length : newline;
      const line = bytes.toString('utf8', this.#at, end);
      this.#at = end + 1;
      if (isBlank(line)) continue;
      this.#events++;
      const value = parseJson(line);
      const whole = value instanceof NotJson && isFirst ? this.#whole() : null;
      return whole ?? eventOf(value, line);
    }
    if (!isFirst) return null;
    this.#events++;
    return noEvent(this.#data);
  }

  /** The record as one event, where its first line is no JSON and all of its lines together are. */
  #whole(): DecodedEvent | null {
    if (this.#at >= this.#bytes.length) return null;
    const text = this.#bytes.toString('utf8');
    const value = parseJson(text);
    if (value instanceof NotJson) return null;
    this.#at = this.#bytes.length;
    return eventOf(value, text);
  }
}
