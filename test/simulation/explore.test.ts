import { explore, SMALL_FAULTS, type SmallCaseName, type SmallFault } from './explore.ts';

/** What is gone through in seconds; `npm run simulate -- --explore` goes through all. */
const QUICK: readonly SmallFault[] = [
  'nothing',
  'a request is lost',
  'a transaction conflicts',
  'a request is throttled',
  'items and rows are written apart from each other',
  'a wake-up is lost',
];

const CASES: readonly (readonly [SmallCaseName, SmallFault])[] = [
  ...QUICK.map((fault) => ['a window closes', fault] as const),
  ...(Object.keys(SMALL_FAULTS) as SmallFault[])
    .filter((fault) => fault !== 'two finalizers are at it')
    .map((fault) => ['a window waits', fault] as const),
  ['a window is revised', 'nothing'],
];

test.each(CASES)('all interleavings hold what must hold: %s, and what goes wrong is: %s', async (name, fault) => {
  const { states, isWhole, ends, violations } = await explore(name, fault);
  process.stdout.write(`${name}, ${fault}: ${states} states, ${ends} ends\n`);
  expect(violations).toEqual([]);
  expect(isWhole).toBe(true);
});
