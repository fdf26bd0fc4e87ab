import { type Hash64, hashNumber, hashText } from '../hash/hash64.ts';
import type { Value } from '../ir/node.ts';
import { HyperLogLog } from './hyper-log-log.ts';
import { readHyperLogLog, writeHyperLogLog } from './hyper-log-log-codec.ts';
import type { AggregateOperator } from './operator.ts';

/**
 * About how many different values there are, by HyperLogLog: a relative standard error of 0.81 %, so within 2.5 % almost
 * always, and nearly exact below a hundred. At most 16 KB of memory and 6 KB of storage for each group. Of nothing: 0.
 */
export const approxCountDistinctOperator: AggregateOperator<HyperLogLog> = {
  create: () => new HyperLogLog(),
  add(state, value) {
    hashValue(value);
    state.add(hash);
  },
  merge(into, from) {
    into.merge(from);
  },
  encode: writeHyperLogLog,
  decode: readHyperLogLog,
  result: (state) => state.estimate(),
};

/** Reused by every addition, so that none allocates. */
const hash: Hash64 = { high: 0, low: 0 };

function hashValue(value: NonNullable<Value>): void {
  if (typeof value === 'string') hashText(value, hash);
  else if (typeof value === 'number') hashNumber(value, hash);
  else hashText(value ? 'true' : 'false', hash);
}
