import { explore, type SmallFault } from './explore.ts';

/** Those that are gone through in seconds; `npm run simulate -- --explore` goes through all. */
const QUICK: readonly SmallFault[] = [
  'nothing',
  'a request is lost',
  'a transaction conflicts',
  'a request is throttled',
  'items and rows are written apart from each other',
  'a wake-up is lost',
];

test.each(QUICK)('all interleavings of the smallest case hold what must hold, when %s', async (fault) => {
  const { states, isWhole, ends, violations } = await explore('a window closes', fault);
  process.stdout.write(`When ${fault}: ${states} states, ${ends} ends.\n`);
  expect(violations).toEqual([]);
  expect(isWhole).toBe(true);
});
