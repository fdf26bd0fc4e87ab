import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import type { StateCodec } from '../bytes/state-codec.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { RollingHistory } from './rolling.ts';

/** How a group's history lies in pages. */
export const historyStateCodec: StateCodec<RollingHistory> = {
  /** The last window's start; a varint of the number of aggregates; of each a varint of how many values, and the values. */
  encode({ lastStartMs, values }, out) {
    writeValue(out, lastStartMs);
    out.varint(values.length);
    for (const ofOne of values) {
      out.varint(ofOne.length);
      for (const value of ofOne) writeValue(out, value);
    }
  },
  decode(input) {
    const lastStartMs = readNumber(input);
    if (lastStartMs === null) throw new CodecError('A stored history of a group has no time.');
    const aggregates = input.count();
    return {
      lastStartMs,
      values: Array.from({ length: aggregates }, () => Array.from({ length: input.count() }, () => readNumber(input))),
    };
  },
};

function readNumber(input: ByteReader): number | null {
  const value = readValue(input);
  if (value === null || typeof value === 'number') return value;
  throw new CodecError(`A stored history of a group holds a ${typeof value} in place of a number.`);
}
