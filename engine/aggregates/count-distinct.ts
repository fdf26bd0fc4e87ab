import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';
import { storedForm } from './compare-values.ts';
import type { AggregateOperator } from './operator.ts';

/** The values seen, or null once they are more than the limit: the set is let go then, and the state stays small. */
export interface DistinctState {
  values: Set<NonNullable<Value>> | null;
}

/**
 * How many different values there are, exactly, up to `limit` of them; null beyond it. Of nothing: 0. The number 1 and
 * the text "1" are different.
 */
export function countDistinctOperator(limit: number): AggregateOperator<DistinctState> {
  return {
    create: () => ({ values: new Set() }),
    add(state, value) {
      if (state.values === null) return;
      state.values.add(storedForm(value));
      if (state.values.size > limit) state.values = null;
    },
    merge(into, from) {
      if (into.values === null) return;
      if (from.values === null) {
        into.values = null;
        return;
      }
      for (const value of from.values) into.values.add(value);
      if (into.values.size > limit) into.values = null;
    },
    /** A varint: 0 for "beyond the limit", otherwise 1 + the number of values; then the values. */
    encode(state, out) {
      out.varint(state.values === null ? 0 : state.values.size + 1);
      if (state.values === null) return;
      for (const value of state.values) writeValue(out, value);
    },
    decode: (input) => ({ values: readSet(input, limit) }),
    result: (state) => (state.values === null ? null : state.values.size),
  };
}

function readSet(input: ByteReader, limit: number): Set<NonNullable<Value>> | null {
  const header = input.varint();
  if (header === 0) return null;
  const count = header - 1;
  if (count > limit) {
    throw new CodecError(`A stored set of distinct values announces ${count} values; the limit is ${limit}.`);
  }
  const values = new Set<NonNullable<Value>>();
  for (let i = 0; i < count; i++) {
    const value = readValue(input);
    if (value === null || values.has(value)) {
      throw new CodecError(`A stored set of distinct values holds ${value === null ? 'null' : 'a value twice'}.`);
    }
    values.add(value);
  }
  return values;
}
