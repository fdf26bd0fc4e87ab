import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import type { Num } from '../dsl/types.ts';
import type { AggregateSql, DialectName } from './aggregate-sql.ts';
import { type AggregateDescriptor, NUMBER, WHOLE_NUMBER } from './descriptor.ts';
import { ExactSum } from './exact-sum.ts';
import type { AggregateOperator } from './operator.ts';
import { SumStates } from './sum-states.ts';

export interface SumSpec {
  readonly kind: 'sum';
}

/** Exact, whatever the order: rounded once, at the end. Of nothing: 0. */
export function sum(of: Num): Aggregate<number> {
  return aggregateColumn(sumAggregate, { kind: 'sum' }, of);
}

export const sumAggregate: AggregateDescriptor<SumSpec> = {
  kind: 'sum',
  takes: NUMBERS,
  takesEvents: false,
  ofNothing: () => 0,
  typeOf: (_, { integer }) => (integer ? WHOLE_NUMBER : NUMBER),
  needsWindowLength: false,
  operator: () => sumOperator,
  settings: () => '',
  approximation: () => null,
  sql: (_, column) => sumInSql(column),
  largest: (ofArgument) => Math.min(ofArgument * Number.MAX_SAFE_INTEGER, Number.MAX_VALUE),
  overRows: { sql: (_, value, over) => `COALESCE(sum(${value}) ${over}, 0)` },
  overWindows: { how: 'sum' },
};

/** The most accurate sum of doubles that there is: DuckDB's is compensated (Kahan), Athena has the plain one only. */
const SUM_OF_DOUBLES: Readonly<Record<DialectName, string>> = { DuckDB: 'fsum', Athena: 'sum' };

export function sumInSql({
  dialect,
  argument,
  value,
  filter,
}: Pick<AggregateSql, 'dialect' | 'argument' | 'value' | 'filter'>): string {
  const sum = argument.type.integer ? 'sum' : SUM_OF_DOUBLES[dialect.name];
  return `COALESCE(${sum}(${value})${filter}, 0)`;
}

/**
 * The sum of numbers, exact until it is rounded once. Of nothing: 0. Null where it is beyond the range of doubles
 * (about 1.8e308).
 */
export const sumOperator: AggregateOperator<ExactSum> = {
  create: () => new ExactSum(),
  add(state, value) {
    if (typeof value === 'bigint') state.addWhole(value);
    else state.add(value as number);
  },
  merge(into, from) {
    into.merge(from);
  },
  encode(state, out) {
    state.encode(out);
  },
  decode: (input) => ExactSum.decode(input),
  result: (state) => state.value(),
  columns: { looksAt: 'value', create: () => new SumStates(), createMerged: () => new SumStates() },
};
