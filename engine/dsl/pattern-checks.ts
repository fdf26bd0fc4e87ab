import { DefinitionError } from '../ir/errors.ts';
import { fieldAt, type StructShape } from '../ir/field-shape.ts';
import { MATCH_COLUMNS } from '../ir/match-shape.ts';
import type { NamedNode } from '../ir/node.ts';
import type { PatternDefinition, PatternStep } from '../ir/pattern-definition.ts';
import { pathsKept } from './pattern-columns.ts';

/** Refuses a step's name that is none, or is taken. */
export function checkStepName(name: unknown, steps: readonly PatternStep[], where: string): void {
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name) || name === '__proto__') {
    throw new DefinitionError(
      `${where}: a step's name has 1 to 63 characters, letters, digits and _, and does not begin with a digit.`,
    );
  }
  if (steps.some((step) => step.name === name)) {
    throw new DefinitionError(`${where}: there is a step of this name already. Give each step a name of its own.`);
  }
}

export function checkSelected(name: string, where: string): void {
  if (!(MATCH_COLUMNS as readonly string[]).includes(name)) return;
  throw new DefinitionError(`${where}: '${name}' is a column that every match has. Take another name.`);
}

/** Refuses a pattern that no match could complete, that would never be known to be complete, or that would find one match for ever. */
export function checkPattern(pattern: PatternDefinition, where: string): void {
  const { steps } = pattern;
  const [first] = steps;
  if (first === undefined)
    throw new DefinitionError(`${where}: the pattern has no steps. Call .begin('first', …) first.`);
  if (first.isAbsent) {
    throw new DefinitionError(
      `${where}: the pattern begins with '${first.name}', which must not come, and nothing says from when on. Begin with a step that takes an event.`,
    );
  }
  if (steps.every(({ isAbsent, isOptional }) => isAbsent || isOptional)) {
    throw new DefinitionError(
      `${where}: all steps are optional, so no event at all would be a match. Let one be required.`,
    );
  }
  checkAbsence(pattern, where);
  checkGreedy(steps, where);
  checkSkip(pattern, where);
}

/** That nothing came at the end is known when time has run out, and never without a limit. */
function checkAbsence({ steps, within }: PatternDefinition, where: string): void {
  const absent = steps.find(({ isAbsent }, index) => isAbsent && canEndAfter(steps, index));
  if (absent === undefined || within !== null) return;
  throw new DefinitionError(
    `${where}: the pattern can end with '${absent.name}', which must not come, and without a limit nobody knows that it does not. Say until when with .within('5 minutes').`,
  );
}

function checkGreedy(steps: readonly PatternStep[], where: string): void {
  steps.forEach(({ name, times, isAbsent }, index) => {
    if (isAbsent || !times.isGreedy) return;
    if (times.contiguity === 'followedByAny') {
      throw new DefinitionError(
        `${where}: step '${name}' is greedy and makes a match of each choice of its events. Leave greedy() out, or let its events be next or followedBy.`,
      );
    }
    const isEnd = canEndAfter(steps, index) && !steps.slice(index + 1).some((step) => step.isAbsent);
    if (!isEnd) return;
    throw new DefinitionError(
      `${where}: step '${name}' is greedy and can be the last, so nothing says when it has all its events. End the pattern with notFollowedBy(…) of the same condition and .within(…), or leave greedy() out.`,
    );
  });
}

/** Whether a match can be complete without an event of a later step. */
function canEndAfter(steps: readonly PatternStep[], index: number): boolean {
  return steps.slice(index + 1).every(({ isAbsent, isOptional }) => isAbsent || isOptional);
}

/** To go on where a match began is to find it again, for ever. */
function checkSkip({ steps, skip }: PatternDefinition, where: string): void {
  if (skip.kind !== 'toFirst' && skip.kind !== 'toLast') return;
  const index = steps.findIndex(({ name }) => name === skip.step);
  const step = steps[index];
  if (step === undefined || step.isAbsent) {
    throw new DefinitionError(
      `${where}: skip goes to step '${skip.step}', and ${step === undefined ? 'there is no such step' : 'that takes no events'}. The steps are ${steps
        .filter(({ isAbsent }) => !isAbsent)
        .map(({ name }) => name)
        .join(', ')}.`,
    );
  }
  if (step.isOptional) {
    throw new DefinitionError(
      `${where}: skip goes to step '${step.name}', which is optional, and may have no event to go to. Name a step that is required.`,
    );
  }
  const canBeFirst = steps.slice(0, index).every(({ isAbsent, isOptional }) => isAbsent || isOptional);
  if (!canBeFirst || (skip.kind === 'toLast' && step.times.least >= 2)) return;
  throw new DefinitionError(
    `${where}: skip goes to the ${skip.kind === 'toFirst' ? 'first' : 'last'} event of step '${step.name}', which can be the one that the match began with: the same match would be found again, for ever. Name a later step, or use 'toNext'.`,
  );
}

/** A log keeps simple fields alone. */
export function checkKept(
  shape: StructShape,
  { steps }: PatternDefinition,
  select: readonly NamedNode[],
  where: string,
): void {
  const json = pathsKept(steps, select).find((path) => fieldAt(shape, path)?.type.kind === 'json');
  if (json === undefined) return;
  throw new DefinitionError(
    `${where}: the pattern reads '${json}' of an event that came before, and it is a list or an object, which is not kept. Read a simple field.`,
  );
}
