import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { beginText, readValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';
import { groupOfText } from './group.ts';

/**
 * Writes a group's values so that bytes compare as `compareGroups` does: null first, then false, true, numbers by size, text by
 * code point. Other values are other bytes. Returns where they end.
 */
export function writeGroupOrder(values: readonly Value[], out: Uint8Array, at: number): number {
  let to = at;
  for (const value of values) to = writeValueOrder(value, out, to);
  return to;
}

/** The same behind what a writer has. */
export function appendGroupOrder(values: readonly Value[], out: ByteWriter): void {
  let most = 0;
  // Half of a pair takes four bytes, and any other character less.
  for (const value of values) most += typeof value === 'string' ? value.length * 4 + 3 : NUMBER_BYTES;
  const room = out.room(most);
  out.moveTo(writeGroupOrder(values, room, out.length));
}

/** The same of a group of so many fields whose values are stored where `input` stands. */
export function appendOrderOfStored(input: ByteReader, fields: number, out: ByteWriter): void {
  for (let field = 0; field < fields; field++) {
    const length = beginText(input);
    if (length === null) {
      const room = out.room(NUMBER_BYTES);
      out.moveTo(writeValueOrder(readValue(input), room, out.length));
    } else out.moveTo(copyText(input, length, out.room(length * 2 + 3), out.length));
  }
}

/** The same of a group's canonical text. */
export function appendOrderOfText(text: string, out: ByteWriter): void {
  const room = out.room(groupOrderBytes(text));
  out.moveTo(writeOrderOfText(text, room, out.length));
}

/** The same of a group's canonical text, where there is room for `groupOrderBytes`. */
export function writeOrderOfText(text: string, out: Uint8Array, at: number): number {
  const to = writePlainText(text, out, at);
  return to >= 0 ? to : writeGroupOrder(groupOfText(text), out, at);
}

/** The same of the next value of a segment, whose texts are bytes as they are. */
export function writeOrderOfValue(input: ByteReader, out: Uint8Array, at: number): number {
  const length = beginText(input);
  if (length === null) return writeValueOrder(readValue(input), out, at);
  return copyText(input, length, out, at);
}

function copyText(input: ByteReader, length: number, out: Uint8Array, at: number): number {
  out[at] = TEXT;
  let to = at + 1;
  for (let left = length; left > 0; left--) {
    const byte = input.byte();
    out[to++] = byte;
    if (byte === 0) out[to++] = 0xff;
  }
  return endText(out, to);
}

/** More bytes than the values of a canonical text can take. */
export function groupOrderBytes(text: string): number {
  // A character is three bytes at most, a number 17, and it is a digit and a comma of the text at least.
  return text.length * 9 + 32;
}

/** As many bytes at least as values take that are so many bytes in a segment: there, two are a whole number, which takes nine. */
export function orderBytesOfStored(bytes: number): number {
  return bytes * 5;
}

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
/** What a number takes at most, and null and truth less. */
const NUMBER_BYTES = 17;
const TEXT = 4;

/** A number from here on may stand for one of several whole numbers. */
const EXACT = 2 ** 53;
const INT64_BIAS = 2n ** 63n;

function writeValueOrder(value: Value, out: Uint8Array, at: number): number {
  if (typeof value === 'string') return writeText(value, out, at);
  if (typeof value === 'number' || typeof value === 'bigint') return writeNumber(value, out, at);
  out[at] = value === null ? NULL : value ? TRUE : FALSE;
  return at + 1;
}

function writeNumber(value: number | bigint, out: Uint8Array, at: number): number {
  out[at] = NUMBER;
  const double = Number(value);
  const to = writeOrdered(double, out, at + 1);
  if (Math.abs(double) < EXACT) return to;
  const isWhole = double >= -(2 ** 63) && double <= 2 ** 63;
  bits.setBigUint64(0, BigInt.asUintN(64, isWhole ? BigInt(value) + INT64_BIAS : 0n));
  return writeBits(out, to);
}

const bits = new DataView(new ArrayBuffer(8));

/** A double in eight bytes that compare as doubles do; −0 is 0. */
export function writeOrdered(value: number, out: Uint8Array, at: number): number {
  bits.setFloat64(0, value + 0);
  const high = bits.getInt32(0);
  const isNegative = high < 0;
  bits.setInt32(0, isNegative ? ~high : high | 0x80000000);
  if (isNegative) bits.setInt32(4, ~bits.getInt32(4));
  return writeBits(out, at);
}

/** What `writeOrdered` wrote. */
export function readOrdered(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) bits.setUint8(i, bytes[at + i] as number);
  const high = bits.getInt32(0);
  const isNegative = high >= 0;
  bits.setInt32(0, isNegative ? ~high : high & 0x7fffffff);
  if (isNegative) bits.setInt32(4, ~bits.getInt32(4));
  return bits.getFloat64(0);
}

function writeBits(out: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) out[at + i] = bits.getUint8(i);
  return at + 8;
}

/** UTF-8, in which a zero byte is followed by 255, and the end is a zero byte and 1: so a text comes before one that goes on. */
function writeText(text: string, out: Uint8Array, at: number): number {
  out[at] = TEXT;
  let to = writeAscii(text, out, at + 1);
  if (to > 0) return endText(out, to);
  to = at + 1;
  if (text.includes('\0') || !text.isWellFormed()) {
    for (const character of text) to = writeOddCharacter(character.codePointAt(0) as number, out, to);
  } else {
    to = writeUtf8(text, out, to);
  }
  return endText(out, to);
}

/** −1 where there are other characters, or zeros. */
function writeAscii(text: string, out: Uint8Array, at: number): number {
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 0x7f) return -1;
    out[to++] = code;
  }
  return to;
}

function endText(out: Uint8Array, at: number): number {
  out[at] = 0;
  out[at + 1] = 1;
  return at + 2;
}

const encoder = new TextEncoder();

function writeUtf8(text: string, out: Uint8Array, at: number): number {
  return at + encoder.encodeInto(text, out.subarray(at)).written;
}

/**
 * The bytes of a group of one text that JSON has as it is, which is what most groups are; −1 where it is another one, and then
 * what is behind `at` means nothing.
 */
function writePlainText(group: string, out: Uint8Array, at: number): number {
  const end = group.length - 2;
  if (end < 2 || group.charCodeAt(1) !== QUOTE || group.charCodeAt(end) !== QUOTE) return -1;
  out[at] = TEXT;
  let to = at + 1;
  for (let i = 2; i < end; i++) {
    const code = group.charCodeAt(i);
    if (code === QUOTE || code === BACKSLASH || code > 0x7e) return -1;
    out[to++] = code;
  }
  return endText(out, to);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Half of a pair without the other half has no UTF-8. `compareValues` takes a first half for less than all pairs that begin with
 * it, and a second half for more than any pair.
 */
function writeOddCharacter(code: number, out: Uint8Array, at: number): number {
  if (code === 0) {
    out[at] = 0;
    out[at + 1] = 0xff;
    return at + 2;
  }
  if (code < 0xd800 || code > 0xdfff) return writeUtf8(String.fromCodePoint(code), out, at);
  if (code >= 0xdc00) {
    out[at] = AFTER_PAIRS;
    out[at + 1] = code >>> 8;
    out[at + 2] = code & 0xff;
    return at + 3;
  }
  const to = writeUtf8(String.fromCharCode(code, 0xdc00), out, at);
  out[to - 1] = 0;
  return to;
}

/** UTF-8 has no such byte, and none that is greater in text. */
const AFTER_PAIRS = 0xf8;
