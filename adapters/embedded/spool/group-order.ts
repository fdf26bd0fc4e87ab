import type { Value } from '../../../engine/ir/node.ts';

/**
 * Writes a group's values so that bytes compare as groups do: null first, then false, true, numbers by size, text by code
 * point. Returns where the bytes end.
 */
export function writeGroupOrder(values: readonly Value[], out: Buffer, at: number): number {
  let to = at;
  for (const value of values) {
    if (value === null) out[to++] = NULL;
    else if (typeof value === 'string') to = writeText(value, out, to);
    else if (typeof value === 'boolean') out[to++] = value ? TRUE : FALSE;
    else to = writeNumber(value, out, to);
  }
  return to;
}

/** More bytes than the values can take. */
export function groupOrderBytes(text: string): number {
  // A character is three bytes at most, a number 17, and it is a digit and a comma of the text at least.
  return text.length * 9 + 32;
}

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const TEXT = 4;

/** A number from here on may stand for one of several whole numbers. */
const EXACT = 2 ** 53;
const INT64_BIAS = 2n ** 63n;

function writeNumber(value: number | bigint, out: Buffer, at: number): number {
  out[at] = NUMBER;
  const double = Number(value);
  let to = writeOrdered(double, out, at + 1);
  if (Math.abs(double) < EXACT) return to;
  const isWhole = double >= -(2 ** 63) && double <= 2 ** 63;
  const biased = isWhole ? BigInt(value) + INT64_BIAS : 0n;
  out.writeBigUInt64BE(biased & (2n ** 64n - 1n), to);
  to += 8;
  return to;
}

const bits = new DataView(new ArrayBuffer(8));

/** A double in eight bytes that compare as doubles do; −0 is 0. */
export function writeOrdered(value: number, out: Buffer, at: number): number {
  bits.setFloat64(0, value + 0);
  const high = bits.getUint32(0);
  const low = bits.getUint32(4);
  const isNegative = high >>> 31 === 1;
  out.writeUInt32BE((isNegative ? ~high : high | 0x80000000) >>> 0, at);
  out.writeUInt32BE((isNegative ? ~low : low) >>> 0, at + 4);
  return at + 8;
}

/** What `writeOrdered` wrote. */
export function readOrdered(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32BE(at);
  const low = bytes.readUInt32BE(at + 4);
  const isNegative = high >>> 31 === 0;
  bits.setUint32(0, isNegative ? ~high : high & 0x7fffffff);
  bits.setUint32(4, isNegative ? ~low : low);
  return bits.getFloat64(0);
}

/** UTF-8, in which a zero byte is followed by 255, and the end is a zero byte and 1: so a text comes before one that goes on. */
function writeText(text: string, out: Buffer, at: number): number {
  out[at] = TEXT;
  let to = at + 1;
  if (text.includes('\0') || !text.isWellFormed()) {
    for (const character of text) to = writeOddCharacter(character.codePointAt(0) as number, out, to);
  } else {
    to += out.write(text, to, 'utf8');
  }
  out[to] = 0;
  out[to + 1] = 1;
  return to + 2;
}

/**
 * Half of a pair without the other half has no UTF-8. `compareValues` takes a first half for less than all pairs that begin with
 * it, and a second half for more than any pair.
 */
function writeOddCharacter(code: number, out: Buffer, at: number): number {
  if (code === 0) {
    out[at] = 0;
    out[at + 1] = 0xff;
    return at + 2;
  }
  if (code < 0xd800 || code > 0xdfff) return at + out.write(String.fromCodePoint(code), at, 'utf8');
  if (code >= 0xdc00) {
    out[at] = AFTER_PAIRS;
    out.writeUInt16BE(code, at + 1);
    return at + 3;
  }
  const to = at + out.write(String.fromCharCode(code, 0xdc00), at, 'utf8');
  out[to - 1] = 0;
  return to;
}

/** UTF-8 has no such byte, and none that is greater in text. */
const AFTER_PAIRS = 0xf8;
