import fc from 'fast-check';
import { countOperator } from '../../../engine/aggregates/count.ts';
import { obeysTheLaws, withTimes } from './laws.ts';
import { texts } from './values.ts';

describe('count', () => {
  obeysTheLaws({
    operator: countOperator,
    entries: withTimes(fc.array(texts)),
    expected: (entries) => entries.length,
  });

  test('of nothing is 0', () => {
    expect(countOperator.result(countOperator.create())).toBe(0);
  });
});
