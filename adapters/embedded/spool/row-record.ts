import { groupOfText } from '../../../engine/codec/group.ts';
import { TABLE_GROUP } from '../../../engine/finalize/drafts.ts';
import type { RowKey, StoredRow } from '../../../engine/ports/result-store.ts';
import { groupOrderBytes, readOrdered, writeGroupOrder, writeOrdered } from './group-order.ts';

/**
 * A row as bytes, which compare as rows are ordered: by view, window start, group.
 *
 *   u32  length of all    u32  of it the key    u32  of it the group's text
 *   key  u16 number of the view | window start, ordered | the group's values, ordered | the group's text
 *   f64  window end    f64 epoch    f64 expiry, or NaN    u32 revision    u32 late events    u8 flags
 *   the columns, as JSON
 *
 * The text ends the key, for it alone tells each two groups apart.
 */
const LENGTHS = 12;
/** Where the bytes of the group begin in a key. */
export const GROUP_AT = 10;
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
  let to = out.writeUInt16BE(view, at + LENGTHS);
  to = writeOrdered(windowStartMs, out, to);
  to = writeGroupOrder(group === TABLE_GROUP ? [] : groupOfText(group), out, to);
  const text = out.write(group, to, 'utf8');
  out.writeUInt32LE(to + text - at - LENGTHS, at + 4);
  out.writeUInt32LE(text, at + 8);
  return to + text;
}

/** A key before those of all groups of a window. */
export function windowKey(view: number, windowStartMs: number): RowRecord {
  const out = Buffer.alloc(LENGTHS + GROUP_AT);
  const to = writeOrdered(windowStartMs, out, out.writeUInt16BE(view, LENGTHS));
  out.writeUInt32LE(to - LENGTHS, 4);
  return new RowRecord(out, 0);
}

/** Writes a row. Returns where it ends. */
export function writeRecord(row: StoredRow, view: number, out: Buffer, at: number): number {
  let to = writeKey(row, view, out, at);
  to = out.writeDoubleLE(row.windowEndMs, to);
  to = out.writeDoubleLE(row.epoch, to);
  to = out.writeDoubleLE(row.expiresAtSeconds ?? Number.NaN, to);
  to = out.writeUInt32LE(row.revision, to);
  to = out.writeUInt32LE(row.lateEvents, to);
  out[to++] = (row.partial ? PARTIAL : 0) | (row.retracted ? RETRACTED : 0);
  to += out.write(row.columns, to, 'utf8');
  out.writeUInt32LE(to - at, at);
  return to;
}

/** A row as it lies in bytes, read as far as one asks. */
export class RowRecord {
  readonly bytes: Buffer;
  readonly at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  get end(): number {
    return this.at + this.bytes.readUInt32LE(this.at);
  }

  get keyFrom(): number {
    return this.at + LENGTHS;
  }

  get keyTo(): number {
    return this.keyFrom + this.bytes.readUInt32LE(this.at + 4);
  }

  get view(): number {
    return this.bytes.readUInt16BE(this.keyFrom);
  }

  get windowStartMs(): number {
    return readOrdered(this.bytes, this.keyFrom + 2);
  }

  get group(): string {
    return this.bytes.toString('utf8', this.keyTo - this.bytes.readUInt32LE(this.at + 8), this.keyTo);
  }

  get epoch(): number {
    return this.bytes.readDoubleLE(this.keyTo + 8);
  }

  get expiresAtSeconds(): number | null {
    const seconds = this.bytes.readDoubleLE(this.keyTo + 16);
    return Number.isNaN(seconds) ? null : seconds;
  }

  get revision(): number {
    return this.bytes.readUInt32LE(this.keyTo + 24);
  }

  get lateEvents(): number {
    return this.bytes.readUInt32LE(this.keyTo + 28);
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
}

/** Byte by byte: within the length of a key this takes less than a call of the system's comparison. */
export function compareKeys(a: RowRecord, b: RowRecord): number {
  const [bytesA, bytesB] = [a.bytes, b.bytes];
  const [fromA, fromB] = [a.keyFrom, b.keyFrom];
  const [lengthA, lengthB] = [a.keyTo - fromA, b.keyTo - fromB];
  const length = Math.min(lengthA, lengthB);
  for (let i = 0; i < length; i++) {
    const order = (bytesA[fromA + i] as number) - (bytesB[fromB + i] as number);
    if (order !== 0) return order;
  }
  return lengthA - lengthB;
}
