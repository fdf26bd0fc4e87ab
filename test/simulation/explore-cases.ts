import { explore, SMALL_FAULTS, type SmallCaseName, type SmallFault } from './explore.ts';

type Case = readonly [SmallCaseName, SmallFault];

/** Faults of the smallest case in `npm test`: of a writer and of a process. */
const QUICK: readonly SmallFault[] = ['a reply is lost', 'a container dies'];
const OTHERS = (Object.keys(SMALL_FAULTS) as SmallFault[]).filter(
  (fault) => fault !== 'two finalizers are at it' && !QUICK.includes(fault),
);
export const QUICK_CASES: readonly Case[] = QUICK.map((fault) => ['a window waits', fault]);
export const OTHER_CASES: readonly Case[] = OTHERS.map((fault) => ['a window waits', fault]);

/** Goes through all interleavings of small cases, each with one kind of fault. */
export function holdAlways(cases: readonly Case[]): void {
  test.each(cases)('all interleavings hold what must hold: %s, and what goes wrong is: %s', async (name, fault) => {
    const { states, isWhole, ends, violations } = await explore(name, fault);
    process.stdout.write(`${name}, ${fault}: ${states} states, ${ends} ends\n`);
    expect(violations).toEqual([]);
    expect(isWhole).toBe(true);
  });
}
