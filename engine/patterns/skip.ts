import { BugError } from '../ir/bug-error.ts';
import type { PatternDefinition } from '../ir/pattern-definition.ts';
import type { Taken } from './partial-match.ts';

/** What a complete match leaves of the others, open or complete at the same instant. */
export type Survives = (other: Taken) => boolean;

/** Compiles a skip strategy; null where it leaves all. */
export function compileSkip({ skip, steps }: PatternDefinition): ((match: Taken) => Survives) | null {
  switch (skip.kind) {
    case 'none':
      return null;
    case 'toNext':
      return ({ start }) =>
        (other) =>
          other.start.ordinal !== start.ordinal;
    case 'pastLast':
      return ({ ordinal }) => beginsFrom(ordinal + 1);
    case 'toFirst':
    case 'toLast': {
      const index = steps.findIndex(({ name }) => name === skip.step);
      return (match) => {
        for (const last of match.steps()) {
          if (last.step === index) return beginsFrom(skip.kind === 'toLast' ? last.ordinal : last.first.ordinal);
        }
        throw new BugError(`A match has no event of step '${skip.step}', which its pattern skips to.`);
      };
    }
  }
}

function beginsFrom(ordinal: number): Survives {
  return ({ start }) => start.ordinal >= ordinal;
}

/**
 * The order of matches that are complete at one instant: the one that began first, then the one of more events, then the one
 * whose events came first. Those behind a match are the ones that it can skip.
 */
export function compareMatches(a: Taken, b: Taken): number {
  const byStart = a.start.ordinal - b.start.ordinal;
  if (byStart !== 0) return byStart;
  const byLength = lengthOf(b) - lengthOf(a);
  if (byLength !== 0) return byLength;
  const [chainA, chainB] = [a.chain(), b.chain()];
  for (let i = 0; i < Math.min(chainA.length, chainB.length); i++) {
    const [left, right] = [chainA[i] as Taken, chainB[i] as Taken];
    // Of the same events, the one whose earlier steps took more of them.
    const order = left.ordinal - right.ordinal || left.step - right.step;
    if (order !== 0) return order;
  }
  return 0;
}

/** Events of a match. */
function lengthOf(match: Taken): number {
  let length = 0;
  for (const { count } of match.steps()) length += count;
  return length;
}
