import { thousands } from '../../../bin/cli/thousands.ts';

test.each([0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 9_007_199_254_740_991])(
  '%d is written as English numbers are',
  (count) => {
    expect(thousands(count)).toBe(count.toLocaleString('en-US'));
  },
);
