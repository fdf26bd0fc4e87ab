import { explore, type SmallCaseName, type SmallFault } from './explore.ts';

/** Goes through all interleavings of small cases, each with one kind of fault. */
export function holdAlways(cases: readonly (readonly [SmallCaseName, SmallFault])[]): void {
  test.each(cases)('all interleavings hold what must hold: %s, and what goes wrong is: %s', async (name, fault) => {
    const { states, isWhole, ends, violations } = await explore(name, fault);
    process.stdout.write(`${name}, ${fault}: ${states} states, ${ends} ends\n`);
    expect(violations).toEqual([]);
    expect(isWhole).toBe(true);
  });
}
