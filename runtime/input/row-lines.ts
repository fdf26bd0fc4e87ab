import { MAX_EVENT_BYTES } from '../../engine/decode/limits.ts';
import type { RowReader, TextFormat } from '../../engine/formats/format.ts';
import { type LineEnd, lineEndOf, RowsCutter } from '../../engine/text/rows-cutter.ts';
import { type InputLine, KEPT_BYTES, MAX_LINE_BYTES } from './input-line.ts';

/** The byte order mark of UTF-8, a character a byte. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

interface LongLine {
  readonly kept: string;
  /** Bytes so far. */
  length: number;
}

/**
 * Cuts bytes into the rows of a format as they come, in pieces of any size. A row of several lines is one, and each has the header of
 * its file in front: so it can be read by itself, wherever it goes. Blank lines and headers are left out.
 */
export class RowLines {
  readonly #delimiter: string | null;
  readonly #reader: RowReader;
  /** A character a byte, so that places in it are places in the bytes. */
  #pending = '';
  #lineEnd: LineEnd | null = null;
  #isBeginning = true;
  /** The header row, null until there is one. */
  #header: string | null = null;
  /** The same where rows need it. */
  #head: string | null = null;
  #isFirst = true;
  /** Of a line that is longer than is read: it goes by. */
  #long: LongLine | null = null;

  constructor(format: TextFormat) {
    this.#delimiter = format.delimiter;
    this.#reader = format.reader();
  }

  *add(chunk: Buffer): Generator<InputLine> {
    this.#pending += chunk.toString('latin1');
    if (this.#isBeginning) {
      if (this.#pending.length < BYTE_ORDER_MARK.length) return;
      this.#begin();
    }
    // A CR may have come without its LF.
    if (this.#lineEnd === null && /[\n\r]./s.test(this.#pending)) this.#lineEnd = lineEndOf(this.#pending);
    yield* this.#cut(false);
  }

  /** What came after the last line break. */
  *end(): Generator<InputLine> {
    if (this.#isBeginning) this.#begin();
    yield* this.#cut(true);
  }

  #begin(): void {
    this.#isBeginning = false;
    if (this.#pending.startsWith(BYTE_ORDER_MARK)) this.#pending = this.#pending.slice(BYTE_ORDER_MARK.length);
  }

  *#cut(isEnd: boolean): Generator<InputLine> {
    const lineEnd = this.#lineEnd ?? lineEndOf(this.#pending);
    if (this.#long !== null) yield* this.#passLong(this.#long, lineEnd, isEnd);
    const text = this.#pending;
    const rows = new RowsCutter(text, { delimiter: this.#delimiter, maxRow: MAX_EVENT_BYTES, lineEnd });
    for (let from = 0, row = rows.next(); row !== null; from = rows.at, row = rows.next()) {
      const isLast = rows.at > text.length;
      const mayClose = row.isOpen && text.length - row.from <= MAX_EVENT_BYTES;
      if (!isEnd && (isLast || mayClose)) return this.#keep(text.slice(from));
      yield* this.#row(text.slice(row.from, row.end), !isLast);
    }
    this.#pending = '';
  }

  /** The rest of a row may be to come. */
  #keep(rest: string): void {
    const isLong = rest.length > MAX_LINE_BYTES;
    if (isLong) this.#long = { kept: rest.slice(0, KEPT_BYTES), length: rest.length };
    this.#pending = isLong ? '' : rest;
  }

  *#passLong(long: LongLine, lineEnd: LineEnd, isEnd: boolean): Generator<InputLine> {
    const found = this.#pending.indexOf(lineEnd);
    const passed = found === -1 ? this.#pending.length : found;
    long.length += passed;
    this.#pending = this.#pending.slice(passed + 1);
    if (found === -1 && !isEnd) return;
    this.#long = null;
    yield { bytes: Buffer.from(long.kept, 'latin1'), length: long.length, ended: found !== -1 };
  }

  *#row(row: string, ended: boolean): Generator<InputLine> {
    if (/^[ \t\r]*$/.test(row)) return;
    const isHeader = this.#isFirst
      ? this.#reader.takesAsHeader(Buffer.from(row, 'latin1').toString('utf8'))
      : row === this.#header;
    this.#isFirst = false;
    if (isHeader) {
      this.#header = row;
      if (this.#reader.head !== null) this.#head = row;
      return;
    }
    const bytes = Buffer.from(this.#head === null ? row : `${this.#head}\n${row}`, 'latin1');
    yield { bytes, length: bytes.length, ended };
  }
}
