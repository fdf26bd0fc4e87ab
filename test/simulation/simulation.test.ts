import { NO_FAULTS } from './faults.ts';
import { expectNoViolations, QUICK_SEEDS } from './seeds.ts';
import { simulate } from './simulate.ts';

test(`under faults of every kind, all holds that must hold: ${QUICK_SEEDS} seeds`, async () => {
  const kinds = new Set<string>();
  await expectNoViolations(1, QUICK_SEEDS, ({ faults }) => {
    for (const kind of faults.keys()) kinds.add(kind);
  });
  expect([...kinds].sort()).toEqual(Object.keys(NO_FAULTS).sort());
});

test('a seed gives the same run each time', async () => {
  const [first, second] = [await simulate(4711, { trace: true }), await simulate(4711, { trace: true })];
  expect(second.trace).toEqual(first.trace);
  expect(first.trace.length).toBeGreaterThan(100);
});

test('two streams that are joined, one of them idle or empty at times, give the rows that they must', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const { violations } = await simulate(seed, { pipeline: 'joined' });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }
});

test.each(['handed', 'handedTotals', 'shares'])(
  'views of sessions, of totals and of shares have the rows that they must: %s',
  async (pipeline) => {
    for (let seed = 1; seed <= 2; seed++) {
      const { violations } = await simulate(seed, { pipeline });
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  },
);
