import { compileToFunction } from '../expression/compile-js.ts';
import type { FieldNode } from '../ir/join-definition.ts';
import type { Value } from '../ir/node.ts';
import type { Contiguity, PatternDefinition, PatternStep, StepCondition } from '../ir/pattern-definition.ts';
import type { LogRow } from '../joins/event-log.ts';
import { type NestedFields, nestedFields } from '../joins/nested-fields.ts';
import { conditionBit, untilBit } from './bits.ts';
import { END, waitBit } from './partial-match.ts';

/** A pattern as the automaton reads it. Steps are numbered as in the definition. */
export interface CompiledPattern {
  readonly definition: PatternDefinition;
  readonly steps: readonly CompiledStep[];
  /** Where a match can begin. */
  readonly entries: readonly Edge[];
  /** The kept fields of an event. */
  fieldsOf(row: LogRow): NestedFields;
}

export interface CompiledStep {
  readonly index: number;
  readonly definition: PatternStep;
  readonly takes: Test;
  readonly until: Test | null;
  readonly measures: readonly ((fields: NestedFields) => Value)[];
  /** Where a match can go on behind an event of the step: the step itself first, then later ones in order, `END` last. */
  readonly edges: readonly Edge[];
  /** The match is complete with enough events of this step. */
  readonly isEnd: boolean;
}

/** The way from one event of a match to the next. */
export interface Edge {
  /** The step of the next event; null for the end of a match that must wait for its limit. */
  readonly target: number | null;
  /** In `Taken.waits`. */
  readonly bit: number;
  /** Further events of the same step. */
  readonly isLoop: boolean;
  readonly contiguity: Contiguity;
  /** What must not come in between. */
  readonly absent: readonly CompiledAbsence[];
}

export interface CompiledAbsence {
  /** Only right after the event before. */
  readonly isNext: boolean;
  readonly forbids: Test;
}

/** A condition: a bit that the log knows, and what looks at the match, if anything does. */
export interface Test {
  readonly bit: number;
  readonly ofMatch: ((scope: object) => Value) | null;
}

export function compilePattern(definition: PatternDefinition, columns: readonly FieldNode[]): CompiledPattern {
  const { steps } = definition;
  return {
    definition,
    steps: steps.map((step, index) => ({
      index,
      definition: step,
      takes: testOf(step.condition, conditionBit(index)),
      until: step.until === null ? null : testOf(step.until, untilBit(index)),
      measures: step.measures.map(compileToFunction),
      edges: [...loopOf(step, index), ...edgesAfter(steps, index)],
      isEnd: isEndAfter(steps, index) && absencesAfter(steps, index, steps.length).length === 0,
    })),
    entries: edgesAfter(steps, -1),
    // The first of a row's values is the bits.
    fieldsOf: nestedFields(columns, 1),
  };
}

function testOf({ ofMatch }: StepCondition, bit: number): Test {
  return { bit, ofMatch: ofMatch === null ? null : compileToFunction(ofMatch) };
}

function loopOf({ times }: PatternStep, index: number): Edge[] {
  if (times.most === 1) return [];
  return [{ target: index, bit: waitBit(index), isLoop: true, contiguity: times.contiguity, absent: [] }];
}

/** To the steps after one, up to the first that is not optional; from −1, those that a match can begin with. */
function edgesAfter(steps: readonly PatternStep[], from: number): Edge[] {
  const edges: Edge[] = [];
  for (let target = from + 1; target < steps.length; target++) {
    const { isAbsent, isOptional, contiguity } = steps[target] as PatternStep;
    if (isAbsent) continue;
    edges.push({ target, bit: waitBit(target), isLoop: false, contiguity, absent: absencesAfter(steps, from, target) });
    if (!isOptional) return edges;
  }
  const absent = absencesAfter(steps, from, steps.length);
  if (absent.length > 0) edges.push({ target: null, bit: END, isLoop: false, contiguity: 'followedByAny', absent });
  return edges;
}

function isEndAfter(steps: readonly PatternStep[], index: number): boolean {
  return steps.slice(index + 1).every(({ isAbsent, isOptional }) => isAbsent || isOptional);
}

function absencesAfter(steps: readonly PatternStep[], from: number, to: number): CompiledAbsence[] {
  return steps.flatMap(({ isAbsent, contiguity, condition }, index) =>
    isAbsent && index > from && index < to
      ? [{ isNext: contiguity === 'next', forbids: testOf(condition, conditionBit(index)) }]
      : [],
  );
}
