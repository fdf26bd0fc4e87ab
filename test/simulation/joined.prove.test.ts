import { simulate } from './simulate.ts';

const SEEDS = 60;

test(`under faults, joins of two streams give the rows that they must: ${SEEDS} seeds`, async () => {
  const failed: object[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations } = await simulate(seed, { pipeline: 'joined' });
    if (violations.length > 0) failed.push({ seed, violations: violations.slice(0, 3) });
  }
  expect(failed).toEqual([]);
});
