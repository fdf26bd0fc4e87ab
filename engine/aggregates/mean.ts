import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { NUMBERS } from '../dsl/column-kind.ts';
import type { Nil, NumberExpr } from '../dsl/types.ts';
import type { DialectName } from './aggregate-sql.ts';
import { addedUp, type DecimalSpec, decimalOf, decimalSumOperator, withScale } from './decimals.ts';
import { type AggregateDescriptor, NUMBER } from './descriptor.ts';
import type { ExactSum } from './exact-sum.ts';
import type { AggregateOperator } from './operator.ts';
import { sumOperator } from './sum.ts';
import { MeanStates } from './sum-states.ts';

export interface MeanSpec extends DecimalSpec {
  readonly kind: 'mean';
}

/** The arithmetic mean of the values that are not null. Of nothing: null. */
export function mean<T extends number | null>(of: NumberExpr<T>): Aggregate<number | Nil<T>, null> {
  const { of: added, scale } = addedUp(of, 'mean(…)');
  return aggregateColumn(meanAggregate, withScale({ kind: 'mean' }, scale), added);
}

export const meanAggregate: AggregateDescriptor<MeanSpec> = {
  kind: 'mean',
  takes: NUMBERS,
  takesEvents: false,
  ofNothing: () => null,
  typeOf: () => NUMBER,
  needsWindowLength: false,
  operator: ({ scale }) => {
    if (scale === undefined) return meanOperator;
    return scale === 'any' ? decimalMeanOperator : unitMeanOperator(scale);
  },
  settings: () => '',
  approximation: () => null,
  // Of whole numbers `avg` adds exactly in DuckDB, also beyond 2^53.
  sql: ({ scale }, { dialect, argument, value, filter }) =>
    typeof scale === 'number'
      ? `CAST(sum(${value})${filter} AS DOUBLE) / NULLIF(count(${value})${filter}, 0)`
      : `${argument.type.integer ? 'avg' : MEAN_OF_DOUBLES[dialect.name]}(${value})${filter}`,
  largest: (ofArgument) => ofArgument,
  overRows: {
    sql: ({ scale }, value, over) =>
      typeof scale === 'number'
        ? `CAST(sum(${value}) ${over} AS DOUBLE) / NULLIF(count(${value}) ${over}, 0)`
        : `avg(${value}) ${over}`,
  },
  overWindows: {
    how: 'ratio',
    of: 'sum',
    to: 'count',
    because:
      'windows of few events would weigh as much as those of many: let the view have the sum and the count of the same values as well',
  },
};

/** The most accurate mean of doubles that there is: DuckDB's is compensated (Kahan), Athena has the plain one only. */
const MEAN_OF_DOUBLES: Readonly<Record<DialectName, string>> = { DuckDB: 'favg', Athena: 'avg' };

export interface MeanState<Sum = ExactSum> {
  count: number;
  readonly sum: Sum;
}

/** A count beside a sum, and of nothing: null. */
function meanBy<Sum>(
  sums: AggregateOperator<Sum>,
  quotient: (sum: Sum, count: number) => number | null,
): AggregateOperator<MeanState<Sum>> {
  return {
    create: () => ({ count: 0, sum: sums.create() }),
    add(state, value, timeMs) {
      state.count += 1;
      sums.add(state.sum, value, timeMs);
    },
    merge(into, from) {
      into.count += from.count;
      sums.merge(into.sum, from.sum);
    },
    encode(state, out) {
      out.varint(state.count);
      sums.encode(state.sum, out);
    },
    decode: (input) => ({ count: input.varint(), sum: sums.decode(input) }),
    result: ({ count, sum }) => (count === 0 ? null : quotient(sum, count)),
  };
}

/** The arithmetic mean of numbers: the double nearest to exact sum / count. Of nothing: null. */
export const meanOperator: AggregateOperator<MeanState> = {
  ...meanBy(sumOperator, (sum, count) => sum.dividedBy(count)),
  columns: {
    looksAt: 'value',
    create: () => new MeanStates(),
    createMerged: () => new MeanStates(),
    createSlots: () => new MeanStates(),
  },
};

/** The same of decimals in units of their last digit. */
function unitMeanOperator(scale: number): AggregateOperator<MeanState> {
  return {
    ...meanOperator,
    result: ({ count, sum }) => (count === 0 ? null : decimalOf(sum.exact(), scale, BigInt(count))),
  };
}

/** The same of decimals of any scale. */
const decimalMeanOperator = meanBy(decimalSumOperator, (sum, count) => sum.dividedBy(BigInt(count)));
