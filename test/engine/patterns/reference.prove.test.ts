import type { PatternOutput } from '../../../engine/ir/pattern-definition.ts';
import { PROVES_ALL } from '../../support/random-cases.ts';
import { randomCase } from './random-pattern.ts';
import { Reference } from './reference.ts';
import { inShort, rowsOf, run } from './run-pattern.ts';

const CASES = PROVES_ALL ? 40_000 : 1_500;

/** Both answers to a random case: of the automaton, and of the reference. */
function bothWays(seed: number, output: PatternOutput) {
  const { definition, given, ofMatch, panes } = randomCase(seed);
  const rows = rowsOf(definition, given);
  const reference = new Reference(definition, rows, ofMatch).results(output === 'matches' ? 'match' : 'timeout');
  return {
    found: run(definition, given, { output, panes }).map((match) => {
      const steps = match.events.flatMap((events, step) => events.map(({ values }) => `${step}:${values[1]}`));
      expect(inShort(match).split(' ')).toHaveLength(steps.length);
      return `${match.timeMs} ${steps.join(' ')}`;
    }),
    expected: reference.map(
      ({ timeMs, taken }) => `${timeMs} ${taken.map(({ at, step }) => `${step}:${rows[at]?.values[1]}`).join(' ')}`,
    ),
  };
}

describe('the automaton finds what enumerating all subsequences finds', () => {
  test.each(['matches', 'timeouts'] as const)('%s, whatever the pattern, the events and the panes', (output) => {
    let total = 0;
    for (let seed = 1; seed <= CASES; seed++) {
      const { found, expected } = bothWays(seed, output);
      total += expected.length;
      // Matches of one instant are in the order in which they skip others; time-outs are in none.
      if (output === 'timeouts') for (const rows of [found, expected]) rows.sort();
      expect({ seed, rows: found }).toEqual({ seed, rows: expected });
    }
    expect(total).toBeGreaterThan(CASES / 2);
  });
});
