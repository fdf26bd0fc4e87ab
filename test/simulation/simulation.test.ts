import { NO_FAULTS } from './faults.ts';
import { simulate } from './simulate.ts';

/** Seeds that run with the tests; `npm run simulate` runs any number. */
const SEEDS = 2000;
const CHUNK = 250;
const chunks = Array.from({ length: SEEDS / CHUNK }, (_, index) => 1 + index * CHUNK);

test.each(chunks)('under faults, all holds that must hold: 250 seeds from %i', async (from) => {
  const failed: object[] = [];
  for (let seed = from; seed < from + CHUNK; seed++) {
    const { pipeline, violations } = await simulate(seed);
    if (violations.length > 0) failed.push({ seed, pipeline, violations: violations.slice(0, 3) });
  }
  expect(failed).toEqual([]);
});

test('a seed gives the same run each time', async () => {
  const [first, second] = [await simulate(4711, { trace: true }), await simulate(4711, { trace: true })];
  expect(second.trace).toEqual(first.trace);
  expect(first.trace.length).toBeGreaterThan(100);
});

test('the seeds inject every kind of fault', async () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 300; seed++) for (const kind of (await simulate(seed)).faults.keys()) kinds.add(kind);
  expect([...kinds].sort()).toEqual(Object.keys(NO_FAULTS).sort());
});
