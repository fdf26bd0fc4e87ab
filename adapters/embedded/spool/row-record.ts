import { compareKeyBytes } from '../../../engine/bytes/order-of-keys.ts';
import { groupOrderBytes, readOrdered, writeOrdered, writeOrderOfText } from '../../../engine/codec/group-order.ts';
import { TABLE_GROUP } from '../../../engine/finalize/drafts.ts';
import type { RowKey, StoredRow } from '../../../engine/ports/result-store.ts';

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
const PARTIAL = 1;
const RETRACTED = 2;

export function recordBytes({ group, columns }: Pick<StoredRow, 'group' | 'columns'>): number {
  return keyBytes(group) + FIXED + columns.length * 3;
}

export function keyBytes(group: string): number {
  return LENGTHS + GROUP_AT + groupOrderBytes(group) + group.length * 3;
}

/** Writes the lengths that are known and the key of a row. Returns where the key ends. */
export function writeKey({ group, windowStartMs }: RowKey, view: number, out: Buffer, at: number): number {
  const from = at + LENGTHS;
  const groupAt = writeWindow(view, windowStartMs, out, from);
  const textAt = group === TABLE_GROUP ? groupAt : writeOrderOfText(group, out, groupAt);
  const to = textAt + out.write(group, textAt, 'utf8');
  writeUint32(to - from, out, at + 4);
  writeUint32(to - textAt, out, at + 8);
  return to;
}

/** A key before those of all groups of a window. */
export function windowKey(view: number, windowStartMs: number): RowRecord {
  const out = Buffer.alloc(LENGTHS + GROUP_AT);
  writeUint32(writeWindow(view, windowStartMs, out, LENGTHS) - LENGTHS, out, 4);
  return new RowRecord(out, 0);
}

function writeWindow(view: number, windowStartMs: number, out: Buffer, at: number): number {
  out[at] = view >>> 8;
  out[at + 1] = view;
  return writeOrdered(windowStartMs, out, at + 2);
}

/** Writes a row. Returns where it ends. */
export function writeRecord(row: StoredRow, view: number, out: Buffer, at: number): number {
  let to = writeKey(row, view, out, at);
  to = out.writeDoubleLE(row.windowEndMs, to);
  to = out.writeDoubleLE(row.epoch, to);
  to = out.writeDoubleLE(row.expiresAtSeconds ?? Number.NaN, to);
  to = writeUint32(row.revision, out, to);
  to = writeUint32(row.lateEvents, out, to);
  out[to++] = (row.partial ? PARTIAL : 0) | (row.retracted ? RETRACTED : 0);
  to += out.write(row.columns, to, 'utf8');
  writeUint32(to - at, out, at);
  return to;
}

function writeUint32(value: number, out: Buffer, at: number): number {
  out[at] = value;
  out[at + 1] = value >>> 8;
  out[at + 2] = value >>> 16;
  out[at + 3] = value >>> 24;
  return at + 4;
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
