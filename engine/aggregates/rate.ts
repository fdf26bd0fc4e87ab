import { type CountState, countOperator } from './count.ts';
import { nearestQuotient } from './dyadic.ts';
import type { ExactSum } from './exact-sum.ts';
import type { AggregateOperator } from './operator.ts';
import { sumOperator } from './sum.ts';

/** Events a second over the window's length. Of nothing: 0. Null where the window has no length. */
export const eventRateOperator: AggregateOperator<CountState> = {
  ...countOperator,
  result: ({ count }, windowMs) => (windowMs === undefined ? null : (count * 1000) / windowMs),
};

/** The exact sum of numbers, divided by the window's length in seconds, rounded once. Null as for events. */
export const sumRateOperator: AggregateOperator<ExactSum> = {
  ...sumOperator,
  result(state, windowMs) {
    if (windowMs === undefined) return null;
    const { units, exponent } = state.exact();
    return nearestQuotient({ units: units * 1000n, exponent }, BigInt(windowMs));
  },
};
