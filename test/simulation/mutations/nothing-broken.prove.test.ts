import { mutatedSimulator } from './mutated-simulator.ts';
import { MUTATIONS } from './mutations.ts';

const SEEDS = 60;

test('the simulator loads all that mutations replace, and with nothing in its place no seed fails', async () => {
  const paths = new Set(MUTATIONS.flatMap(({ replacements }) => replacements.map(({ path }) => path)));
  const replacements = [...paths].map((path) => ({ path, change: () => ({}) }));
  const simulate = await mutatedSimulator({ name: 'nothing is broken', replacements });
  const failed: object[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations } = await simulate(seed);
    if (violations.length > 0) failed.push({ seed, violations });
  }
  expect(failed).toEqual([]);
});
