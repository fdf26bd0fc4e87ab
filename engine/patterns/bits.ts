import { compileToFunction } from '../expression/compile-js.ts';
import type { ExpressionNode } from '../ir/node.ts';
import type { PatternDefinition, PatternStep } from '../ir/pattern-definition.ts';

/** What an event must pass by itself to have a bit. */
export interface EventTest {
  readonly bit: number;
  /** Null where all events pass. */
  readonly ofEvent: ExpressionNode | null;
}

/**
 * Which conditions an event passes by itself, as the log keeps it: bit 2k is the condition of step k, bit 2k + 1 its `until`. What
 * looks at no event but this one is judged when it is ingested, so most events are not kept at all, and the automaton evaluates
 * only what looks at a match.
 */
export function eventTests(steps: readonly PatternStep[]): EventTest[] {
  return steps.flatMap(({ condition, until }, index) => [
    { bit: conditionBit(index), ofEvent: condition.ofEvent },
    ...(until === null ? [] : [{ bit: untilBit(index), ofEvent: until.ofEvent }]),
  ]);
}

/** The bits of an event. */
export function compileBits(tests: readonly EventTest[]): (event: object) => number {
  const compiled = tests.map(({ bit, ofEvent }) => ({ bit, value: ofEvent && compileToFunction(ofEvent) }));
  return (event) => {
    let bits = 0;
    for (const { bit, value } of compiled) if (value === null || value(event) === true) bits |= bit;
    return bits;
  };
}

export function conditionBit(step: number): number {
  return 1 << (2 * step);
}

export function untilBit(step: number): number {
  return 2 << (2 * step);
}

/** Whether an event that passes nothing matters as well: where one must be right after another. */
export function needsAllEvents({ steps }: PatternDefinition): boolean {
  const isStrict = ({ contiguity, times }: PatternStep, index: number) =>
    (index > 0 && contiguity === 'next') || (times.most !== 1 && times.contiguity === 'next');
  return steps.some(isStrict);
}
