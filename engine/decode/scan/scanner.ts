import { isUtf8 } from 'node:buffer';
import type { EventColumns, NeededField } from '../../columns/event-columns.ts';
import type { HashKey } from '../../hash/hash-key.ts';
import type { StreamDefinition } from '../../ir/stream-definition.ts';
import { unpack } from '../compression.ts';
import type { DecodedEvent } from '../decoder.ts';
import { withoutByteOrderMark } from '../line-event.ts';
import type { BlockReader, RecordScanner, ScanReader } from '../record-scanner.ts';
import { BLOCK_BYTES, Block } from './block.ts';
import { compileLayout, type Rows, type ScanLines } from './compile-layout.ts';
import { emptyLayout, type Layout, withEvent } from './layout.ts';
import { LineReader } from './line-reader.ts';
import { LinesReader } from './lines-reader.ts';
import { compileReaders, type StreamReaders } from './readers.ts';

/** Events of a stretch at most. */
const MAX_ROWS = 2048;
/** Orders of fields that are known at once, and how often what is known changes at most: each time code is compiled. */
const MAX_LAYOUTS = 4;
const MAX_COMPILED = 32;
/** Unusual lines after which their share is looked at. */
const SAMPLE = 64;
/** Bytes of records that are not scanned after most lines were unusual; more each time, up to the limit. */
const REST_BYTES = 1024 * 1024;
const MAX_REST_BYTES = 64 * REST_BYTES;

/**
 * A scanner for the events of a stream, compiled when the first record comes: a process that only looks at a definition need not
 * wait for it. It takes no record where the schema asks for something that readers do not check.
 */
export function recordScanner(stream: StreamDefinition, needed: readonly NeededField[], key: HashKey): RecordScanner {
  let scanner: LineScanner | null | undefined;
  return {
    beginCommit: () => scanner?.beginCommit(),
    open(data, arrivalMs) {
      if (scanner === undefined) scanner = compileScanner(stream, needed, key);
      return scanner === null ? null : scanner.open(data, arrivalMs);
    },
    openLines(data) {
      if (scanner === undefined) scanner = compileScanner(stream, needed, key);
      return scanner === null ? null : scanner.openLines(data);
    },
  };
}

/**
 * Compiles a scanner for the events of a stream; null where its schema asks for something that readers do not check, such as a
 * union of event types. `needed`: fields that become columns.
 */
export function compileScanner(
  stream: StreamDefinition,
  needed: readonly NeededField[],
  key: HashKey,
): LineScanner | null {
  if (/"\$(ref|defs|dynamicRef|recursiveRef)"/.test(JSON.stringify(stream.schema))) return null;
  const block = new Block();
  const readers = compileReaders(stream, needed, block, { key, rows: MAX_ROWS });
  return readers === null ? null : new LineScanner(stream, block, readers);
}

interface KnownLayout {
  readonly layout: Layout;
  readonly scan: ScanLines;
}

/**
 * Reads lines straight into columns, where they look as lines before them did. It learns how events look from those that it did
 * not know: the plain path reads them, and gives the same answer. What it has learned it forgets with the process.
 */
export class LineScanner implements RecordScanner {
  readonly #maxFutureSkewMs: number;
  readonly #block: Block;
  readonly #readers: StreamReaders;
  readonly #rows: Rows & { readonly starts: Int32Array; readonly ends: Int32Array };
  readonly #columns: EventColumns & { length: number; firstIndex: number };
  /** The one that fitted last comes first. */
  #layouts: readonly KnownLayout[] = [];
  #compiled = 0;
  #usual = 0;
  #unusual = 0;
  #restBytes = 0;
  #nextRestBytes = REST_BYTES;

