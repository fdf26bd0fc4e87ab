import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue } from '../bytes/value-codec.ts';

/** Reads a number, or null, that `writeValue` wrote into the state of a row operator. */
export function readNumber(input: ByteReader): number | null {
  const value = readValue(input);
  if (value === null || typeof value === 'number') return value;
  throw new CodecError(`The stored state of a row operator holds a ${typeof value} in place of a number.`);
}
