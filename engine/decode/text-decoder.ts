import { isUtf8 } from 'node:buffer';
import { RowFault, type RowReader, type TextFormat } from '../formats/format.ts';
import { formatOf } from '../formats/registry.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { TextFormatDefinition } from '../ir/stream-format.ts';
import { lineEndOf, RowsCutter } from '../text/rows-cutter.ts';
import type { DecodedEvent, EventReader, RecordDecoder } from './decoder.ts';
import { MAX_EVENT_BYTES } from './limits.ts';
import { isBlank } from './line-event.ts';
import { whyNotText } from './not-text.ts';
import { SingleReader } from './single-reader.ts';
import { compileTypedFields, type TypeFields } from './typed-fields.ts';
import { unpackRecord } from './unpack-record.ts';

/**
 * Rows of text, plain, gzip or zstd: an event each. Blank lines are no events, and neither is a header. What is kept of an event is its
 * row, with the header in front where it needs one, so that it can be put back as a record.
 */
export function textDecoder({ name, shape }: StreamDefinition, definition: TextFormatDefinition): RecordDecoder {
  const parts: FormatParts = {
    kind: definition.kind,
    stream: name,
    format: formatOf(definition).compile(definition),
    toTyped: compileTypedFields(shape),
  };
  return {
    open(data) {
      const bytes = unpackRecord(data);
      if (bytes instanceof SingleReader) return bytes;
      const isText = isUtf8(bytes);
      // One character a byte, so that the rows are told apart. Each says for itself whether it is text.
      const text = bytes.toString(isText ? 'utf8' : 'latin1');
      const { delimiter, needsHeader } = parts.format;
      // A row alone may hold a CR. With its header in front there are two rows, and so a line break.
      const lineEnd = needsHeader ? lineEndOf(text) : LINE_FEED;
      const rows = new RowsCutter(text, { delimiter, lineEnd, maxRow: MAX_EVENT_BYTES });
      return new RowsReader(parts, { data, isText }, rows, parts.format.reader());
    },
  };
}

interface FormatParts {
  readonly kind: string;
  readonly stream: string;
  readonly format: TextFormat;
  readonly toTyped: TypeFields;
}

interface RecordText {
  /** The record as it came. */
  readonly data: Uint8Array;
  /** All of it is UTF-8. */
  readonly isText: boolean;
}

/** Reads the rows of one record. */
export class RowsReader implements EventReader<DecodedEvent> {
  readonly #parts: FormatParts;
  readonly #record: RecordText;
  readonly #rows: RowsCutter;
  readonly #reader: RowReader;
  #isFirst = true;
  #hasHeader = false;

  constructor(parts: FormatParts, record: RecordText, rows: RowsCutter, reader: RowReader) {
    this.#parts = parts;
    this.#record = record;
    this.#rows = rows;
    this.#reader = reader;
  }

  /** The header that is in front of what is kept of rows from here on; null where none is. */
  get head(): string | null {
    return this.#reader.head;
  }

  next(): DecodedEvent | null {
    for (let row = this.#rows.next(); row !== null; row = this.#rows.next()) {
      const raw = this.#rows.text(row);
      if (isBlank(raw)) continue;
      const text = this.#record.isText ? withoutMark(raw) : textOf(raw);
      if (this.#reader.takesAsHeader(text)) {
        this.#hasHeader = true;
        continue;
      }
      this.#isFirst = false;
      if (text === null) {
        const bytes = Buffer.from(raw, 'latin1');
        return this.#malformed(bytes, whyNotText(bytes));
      }
      return row.isOpen ? this.#malformed(text, OPEN) : this.#event(text);
    }
    if (!this.#isFirst) return null;
    this.#isFirst = false;
    const message = !this.#hasHeader
      ? 'The record holds no event: it is empty or blank.'
      : `The record holds no event: its only row is taken for the header. If it is an event, give the format of stream '${this.#parts.stream}' the setting header.`;
    return { kind: 'unreadable', reason: 'empty_record', message, bytes: this.#record.data };
  }

  fork(): RowsReader {
    const fork = new RowsReader(this.#parts, this.#record, this.#rows.fork(), this.#reader.fork());
    fork.#isFirst = this.#isFirst;
    fork.#hasHeader = this.#hasHeader;
    return fork;
  }

  #event(row: string): DecodedEvent {
    // A character is at most 3 bytes of UTF-8, so short text needs no exact count.
    const bytes = row.length > MAX_EVENT_BYTES / 3 ? Buffer.byteLength(row) : row.length;
    if (bytes > MAX_EVENT_BYTES) {
      const message = `The event has ${bytes} bytes, and at most ${MAX_EVENT_BYTES} are taken.`;
      return { kind: 'unreadable', reason: 'oversized', message, bytes: Buffer.from(this.#withHead(row)) };
    }
    const fields = this.#reader.read(row);
    if (fields instanceof RowFault) return this.#malformed(row, fields.why);
    return { kind: 'value', value: this.#parts.toTyped(fields), text: this.#withHead(row), isJson: false };
  }

  #malformed(row: string | Buffer, why: string): DecodedEvent {
    const message = `The event is not ${this.#parts.kind}: ${why}.`;
    const head = Buffer.from(this.#withHead(''));
    return {
      kind: 'unreadable',
      reason: 'malformed',
      message,
      bytes: Buffer.concat([head, Buffer.from(row as string)]),
    };
  }

  #withHead(row: string): string {
    const { head } = this.#reader;
    return head === null ? row : `${head}\n${row}`;
  }
}

const LINE_FEED = '\n';
const OPEN = 'a quote opens in it, and none closes it before the record ends or 256 KiB have passed';

/** Null where the bytes are no UTF-8. */
function textOf(latin1: string): string | null {
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? withoutMark(bytes.toString('utf8')) : null;
}

/** Files that were put together have a byte order mark in the middle. */
function withoutMark(row: string): string {
  return row.charCodeAt(0) === 0xfeff ? row.slice(1) : row;
}
