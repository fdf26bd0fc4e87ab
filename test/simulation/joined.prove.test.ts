import { simulate } from './simulate.ts';

const SEEDS = 60;

test.each([
  ['joins of two streams', 'joined'],
  ['a join with a view that carries state', 'baselined'],
] as const)(`under faults, %s gives the rows that it must: ${SEEDS} seeds`, async (_name, pipeline) => {
  const failed: object[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations } = await simulate(seed, { pipeline });
    if (violations.length > 0) failed.push({ seed, violations: violations.slice(0, 3) });
  }
  expect(failed).toEqual([]);
});