  constructor({ maxFutureSkewMs }: StreamDefinition, block: Block, readers: StreamReaders) {
    this.#maxFutureSkewMs = maxFutureSkewMs;
    this.#block = block;
    this.#readers = readers;
    this.#rows = { starts: new Int32Array(MAX_ROWS), ends: new Int32Array(MAX_ROWS), at: 0 };
    this.#columns = {
      length: 0,
      firstIndex: 0,
      timesMs: readers.eventTime.values,
      starts: this.#rows.starts,
      ends: this.#rows.ends,
      // No Buffer: its `slice` is no copy.
      bytes: new Uint8Array(block.bytes.buffer),
      columns: readers.columns,
    };
  }

  beginCommit(): void {
    for (const texts of this.#readers.texts) texts.beginCommit();
  }

  open(data: Uint8Array, arrivalMs: number | null): ScanReader | null {
    if (this.#restBytes > 0) {
      this.#restBytes -= data.length;
      return null;
    }
    const unpacked = unpack(data);
    if (unpacked.kind === 'failed') return null;
    const bytes = withoutByteOrderMark(unpacked.bytes);
    if (!isUtf8(bytes)) return null;
    const latestMs = arrivalMs === null ? Number.POSITIVE_INFINITY : arrivalMs + this.#maxFutureSkewMs;
    return new LineReader(this, bytes, data, latestMs);
  }

  openLines(data: Buffer): BlockReader | null {
    if (this.#restBytes > 0) {
      this.#restBytes -= data.length;
      return null;
    }
    return isUtf8(data) ? new LinesReader(this, data) : null;
  }

  /** So many lines were unusual that scanning does not pay for a while. */
  get isResting(): boolean {
    return this.#restBytes > 0;
  }

  /** Of the last stretch: behind its last line, in the record. */
  get end(): number {
    return this.#block.placeInRecord(this.#rows.at);
  }

  /** Usual lines of a record from a place on; null where the first one is unusual. `reader` tells the record from others. */
  scan(
    reader: object,
    bytes: Buffer,
    at: number,
    { firstIndex, latestMs }: { readonly firstIndex: number; readonly latestMs: number },
  ): EventColumns | null {
    for (const texts of this.#readers.texts) texts.renew();
    const from = this.#block.place(reader, bytes, at);
    if (from === -1) return null;
    let rows = this.#scan(from, latestMs);
    if (rows === 0 && this.#readers.texts.some(({ isFull }) => isFull)) {
      for (const texts of this.#readers.texts) texts.renew();
      rows = this.#scan(from, latestMs);
    }
    if (rows === 0) return null;
    this.#usual += rows;
    this.#columns.length = rows;
    this.#columns.firstIndex = firstIndex;
    return this.#columns;
  }

  /** Lines of any layout that is known, one after the other. */
  #scan(from: number, latestMs: number): number {
    const block = this.#block;
    const backslash = block.backslashFrom(from);
    let rows = 0;
    this.#rows.at = from;
    for (let next = 0; next < this.#layouts.length && rows < MAX_ROWS && this.#rows.at < block.end; ) {
      const known = this.#layouts[next] as KnownLayout;
      const read = known.scan(this.#rows.at, block.end, rows, MAX_ROWS, backslash, latestMs);
      if (read === rows) {
        next++;
        continue;
      }
      rows = read;
      // The line after it may look like any of the others.
      if (next > 0) this.#layouts = [known, ...this.#layouts.filter((other) => other !== known)];
      next = 1;
    }
    return rows;
  }

  /** A line that it could not read, and what the plain path made of it. */
  noteUnusual(event: DecodedEvent): void {
    if (this.isResting) return;
    this.#unusual++;
    if (this.#unusual >= SAMPLE) this.#look();
    if (event.kind !== 'value' || this.#compiled >= MAX_COMPILED || event.text.length > BLOCK_BYTES) return;
    const { value, text } = event;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) this.#learn(value, text);
  }

  #look(): void {
    if (this.#unusual > this.#usual) {
      this.#restBytes = this.#nextRestBytes;
      this.#nextRestBytes = Math.min(this.#nextRestBytes * 2, MAX_REST_BYTES);
    } else {
      this.#nextRestBytes = REST_BYTES;
    }
    this.#unusual = 0;
    this.#usual = 0;
  }

  #learn(event: object, text: string): void {
    const empty = emptyLayout(this.#readers.root, text);
    for (const known of this.#layouts) {
      const { layout } = known;
      if (layout.colon !== empty.colon || layout.comma !== empty.comma) continue;
      const learned = withEvent(layout, event);
      // It looks like that, and is unusual for another reason.
      if (learned === layout) return;
      if (learned === null) continue;
      this.#layouts = [this.#compile(learned), ...this.#layouts.filter((other) => other !== known)];
      return;
    }
    const learned = this.#layouts.length < MAX_LAYOUTS ? withEvent(empty, event) : null;
    if (learned !== null) this.#layouts = [this.#compile(learned), ...this.#layouts];
  }

  #compile(layout: Layout): KnownLayout {
    this.#compiled++;
    return { layout, scan: compileLayout(layout, this.#readers, this.#block, this.#rows) };
  }
}
