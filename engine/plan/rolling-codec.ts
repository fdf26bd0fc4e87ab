import type { AggregateOperator } from '../aggregates/operator.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import { BugError } from '../ir/bug-error.ts';
import type { RollingHistory } from './rolling.ts';

/** Keeps a group's history among the states of groups, so that it lies in pages as those do. It is never merged. */
export const historyOperator: AggregateOperator<RollingHistory> = {
  create: () => ({ lastStartMs: Number.NEGATIVE_INFINITY, values: [] }),
  add: () => refuse('added to'),
  merge: () => refuse('merged'),
  result: () => refuse('shown'),
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

function refuse(done: string): never {
  throw new BugError(`A group's history is never ${done}.`);
}
