import { casesOf } from '../support/random-cases.ts';
import { simulate } from './simulate.ts';

const SEEDS = casesOf(60);

test.each(['handed', 'handedTotals', 'shares'])(
  `under faults, views of sessions, totals and shares have the rows that they must: %s, ${SEEDS} seeds`,
  async (pipeline) => {
    const failed: object[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violations } = await simulate(seed, { pipeline });
      if (violations.length > 0) failed.push({ seed, violations: violations.slice(0, 3) });
    }
    expect(failed).toEqual([]);
  },
);
