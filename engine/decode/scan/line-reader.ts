import type { EventColumns } from '../../columns/event-columns.ts';
import type { DecodedEvent } from '../decoder.ts';
import { JsonFramer } from '../json-framer.ts';
import { JsonReader } from '../json-reader.ts';
import { MAX_EVENT_BYTES } from '../limits.ts';
import type { ScanReader } from '../record-scanner.ts';
import type { LineScanner } from './scanner.ts';

/** Lines of a record of UTF-8: stretches of usual ones as columns, others as `jsonLinesDecoder` reads them. */
export class LineReader implements ScanReader {
  readonly #scanner: LineScanner;
  readonly #bytes: Buffer;
  readonly #latestMs: number;
  readonly #plain: JsonReader;
  /** Events so far. */
  #events = 0;

  constructor(scanner: LineScanner, bytes: Buffer, data: Uint8Array, latestMs: number) {
    this.#scanner = scanner;
    this.#bytes = bytes;
    this.#latestMs = latestMs;
    this.#plain = new JsonReader({ bytes, data, isText: true, ascii: null }, new JsonFramer(), MAX_EVENT_BYTES);
  }

  next(): EventColumns | DecodedEvent | null {
    return this.#stretch() ?? this.#unusual();
  }

  #stretch(): EventColumns | null {
    const { at, isAtLine } = this.#plain;
    if (at >= this.#bytes.length || !isAtLine || this.#scanner.isResting) return null;
    const settings = { firstIndex: this.#events, latestMs: this.#latestMs };
    const columns = this.#scanner.scan(this, this.#bytes, at, settings);
    if (columns === null) return null;
    this.#plain.goOnAt(this.#scanner.end);
    this.#events += columns.length;
    return columns;
  }

  #unusual(): DecodedEvent | null {
    const event = this.#plain.next();
    if (event === null) return null;
    this.#events++;
    this.#scanner.noteUnusual(event);
    return event;
  }
}
