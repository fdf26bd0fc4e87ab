import fc from 'fast-check';
import { eventRateOperator, sumRateOperator } from '../../../engine/aggregates/rate.ts';
import { obeysTheLaws, withTimes } from './laws.ts';
import { nearestDouble, sumOf } from './reference.ts';
import { anyNumbers, lists, texts } from './values.ts';

describe.each([1, 60_000])('rate over %d ms', (windowMs) => {
  describe('of events', () => {
    obeysTheLaws({
      operator: { ...eventRateOperator, result: (state) => eventRateOperator.result(state, windowMs) },
      entries: withTimes(fc.array(texts)),
      expected: (entries) => entries.length / (windowMs / 1000),
    });
  });

  describe('of numbers', () => {
    obeysTheLaws({
      operator: { ...sumRateOperator, result: (state) => sumRateOperator.result(state, windowMs) },
      entries: withTimes(lists(anyNumbers)),
      expected(entries) {
        const { numerator, denominator } = sumOf(entries.map(({ value }) => value as number));
        return nearestDouble({ numerator: numerator * 1000n, denominator: denominator * BigInt(windowMs) });
      },
    });
  });
});

test('a rate of nothing is 0, and of a window without a length null', () => {
  const events = eventRateOperator.create();
  const sum = sumRateOperator.create();
  expect([eventRateOperator.result(events, 1000), sumRateOperator.result(sum, 1000)]).toEqual([0, 0]);
  expect([eventRateOperator.result(events), sumRateOperator.result(sum)]).toEqual([null, null]);
});
