import type { EventColumns } from '../../columns/event-columns.ts';
import type { DecodedEvent } from '../decoder.ts';
import { isBlankLine, lineEnd } from '../line-block.ts';
import type { BlockReader } from '../record-scanner.ts';
import type { LineScanner } from './scanner.ts';

/** Lines of UTF-8 that are records each: stretches of usual ones as columns, others as they are. */
export class LinesReader implements BlockReader {
  readonly #scanner: LineScanner;
  readonly #bytes: Buffer;
  readonly #latestMs: number;
  #at = 0;
  /** Lines so far. */
  #lines = 0;

  constructor(scanner: LineScanner, bytes: Buffer, latestMs: number) {
    this.#latestMs = latestMs;
    this.#scanner = scanner;
    this.#bytes = bytes;
  }

  next(): EventColumns | Buffer | null {
    while (this.#at < this.#bytes.length) {
      const columns = this.#stretch();
      if (columns !== null) return columns;
      const from = this.#at;
      const end = lineEnd(this.#bytes, from);
      this.#at = end + 1;
      if (isBlankLine(this.#bytes, from, end)) continue;
      this.#lines++;
      return this.#bytes.subarray(from, end);
    }
    return null;
  }

  noteUnusual(event: DecodedEvent): void {
    this.#scanner.noteUnusual(event);
  }

  #stretch(): EventColumns | null {
    if (this.#scanner.isResting) return null;
    const settings = { firstIndex: this.#lines, latestMs: this.#latestMs };
    const columns = this.#scanner.scan(this, this.#bytes, this.#at, settings);
    if (columns === null) return null;
    this.#at = this.#scanner.end;
    this.#lines += columns.length;
    return columns;
  }
}
