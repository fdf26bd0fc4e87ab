import type { ExplodedList } from '../decode/exploded-lists.ts';
import { placedLeaves, type StructShape } from '../ir/field-shape.ts';
import type { ExpressionNode } from '../ir/node.ts';
import type { SourceDefinition } from '../ir/source-definition.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import type { EventStep, ExplodeStep, ViewDefinition } from '../ir/view-definition.ts';

/**
 * The lists of a stream's events that views explode, each once: views of its events, and of rows that have its lists as they came, by
 * way of views that select them, of unions and of joins.
 */
export function explodedLists(stream: StreamDefinition, views: readonly ViewDefinition[]): readonly ExplodedList[] {
  const found = new Map<string, ExplodedList>();
  for (const { source, steps } of views) {
    const index = steps.findIndex(({ step }) => step === 'explode');
    const first = steps[index];
    if (first?.step !== 'explode') continue;
    const path = pathOf(first.list, steps.slice(0, index));
    for (const inEvent of path === null ? [] : pathsIn(stream, source, path)) {
      const list = listAt(stream.shape, inEvent, steps, index);
      if (list !== null) found.set(JSON.stringify(pathsOf(list)), list);
    }
  }
  return [...found.values()];
}

/** Where in a stream's events that lies which a source has at a path. A join can have it on both sides. */
function pathsIn(
  stream: StreamDefinition,
  source: SourceDefinition,
  path: readonly string[],
): readonly (readonly string[])[] {
  switch (source.kind) {
    case 'stream':
      return source.stream === stream ? [path] : [];
    case 'union':
      return [
        ...(source.streams.includes(stream) ? [path] : []),
        ...(source.views ?? []).flatMap((view) => pathsIn(stream, { kind: 'view', view }, path)),
      ];
    case 'view':
      return pathsBehind(stream, source.view, path);
    case 'join': {
      const [name, ...inSide] = path;
      const side = [source.left, source.right].find((each) => each.name === name);
      return side === undefined ? [] : pathsIn(stream, side.source, inSide);
    }
    case 'pattern':
      return [];
  }
}

/** The same of a row of a view. Elements that the view has made rows of were looked at for that. */
function pathsBehind(
  stream: StreamDefinition,
  { source, joined, selected = [], steps }: ViewDefinition,
  path: readonly string[],
): readonly (readonly string[])[] {
  if (joined !== undefined) return pathsIn(stream, source, path);
  const [name = '', ...deeper] = path;
  const node = deeper.length === 0 ? selected.find((column) => column.name === name)?.node : undefined;
  const inEvent = node === undefined ? null : pathOf(node, steps);
  const isOfElement = steps.some((step) => step.step === 'explode' && step.name === inEvent?.[0]);
  return inEvent === null || isOfElement ? [] : pathsIn(stream, source, inEvent);
}

/** The list that the step at an index explodes, and those in its elements that steps behind it explode; null where there is none. */
function listAt(
  shape: StructShape,
  path: readonly string[],
  steps: readonly EventStep[],
  index: number,
): ExplodedList | null {
  const step = steps[index];
  const leaf = placedLeaves(shape).find(
    (each) => each.path.join('.') === (path.length === 0 ? ITSELF : path.join('.')),
  );
  if (step?.step !== 'explode' || leaf === undefined) return null;
  const wirePath = leaf.wirePath.filter((name) => name !== ITSELF);
  return { wirePath, elements: step.elements, inner: innerOf(step, steps, index) };
}

function innerOf(
  { elements: { shape } }: ExplodeStep,
  steps: readonly EventStep[],
  index: number,
): ExplodedList | null {
  const next = steps.findIndex(({ step }, at) => at > index && step === 'explode');
  const step = steps[next];
  const path = step?.step === 'explode' ? pathOf(step.list, steps.slice(0, next)) : null;
  if (path === null) return null;
  const struct: StructShape =
    shape.shape === 'struct' ? shape : { shape: 'struct', nullable: false, fields: new Map([[ITSELF, shape]]) };
  return listAt(struct, path.slice(1), steps, next);
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
