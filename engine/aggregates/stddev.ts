import type { Moments, VarianceOf } from './moments.ts';
import type { AggregateOperator } from './operator.ts';
import { varianceOperator } from './variance.ts';

/** The standard deviation of numbers: the square root of the variance, and null where that is. */
export function stddevOperator(of: VarianceOf): AggregateOperator<Moments> {
  return {
    ...varianceOperator(of),
    result(state) {
      const variance = state.variance(of);
      return variance === null ? null : Math.sqrt(variance);
    },
  };
}
