import { type Outcome, simulate } from './simulate.ts';

/** Seeds that `npm test` runs; `npm run prove` goes on from there, and `npm run simulate` runs any number. */
export const QUICK_SEEDS = 200;

/** Runs `seeds` seeds from the first, and fails with what did not hold in each. */
export async function expectNoViolations(
  first: number,
  seeds: number,
  look: (outcome: Outcome) => void = () => undefined,
): Promise<void> {
  const failed: object[] = [];
  for (let seed = first; seed < first + seeds; seed++) {
    const outcome = await simulate(seed);
    const { pipeline, violations } = outcome;
    if (violations.length > 0) failed.push({ seed, pipeline, violations: violations.slice(0, 3) });
    look(outcome);
  }
  expect(failed).toEqual([]);
}
