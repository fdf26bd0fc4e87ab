import { BugError } from '../ir/bug-error.ts';
import type { Value } from '../ir/node.ts';
import { wholeOf } from '../ir/whole-number.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { CodecError } from './errors.ts';

/**
 * Writes a value as a tag byte and what the tag asks for. Whole numbers up to 2^52 take a signed varint, bigints
 * 64 bits, other numbers a double; -0 becomes 0, and a lone surrogate U+FFFD. Throws a `BugError` if a number is not finite.
 */
export function writeValue(out: ByteWriter, value: Value): void {
  switch (typeof value) {
    case 'string':
      out.byte(TEXT);
      out.text(value);
      return;
    case 'number':
      writeNumber(out, value);
      return;
    case 'bigint':
      out.byte(WIDE);
      out.int64(value);
      return;
    case 'boolean':
      out.byte(value ? TRUE : FALSE);
      return;
    default:
      out.byte(NULL);
  }
}

/** Writes a text whose UTF-8 lies in `bytes`, as `writeValue` does. */
export function writeTextValue(out: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  out.byte(TEXT);
  out.slice(bytes, start, end);
}

/** Reads what `writeValue` wrote. */
export function readValue(input: ByteReader): Value {
  const tag = input.byte();
  switch (tag) {
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case WHOLE:
      return input.signedVarint();
    case DOUBLE:
      return readDouble(input);
    case TEXT:
      return input.text();
    case WIDE:
      return readWide(input);
    default:
      throw unknownTag(tag);
  }
}

/** Whether the next value is a text. */
export function isText(input: ByteReader): boolean {
  return input.peek() === TEXT;
}

/** Where the next value is a text, reads how many bytes of UTF-8 follow; otherwise it reads nothing and gives null. */
export function beginText(input: ByteReader): number | null {
  if (input.peek() !== TEXT) return null;
  input.byte();
  return input.varint();
}

/** Passes over what `writeValue` wrote. What is wrong with a value is found out when it is read. */
export function skipValue(input: ByteReader): void {
  const tag = input.byte();
  switch (tag) {
    case NULL:
    case FALSE:
    case TRUE:
      return;
    case WHOLE:
      input.varint();
      return;
    case DOUBLE:
    case WIDE:
      input.skip(8);
      return;
    case TEXT:
      input.skip(input.varint());
      return;
    default:
      throw unknownTag(tag);
  }
}

function unknownTag(tag: number): CodecError {
  return new CodecError(`A stored value has the tag ${tag}; this version knows 0 to ${WIDE}.`);
}

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const WHOLE = 3;
const DOUBLE = 4;
const TEXT = 5;
const WIDE = 6;
/** What a signed varint can hold. */
const LARGEST_WHOLE = 2 ** 52 - 1;

function writeNumber(out: ByteWriter, value: number): void {
  if (Number.isInteger(value) && Math.abs(value) <= LARGEST_WHOLE) {
    out.byte(WHOLE);
    out.signedVarint(value);
    return;
  }
  if (!Number.isFinite(value)) throw new BugError(`${value} is not a value of an event: numbers are finite.`);
  out.byte(DOUBLE);
  out.float64(value);
}

function readDouble(input: ByteReader): number {
  const value = input.float64();
  if (!Number.isFinite(value)) throw new CodecError(`A stored value is ${value}; numbers of events are finite.`);
  return value;
}

function readWide(input: ByteReader): bigint {
  const value = input.int64();
  // There is one form of each number, by which groups and values are told apart.
  if (typeof wholeOf(value) === 'bigint') return value;
  throw new CodecError(`A stored value is ${value} in 64 bits; only whole numbers beyond 2^53 take as many.`);
}
