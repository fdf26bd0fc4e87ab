import type { ExplodedList } from '../decode/exploded-lists.ts';
import type { Elements } from '../ir/elements.ts';
import { placedLeaves, type StructShape } from '../ir/field-shape.ts';
import type { ExpressionNode } from '../ir/node.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { EventStep, ViewDefinition } from '../ir/view-definition.ts';

/** The lists of a stream's events that views explode, each once. Views of its own events: what is in rows was checked before. */
export function explodedLists({ shape }: StreamDefinition, views: readonly ViewDefinition[]): readonly ExplodedList[] {
  const found = new Map<string, ExplodedList>();
  for (const { source, steps } of views) {
    if (source.kind !== 'stream' && source.kind !== 'union') continue;
    const list = chainOf(steps, shape, null);
    if (list !== null) found.set(JSON.stringify(pathsOf(list)), list);
  }
  return [...found.values()];
}

/** The list that the steps explode, in an event or in the elements of `around`; null where they explode none that is there. */
function chainOf(
  steps: readonly EventStep[],
  shape: StructShape,
  around: { readonly name: string; readonly before: readonly EventStep[] } | null,
): ExplodedList | null {
  const index = steps.findIndex(({ step }) => step === 'explode');
  const step = steps[index];
  if (step?.step !== 'explode') return null;
  const before = [...(around?.before ?? []), ...steps.slice(0, index)];
  const path = pathOf(step.list, before);
  const inner = around === null ? path : path?.slice(1);
  const leaf = placedLeaves(shape).find((each) => each.path.join('.') === (inner ?? [ITSELF]).join('.'));
  if (leaf === undefined) return null;
  return {
    wirePath: leaf.wirePath.filter((name) => name !== ITSELF),
    elements: step.elements,
    inner: innerOf(step.elements, steps.slice(index + 1), { name: step.name, before }),
  };
}

function innerOf(
  { shape }: Elements,
  steps: readonly EventStep[],
  around: { readonly name: string; readonly before: readonly EventStep[] },
): ExplodedList | null {
  const struct: StructShape =
    shape.shape === 'struct' ? shape : { shape: 'struct', nullable: false, fields: new Map([[ITSELF, shape]]) };
  return chainOf(steps, struct, around);
}

/** No field of an event has this name: it stands for an element that is a list itself. */
const ITSELF = '';

/** Where a list is. One that was derived is called otherwise. */
function pathOf(node: ExpressionNode, before: readonly EventStep[]): readonly string[] | null {
  if (node.op !== 'field') return null;
  const made = before.find((step) => step.step === 'derive' && step.name === node.path[0]);
  return made?.step === 'derive' ? pathOf(made.node, before) : node.path;
}

function pathsOf({ wirePath, inner }: ExplodedList): readonly unknown[] {
  return [wirePath, inner === null ? null : pathsOf(inner)];
}
