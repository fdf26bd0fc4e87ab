import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue } from '../bytes/value-codec.ts';
import type { Instant } from '../dsl/shape.ts';
import type { Whole } from '../ir/whole-number.ts';

/** What `min` and `max` take. */
export type Ordered = string | number | Instant | null;

/** A number, a bigint where it is a whole one beyond 2^53, or an instant. The infinity that any number beats stands for "none yet": events hold no infinities. */
export interface NumberExtreme {
  value: Whole;
}

export interface TextExtreme {
  value: string | null;
}

/** Reads a number, or `none` where null was written. */
export function readExtreme(input: ByteReader, none: number): Whole {
  const value = readValue(input);
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (value !== null) throw new CodecError(wrongKind('number', value));
  return none;
}

/** The same as a state. */
export function readNumberExtreme(input: ByteReader, none: number): NumberExtreme {
  return { value: readExtreme(input, none) };
}

export function readTextExtreme(input: ByteReader): TextExtreme {
  const value = readValue(input);
  if (value !== null && typeof value !== 'string') throw new CodecError(wrongKind('string', value));
  return { value };
}

function wrongKind(expected: string, value: unknown): string {
  return `A stored minimum or maximum is a ${typeof value}; its column is of kind ${expected}.`;
}
