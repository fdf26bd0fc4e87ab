import type { StructShape } from '../ir/field-shape.ts';
import type { FieldNode } from '../ir/join-definition.ts';
import { stepOfPath } from '../ir/match-shape.ts';
import { type ExpressionNode, fieldsIn, type NamedNode } from '../ir/node.ts';
import type { PatternDefinition, PatternStep, StepCondition } from '../ir/pattern-definition.ts';
import { leavesOf } from './leaves.ts';

/** The fields that the log of a pattern keeps of an event: what is read once other events have come. */
export function columnsKept(
  shape: StructShape,
  { steps }: PatternDefinition,
  select: readonly NamedNode[],
): readonly FieldNode[] {
  const used = new Set(pathsKept(steps, select));
  return leavesOf(shape).filter(({ path }) => used.has(path.join('.')));
}

/** The dotted paths of what is kept, as conditions, measures and columns name it: also of what no log can keep. */
export function pathsKept(steps: readonly PatternStep[], select: readonly NamedNode[]): readonly string[] {
  const ofSteps = steps.flatMap((step) => [
    ...conditionsOf(step).flatMap(({ ofMatch }) => (ofMatch === null ? [] : [ofMatch])),
    ...step.measures,
  ]);
  const paths = [...ofSteps, ...select.map(({ node }) => node)].flatMap(fieldsIn);
  return paths.map(fieldOfEvent).filter((path) => path !== null);
}

/** The conditions that are judged where an event comes in. */
export function conditionsOfEvents({ steps }: PatternDefinition): readonly ExpressionNode[] {
  const conditions = steps.flatMap(conditionsOf);
  return conditions.flatMap(({ ofEvent }) => (ofEvent === null ? [] : [ofEvent]));
}

function conditionsOf({ condition, until }: PatternStep): readonly StepCondition[] {
  return until === null ? [condition] : [condition, until];
}

/** Of the fields of matched events that of the event; null of a count and the like. */
function fieldOfEvent(path: readonly string[]): string | null {
  if (stepOfPath(path) === null) return path.join('.');
  const [, what = '', ...field] = path;
  return EVENTS.has(what) ? field.join('.') : null;
}

const EVENTS: ReadonlySet<string> = new Set(['first', 'last', 'previous']);
