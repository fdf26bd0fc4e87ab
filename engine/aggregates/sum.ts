import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import type { Num } from '../dsl/types.ts';
import type { Scale } from '../ir/node.ts';
import type { AggregateSql, DialectName } from './aggregate-sql.ts';
import { addedUp, type DecimalSpec, decimalOf, decimalSumOperator, withScale } from './decimals.ts';
import { type AggregateDescriptor, NUMBER, WHOLE_NUMBER } from './descriptor.ts';
import { ExactSum } from './exact-sum.ts';
import type { AggregateOperator } from './operator.ts';
import { SumStates } from './sum-states.ts';

export interface SumSpec extends DecimalSpec {
  readonly kind: 'sum';
}

/** Exact, whatever the order: rounded once, at the end. Of decimals it is a decimal. Of nothing: 0. */
export function sum(of: Num): Aggregate<number> {
  const { of: added, scale } = addedUp(of, 'sum(…)');
  return aggregateColumn(sumAggregate, withScale({ kind: 'sum' }, scale), added);
}

export const sumAggregate: AggregateDescriptor<SumSpec> = {
  kind: 'sum',
  takes: NUMBERS,
  takesEvents: false,
  ofNothing: () => 0,
  typeOf: ({ scale }, { integer }) => (scale !== undefined ? { ...NUMBER, scale } : integer ? WHOLE_NUMBER : NUMBER),
  needsWindowLength: false,
  operator: ({ scale }) => {
    if (scale === undefined) return sumOperator;
    return scale === 'any' ? decimalSumOperator : unitSumOperator(scale);
  },
  settings: () => '',
  approximation: () => null,
  sql: ({ scale }, column) => sumInSql(column, scale),
  largest: (ofArgument) => Math.min(ofArgument * Number.MAX_SAFE_INTEGER, Number.MAX_VALUE),
  overRows: { sql: ({ scale }, value, over) => asDouble(`COALESCE(sum(${value}) ${over}, 0)`, scale) },
  overWindows: { how: 'sum' },
};

/** The most accurate sum of doubles that there is: DuckDB's is compensated (Kahan), Athena has the plain one only. */
const SUM_OF_DOUBLES: Readonly<Record<DialectName, string>> = { DuckDB: 'fsum', Athena: 'sum' };

export function sumInSql(
  { dialect, argument, value, filter }: Pick<AggregateSql, 'dialect' | 'argument' | 'value' | 'filter'>,
  scale?: Scale,
): string {
  const sum = argument.type.integer ? 'sum' : SUM_OF_DOUBLES[dialect.name];
  return asDouble(`COALESCE(${sum}(${value})${filter}, 0)`, scale);
}

/** A DECIMAL is shown as the double nearest to it. */
function asDouble(sum: string, scale: Scale | undefined): string {
  return typeof scale !== 'number' ? sum : `CAST(${sum} AS DOUBLE)`;
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
  columns: {
    looksAt: 'value',
    create: () => new SumStates(),
    createMerged: () => new SumStates(),
    createSlots: () => new SumStates(),
  },
};

/** The sum of decimals in units of their last digit: the double nearest to it. Of nothing: 0. */
function unitSumOperator(scale: number): AggregateOperator<ExactSum> {
  return { ...sumOperator, result: (state) => decimalOf(state.exact(), scale) };
}
