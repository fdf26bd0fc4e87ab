import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { compareKeyBytes } from '../../../engine/bytes/order-of-keys.ts';
import { appendOrderOfText, readOrdered, writeOrdered } from '../../../engine/codec/group-order.ts';
import { TABLE_GROUP } from '../../../engine/finalize/drafts.ts';
import type { NewRows } from '../../../engine/ports/new-rows.ts';
import type { RowKey, RowPlace, StoredRow } from '../../../engine/ports/result-store.ts';

/**
 * A row as bytes, which compare as rows are ordered: by view, window start, group.
 *
 *   u32  length of all    u32  of it the key    u32  of it the group's text
 *   key  u16 number of the view | window start, ordered | the group's values, ordered | the group's text
 *   f64  window end    f64 epoch    f64 expiry, or NaN    u32 revision    u32 late events    u8 flags
 *   the columns, as JSON
 *
 * The text ends the key: a whole table has no values, and neither has the row of a view without groups.
 */
const LENGTHS = 12;
/** Where the key begins in a record. */
export const KEY_AT = LENGTHS;
/** Where the bytes of the group begin in a key. */
const GROUP_AT = 10;
const FIXED = 33;
const FIRST_REVISION = 1;
const PARTIAL = 1;
const RETRACTED = 2;

/** Writes the lengths that are known and the key of a row. */
export function writeKey({ group, windowStartMs }: RowKey, view: number, out: ByteWriter): void {
  const at = beginKey(view, windowStartMs, out);
  if (group !== TABLE_GROUP) appendOrderOfText(group, out);
  const textAt = out.length;
  out.utf8(group);
  endKey(at, textAt, out);
}

/** A key before those of all groups of a window. */
export function windowKey(view: number, windowStartMs: number): RowRecord {
  const out = new ByteWriter(LENGTHS + GROUP_AT);
  const at = beginKey(view, windowStartMs, out);
  endKey(at, out.length, out);
  return new RowRecord(bufferOf(out.memory), 0);
}

/** Writes a row behind all that was written. */
export function writeRecord(row: StoredRow, view: number, out: ByteWriter): void {
  const at = out.length;
  writeKey(row, view, out);
  writeTimes(row.windowEndMs, row.epoch, row.expiresAtSeconds, out);
  out.uint32(row.revision);
  out.uint32(row.lateEvents);
  out.byte((row.partial ? PARTIAL : 0) | (row.retracted ? RETRACTED : 0));
  out.utf8(row.columns);
  out.uint32At(at, out.length - at);
}

/** The same of one of some new rows. */
export function writeNewRecord(rows: NewRows, row: number, view: number, out: ByteWriter): void {
  const at = beginKey(view, rows.windowStartMs(row), out);
  rows.writeGroupOrder(row, out);
  const textAt = out.length;
  rows.writeGroup(row, out);
  endKey(at, textAt, out);
  writeTimes(rows.windowEndMs(row), rows.epoch, rows.expiresAtSeconds(row), out);
  out.uint32(FIRST_REVISION);
  out.uint32(0);
  out.byte(rows.partial(row) ? PARTIAL : 0);
  rows.writeColumns(row, out);
  out.uint32At(at, out.length - at);
}

/** Returns where the record begins. */
function beginKey(view: number, windowStartMs: number, out: ByteWriter): number {
  const at = out.length;
  const room = out.room(LENGTHS + GROUP_AT);
  room[at + LENGTHS] = view >>> 8;
  room[at + LENGTHS + 1] = view;
  out.moveTo(writeOrdered(windowStartMs, room, at + LENGTHS + 2));
  return at;
}

function endKey(at: number, textAt: number, out: ByteWriter): void {
  out.uint32At(at + 4, out.length - at - LENGTHS);
  out.uint32At(at + 8, out.length - textAt);
}

function writeTimes(windowEndMs: number, epoch: number, expiresAtSeconds: number | null, out: ByteWriter): void {
  out.float64(windowEndMs);
  out.float64(epoch);
  out.float64(expiresAtSeconds ?? Number.NaN);
}

/** The same memory, with the methods of a buffer. */
export function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

function uint32At(bytes: Buffer, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return low + (bytes[at + 3] as number) * 0x1000000;
}

/** Where the key of the row at a place ends. */
export function keyEndOf(bytes: Buffer, at: number): number {
  return at + LENGTHS + uint32At(bytes, at + 4);
}

/** A row as it lies in bytes, read as far as one asks. */
export class RowRecord {
  bytes: Buffer;
  at: number;
  keyTo: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
    this.keyTo = keyEndOf(bytes, at);
  }

  /** Stands for another row from here on. */
  moveTo(bytes: Buffer, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.keyTo = keyEndOf(bytes, at);
  }

  get end(): number {
    return this.at + uint32At(this.bytes, this.at);
  }

  get keyFrom(): number {
    return this.at + LENGTHS;
  }

  /** Where the group's text begins, with which the key ends. */
  get textFrom(): number {
    return this.keyTo - uint32At(this.bytes, this.at + 8);
  }

  get view(): number {
    return this.bytes.readUInt16BE(this.keyFrom);
  }

  get windowStartMs(): number {
    return readOrdered(this.bytes, this.keyFrom + 2);
  }

  get group(): string {
    return this.bytes.toString('utf8', this.textFrom, this.keyTo);
  }

  get place(): RowPlace {
    return { windowStartMs: this.windowStartMs, group: this.group };
  }

  get epoch(): number {
    return this.bytes.readDoubleLE(this.keyTo + 8);
  }

  get expiresAtSeconds(): number | null {
    const seconds = this.bytes.readDoubleLE(this.keyTo + 16);
    return Number.isNaN(seconds) ? null : seconds;
  }

  get revision(): number {
    return uint32At(this.bytes, this.keyTo + 24);
  }

  get lateEvents(): number {
    return uint32At(this.bytes, this.keyTo + 28);
  }

  get partial(): boolean {
    return ((this.bytes[this.keyTo + 32] as number) & PARTIAL) !== 0;
  }

  get retracted(): boolean {
    return ((this.bytes[this.keyTo + 32] as number) & RETRACTED) !== 0;
  }

  /** Where the columns begin; they end where the row does. */
  get columnsFrom(): number {
    return this.keyTo + FIXED;
  }

  stored(view: string): StoredRow {
    return {
      view,
      group: this.group,
      windowStartMs: this.windowStartMs,
      windowEndMs: this.bytes.readDoubleLE(this.keyTo),
      revision: this.revision,
      epoch: this.epoch,
      partial: this.partial,
      lateEvents: this.lateEvents,
      retracted: this.retracted,
      columns: this.bytes.toString('utf8', this.columnsFrom, this.end),
      expiresAtSeconds: this.expiresAtSeconds,
    };
  }

  /** The key alone, in bytes of its own. */
  keyAlone(): RowRecord {
    return new RowRecord(Buffer.from(this.bytes.subarray(this.at, this.keyTo)), 0);
  }
}

/** Byte by byte: within the length of a key this takes less than a call of the system's comparison. */
export function compareKeys(a: RowRecord, b: RowRecord): number {
  return compareKeyBytes(a.bytes, a.keyFrom, a.keyTo, b.bytes, b.keyFrom, b.keyTo);
}
