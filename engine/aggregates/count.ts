import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { SCALARS } from '../dsl/column-kind.ts';
import type { Expr } from '../dsl/types.ts';
import { CountStates } from './count-states.ts';
import { type AggregateDescriptor, WHOLE_NUMBER } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';

export interface CountSpec {
  readonly kind: 'count';
}

/** Events, or where an expression is given, events in which it is not null. Of nothing: 0. */
export function count(of?: Expr): Aggregate<number> {
  return aggregateColumn(countAggregate, { kind: 'count' }, of);
}

export const countAggregate: AggregateDescriptor<CountSpec> = {
  kind: 'count',
  // It looks at no value.
  takes: [...SCALARS, 'json'],
  takesEvents: true,
  ofNothing: () => 0,
  typeOf: () => WHOLE_NUMBER,
  needsWindowLength: false,
  operator: () => countOperator,
  settings: () => '',
  approximation: () => null,
  sql: (_, { value, filter }) => `count(${value})${filter}`,
  largest: () => null,
  overRows: null,
  overWindows: { how: 'sum' },
};

export interface CountState {
  count: number;
}

/** How many events (`count()`), or how many values that are not null (`count(x)`): the caller passes over nulls. */
export const countOperator: AggregateOperator<CountState> = {
  create: () => ({ count: 0 }),
  add(state) {
    state.count += 1;
  },
  merge(into, from) {
    into.count += from.count;
  },
  encode(state, out) {
    out.varint(state.count);
  },
  decode: (input) => ({ count: input.varint() }),
  result: (state) => state.count,
  columns: {
    looksAt: 'presence',
    create: () => new CountStates(),
    createMerged: () => new CountStates(),
    createSlots: () => new CountStates(),
  },
};
