import { MUTATIONS } from './mutations.ts';
import { firstFailure } from './run-mutant.ts';

/** Of each mutant at most. */
const SEEDS = 2000;

test.concurrent.each(MUTATIONS)(
  'the simulator finds that $name',
  async (mutation) => {
    const failure = await firstFailure(mutation, SEEDS);
    expect(failure?.seed).toBeLessThanOrEqual(SEEDS);
    expect(failure?.violations.length).toBeGreaterThan(0);
  },
  600_000,
);
