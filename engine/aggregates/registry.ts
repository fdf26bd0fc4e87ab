import type { AggregateKind, AggregateSpec } from '../ir/aggregate.ts';
import { DefinitionError } from '../ir/errors.ts';
import type { ValueKind, ValueType } from '../ir/node.ts';
import { approxCountDistinctOperator } from './approx-count-distinct.ts';
import { countOperator } from './count.ts';
import { countDistinctOperator } from './count-distinct.ts';
import { firstOperator } from './first.ts';
import { histogramOperator } from './histogram.ts';
import { lastOperator } from './last.ts';
import { maxNumberOperator, maxTextOperator } from './max.ts';
import { meanOperator } from './mean.ts';
import { minNumberOperator, minTextOperator } from './min.ts';
import type { AggregateOperator } from './operator.ts';
import { quantileOperator } from './quantile.ts';
import { eventRateOperator, sumRateOperator } from './rate.ts';
import { stddevOperator } from './stddev.ts';
import { sumOperator } from './sum.ts';
import { topKOperator } from './top-k.ts';
import { varianceOperator } from './variance.ts';

/**
 * The operator of an aggregate over values of a type; `argument` is null for `count()` and `rate()` of events. Throws a
 * `DefinitionError` where the aggregate does not take such values.
 */
export function operatorFor(spec: AggregateSpec, argument: ValueType | null): AggregateOperator {
  const kind = checkedKind(spec.kind, argument);
  switch (spec.kind) {
    case 'count':
      return countOperator;
    case 'sum':
      return sumOperator;
    case 'mean':
      return meanOperator;
    case 'min':
      return kind === 'string' ? minTextOperator : minNumberOperator;
    case 'max':
      return kind === 'string' ? maxTextOperator : maxNumberOperator;
    case 'first':
      return firstOperator;
    case 'last':
      return lastOperator;
    case 'variance':
      return varianceOperator(spec.of);
    case 'stddev':
      return stddevOperator(spec.of);
    case 'countDistinct':
      return countDistinctOperator(spec.limit);
    case 'approxCountDistinct':
      return approxCountDistinctOperator;
    case 'quantile':
      return quantileOperator(spec.q, spec.relativeError);
    case 'topK':
      return topKOperator(spec.k, spec.limit, kind === 'instant');
    case 'histogram':
      return histogramOperator(spec.bounds);
    case 'rate':
      return kind === null ? eventRateOperator : sumRateOperator;
  }
}

const NUMBERS: readonly ValueKind[] = ['number'];
const ORDERED: readonly ValueKind[] = ['number', 'instant', 'string'];
const SCALARS: readonly ValueKind[] = ['number', 'instant', 'string', 'boolean'];

/** What each aggregate takes. `count` looks at no value, so it takes JSON values as well. */
const ARGUMENTS: Readonly<Record<AggregateKind, readonly ValueKind[]>> = {
  count: [...SCALARS, 'json'],
  sum: NUMBERS,
  mean: NUMBERS,
  variance: NUMBERS,
  stddev: NUMBERS,
  min: ORDERED,
  max: ORDERED,
  first: SCALARS,
  last: SCALARS,
  countDistinct: SCALARS,
  approxCountDistinct: SCALARS,
  quantile: NUMBERS,
  topK: SCALARS,
  histogram: NUMBERS,
  rate: NUMBERS,
};

function checkedKind(aggregate: AggregateKind, argument: ValueType | null): ValueKind | null {
  const accepted = ARGUMENTS[aggregate];
  if (argument === null) {
    if (aggregate === 'count' || aggregate === 'rate') return null;
    throw new DefinitionError(`${aggregate}() needs the expression to aggregate: a ${accepted.join(' or ')}.`);
  }
  if (accepted.includes(argument.kind)) return argument.kind;
  throw new DefinitionError(
    `${aggregate}() does not take an expression of kind ${argument.kind}; it takes ${accepted.join(' or ')}.`,
  );
}
