import { compileToFunction } from '../expression/compile-js.ts';
import type { PatternDefinition, PatternStep, StepCondition } from '../ir/pattern-definition.ts';

/**
 * Which conditions an event passes by itself, as the log keeps it: bit 2k is the condition of step k, bit 2k + 1 its `until`. What
 * looks at no event but this one is judged when it is ingested, so most events are not kept at all, and the automaton evaluates
 * only what looks at a match.
 */
export function compileBits(steps: readonly PatternStep[]): (event: object) => number {
  const tests = steps.flatMap(({ condition, until }, index) => [
    ...testOf(condition, conditionBit(index)),
    ...(until === null ? [] : testOf(until, untilBit(index))),
  ]);
  return (event) => {
    let bits = 0;
    for (const { bit, passes } of tests) if (passes(event)) bits |= bit;
    return bits;
  };
}

export function conditionBit(step: number): number {
  return 1 << (2 * step);
}

export function untilBit(step: number): number {
  return 2 << (2 * step);
}

interface Test {
  readonly bit: number;
  passes(event: object): boolean;
}

function testOf({ ofEvent }: StepCondition, bit: number): Test[] {
  if (ofEvent === null) return [{ bit, passes: () => true }];
  const value = compileToFunction(ofEvent);
  return [{ bit, passes: (event) => value(event) === true }];
}

/** Whether an event that passes nothing matters as well: where one must be right after another. */
export function needsAllEvents({ steps }: PatternDefinition): boolean {
  const isStrict = ({ contiguity, times }: PatternStep, index: number) =>
    (index > 0 && contiguity === 'next') || (times.most !== 1 && times.contiguity === 'next');
  return steps.some(isStrict);
}
