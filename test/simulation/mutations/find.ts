import { PROVES_ALL } from '../../support/random-cases.ts';
import type { PipelineName } from '../pipelines.ts';
import { mutatedSimulator } from './mutated-simulator.ts';
import type { Mutation } from './mutation.ts';

/** Seeds in which each mutation must be found. */
const SEEDS = 2000;
const MANY = 7;

/** Runs seeds under each mutation until one fails, as one has to; of one pipeline where no other breaks the rules. */
export function findsEach(mutations: readonly Mutation[], pipeline?: PipelineName): void {
  // Of many every other one, unless all are asked for: a search takes up to minutes.
  const tried = PROVES_ALL || mutations.length < MANY ? mutations : mutations.filter((_, index) => index % 2 === 0);
  test.each(tried)('the simulator finds that $name', async (mutation) => {
    const simulate = await mutatedSimulator(mutation);
    const { from = 1 } = mutation;
    for (let seed = from; seed < from + SEEDS; seed++) {
      if ((await simulate(seed, { ...(pipeline !== undefined && { pipeline }) })).violations.length > 0) return;
    }
    throw new Error(
      `None of ${SEEDS} seeds fails. Nothing calls what the mutation replaces, or no invariant depends on the rule.`,
    );
  });
}
