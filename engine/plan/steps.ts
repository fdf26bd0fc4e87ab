import { type Constants, compileExpression, type Scope } from '../expression/compile-js.ts';
import { isComputed } from '../ir/source-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { FILTERED } from './accumulated.ts';
import { beginExplode } from './explode.ts';
import { fieldsReadBy } from './fields-read.ts';

/** A scope that derived columns are added to. */
export interface StepScope extends Scope {
  readonly locals: Map<string, string>;
  readonly elements: Map<string, string>;
  /** Whether the view reads a field of its events, or of an element of them. */
  readonly isRead: (path: readonly string[]) => boolean;
  /** The statement that says what becomes of an event, or of an element of it. */
  exit: (outcome: number | string) => string;
  /** What ends the loops over elements that were begun. */
  readonly ends: string[];
}

export function stepScope(view: ViewDefinition, constants: Constants): StepScope {
  const exit = (outcome: number | string) => `return ${outcome};`;
  return {
    root: 'event',
    locals: new Map(),
    elements: new Map(),
    isRead: fieldsReadBy([view]),
    isRow: isComputed(view.source),
    constants,
    exit,
    ends: [],
  };
}

/** Filters and derived columns, which the scope then knows. */
export function stepLines({ steps }: ViewDefinition, scope: StepScope): string[] {
  return steps.map((step) => {
    if (step.step === 'where')
      return `if (${compileExpression(step.condition, scope)} !== true) ${scope.exit(FILTERED)}`;
    if (step.step === 'explode') return beginExplode(step, scope);
    const local = `c${scope.locals.size}`;
    const line = `const ${local} = ${compileExpression(step.node, scope)};`;
    scope.locals.set(step.name, local);
    return line;
  });
}
