import { type Aggregate, aggregateColumn } from '../dsl/aggregate-column.ts';
import { ORDERED, SCALARS } from '../dsl/column-kind.ts';
import type { Instant } from '../dsl/shape.ts';
import type { Expr, Nil, Num, StringExpr, TimestampExpr, ValueOf } from '../dsl/types.ts';
import { storedForm } from './compare-values.ts';
import type { AggregateDescriptor } from './descriptor.ts';
import type { AggregateOperator } from './operator.ts';
import { filterOfPairs, PAIRS, type PartType, pairExpression, pairOf, typeOfPart } from './pair.ts';
import { type RankedState, Ranking } from './ranked.ts';

/** What has an order. */
export type Ordered = Num | StringExpr<string | null> | TimestampExpr<Instant | null>;

export interface ArgMaxSpec {
  readonly kind: 'argMax';
  readonly of: PartType;
}

export interface ArgMinSpec {
  readonly kind: 'argMin';
  readonly of: PartType;
}

/**
 * A value of the event in which `by` is greatest; of several such events that of the latest, and of those the greatest value. Events
 * in which one of the two is null are passed over. Of nothing: null.
 */
export function argMax<T, B extends Ordered>(of: Expr<T>, by: B): Aggregate<T | Nil<ValueOf<B>>, null> {
  const spec = { kind: 'argMax', of: typeOfPart(of, 'argMax(…)') } as const;
  return aggregateColumn(argMaxAggregate, spec, pairExpression('argMax(…)', [of, SCALARS], [by, ORDERED]));
}

/** As `argMax`, of the event in which `by` is least; of several the earliest, and of those the least value. */
export function argMin<T, B extends Ordered>(of: Expr<T>, by: B): Aggregate<T | Nil<ValueOf<B>>, null> {
  const spec = { kind: 'argMin', of: typeOfPart(of, 'argMin(…)') } as const;
  return aggregateColumn(argMinAggregate, spec, pairExpression('argMin(…)', [of, SCALARS], [by, ORDERED]));
}

export const argMaxAggregate: AggregateDescriptor<ArgMaxSpec> = { kind: 'argMax', ...descriptor('max_by', true) };
export const argMinAggregate: AggregateDescriptor<ArgMinSpec> = { kind: 'argMin', ...descriptor('min_by', false) };

function descriptor(
  by: 'min_by' | 'max_by',
  isMax: boolean,
): Omit<AggregateDescriptor<ArgMaxSpec | ArgMinSpec>, 'kind'> {
  const operator = argOperator(isMax);
  return {
    takes: PAIRS,
    takesEvents: false,
    ofNothing: () => null,
    typeOf: ({ of }) => ({ ...of, nullable: false }),
    needsWindowLength: false,
    operator: () => operator,
    settings: () => '',
    approximation: () => null,
    sql(_, column) {
      const [value, rank] = column.operands;
      return `${by}(${value}, ROW(${rank}, ${column.eventTime}, ${value}))${filterOfPairs(column)}`;
    },
    largest: () => null,
    overRows: null,
    overWindows: { how: 'refuse', because: 'what it is the greatest or least by is not in the rows' },
  };
}

/** One event: what it is ranked by, its time and its value. */
export function argOperator(isMax: boolean): AggregateOperator<RankedState> {
  const ranking = new Ranking(1, 3, isMax);
  return {
    create: () => ranking.create(),
    add(state, pair, timeMs) {
      const [value, by] = pairOf(pair);
      ranking.add(state, [storedForm(by), timeMs, storedForm(value)]);
    },
    merge: (into, from) => ranking.merge(into, from),
    encode: (state, out) => ranking.encode(state, out),
    decode: (input) => ranking.decode(input),
    result: ({ first }) => first[0]?.[2] ?? null,
  };
}
