import type { ExpressionNode } from '../ir/node.ts';
import type { PatternStep } from '../ir/pattern-definition.ts';
import { ONCE } from './pattern-options.ts';
import type { Quantity } from './pattern-types.ts';

/** A step as a callback sees it: how many events it takes; `soFar` of the step whose own condition it is. */
export interface SeenStep {
  readonly name: string;
  readonly takes: Quantity | 'soFar';
}

/** By step: the numbers of its events that there are sums and the like of. */
export type Measures = Map<string, ExpressionNode[]>;

/** The steps that take events, as callbacks see them. */
export function seenSteps(steps: readonly PatternStep[]): readonly SeenStep[] {
  return steps.filter(({ isAbsent }) => !isAbsent).map((step) => ({ name: step.name, takes: quantityOf(step) }));
}

export function soFar(name: string): SeenStep {
  return { name, takes: 'soFar' };
}

function quantityOf({ times, isOptional }: PatternStep): Quantity {
  if (times === ONCE) return isOptional ? 'perhaps' : 'one';
  return isOptional ? 'perhapsSeveral' : 'several';
}

export function measuresOf(steps: readonly PatternStep[]): ReadonlyMap<string, readonly ExpressionNode[]> {
  return new Map(steps.map(({ name, measures }) => [name, measures]));
}

/** The steps with the measures that a callback asked for. */
export function withMeasures(
  steps: readonly PatternStep[],
  { measures }: { readonly measures: Measures },
): readonly PatternStep[] {
  return steps.map((step) => ({ ...step, measures: measures.get(step.name) ?? [] }));
}
