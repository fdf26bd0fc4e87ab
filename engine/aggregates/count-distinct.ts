import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { SCALARS } from '../dsl/column-kind.ts';
import type { Expr } from '../dsl/types.ts';
import type { Value } from '../ir/node.ts';
import { storedForm } from './compare-values.ts';
import { type AggregateDescriptor, WHOLE_NUMBER } from './descriptor.ts';
import { type DistinctOptions, distinctLimit, limitInWords } from './distinct-limit.ts';
import type { AggregateOperator } from './operator.ts';

export interface CountDistinctSpec {
  readonly kind: 'countDistinct';
  readonly limit: number;
}

/**
 * How many different values, exactly. Keeps every value, so it has a limit for each group and window, 10,000 unless
 * set: beyond it the column is null, never a wrong number. For more values, use `approxCountDistinct`.
 */
export function countDistinct(of: Expr, options: DistinctOptions = {}): Aggregate<number | null> {
  const limit = distinctLimit(options, 'countDistinct(…)');
  return aggregateColumn(countDistinctAggregate, { kind: 'countDistinct', limit }, of);
}

export const countDistinctAggregate: AggregateDescriptor<CountDistinctSpec> = {
  kind: 'countDistinct',
  takes: SCALARS,
  takesEvents: false,
  ofNothing: () => 0,
  typeOf: () => ({ ...WHOLE_NUMBER, nullable: true }),
  needsWindowLength: false,
  operator: ({ limit }) => countDistinctOperator(limit),
  settings: limitInWords,
  approximation: () => null,
  sql({ limit }, { value, filter }) {
    const distinct = `count(DISTINCT ${value})${filter}`;
    return `CASE WHEN ${distinct} <= ${limit} THEN ${distinct} END`;
  },
  largest: () => null,
  overRows: null,
  overWindows: {
    how: 'refuse',
    because: 'a value that came in two windows would count twice: make a view of longer windows',
  },
};

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
