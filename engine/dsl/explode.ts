import { UNKNOWN_ELEMENTS } from '../ir/elements.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type FieldShape, orNull, type StructShape } from '../ir/field-shape.ts';
import { checkColumn } from '../ir/names.ts';
import type { ExpressionNode, ValueType } from '../ir/node.ts';
import type { EventStep, ExplodeStep } from '../ir/view-definition.ts';
import { nodeOf } from './build.ts';
import { entriesOf } from './columns.ts';
import { describeNode, KIND_WORDS } from './given.ts';
import { callDefinition } from './recorder.ts';

/** How a list is exploded. */
export interface ExplodeOptions<P extends string = string, O extends boolean = boolean> {
  /** A column with the element's place in the list, from 0 as in paths. Not set: there is none. A map has no order, and takes none. */
  readonly position?: P;
  /** `true`: an event without elements has one row, whose element and position are null. Not set: it has no row. */
  readonly outer?: O;
}

/** Where a view is when it explodes: its fields, and the steps before. */
interface Before {
  readonly where: string;
  readonly shape: StructShape;
  readonly steps: readonly EventStep[];
  readonly fields: object;
}

/** The step, and the fields that events have behind it. */
export function explodeStep(
  list: (event: object) => Record<string, unknown>,
  options: ExplodeOptions,
  before: Before,
): { readonly step: ExplodeStep; readonly shape: StructShape } {
  const { where, shape, fields } = before;
  checkOptions(options, where);
  const taken = new Set(shape.fields.keys());
  const [name, node] = callDefinition(where, list, fields, (result) => exploded(result, taken, where));
  const elements = node.type.elements ?? UNKNOWN_ELEMENTS;
  const { position, outer } = options;
  refuseProduct(node, before);
  if (position !== undefined) {
    checkColumn(position, new Set([...taken, name]), `${where}, position`);
    if (elements.kind === 'map') {
      throw new DefinitionError(
        `${where}: ${describeNode(node)} is an object with any names, which have no order. Leave position away, and take e.${name}.key.`,
      );
    }
  }
  const step: ExplodeStep = {
    step: 'explode',
    name,
    list: node,
    kind: elements.kind,
    elements,
    ...(position !== undefined && { position }),
    ...(outer === true && { outer }),
  };
  return { step, shape: withElements(shape, step) };
}

const OPTIONS: ReadonlySet<string> = new Set(['position', 'outer']);

function checkOptions(options: ExplodeOptions, where: string): void {
  const unknown = Object.keys(options).find((key) => !OPTIONS.has(key));
  if (unknown !== undefined) {
    throw new DefinitionError(`${where}: there is no option '${unknown}'. It takes position and outer.`);
  }
  const { outer, position } = options;
  if (outer !== undefined && typeof outer !== 'boolean') {
    throw new DefinitionError(`${where}: outer is ${JSON.stringify(outer)}, and must be true or false.`);
  }
  if (position !== undefined && typeof position !== 'string') {
    throw new DefinitionError(
      `${where}: position is ${JSON.stringify(position)}, and must be the name of a column, such as 'line'.`,
    );
  }
}

function exploded(result: unknown, taken: ReadonlySet<string>, where: string): readonly [string, ExpressionNode] {
  const entries = entriesOf(result, where);
  const [first, ...others] = entries;
  if (first === undefined || others.length > 0) {
    throw new DefinitionError(
      `${where} makes the elements of one list a column, such as (e) => ({ item: e.items }), and was given ${entries.length} columns.`,
    );
  }
  const [name, value] = first;
  checkColumn(name, taken, where);
  const node = nodeOf(value, `${where}: '${name}'`);
  if (node.type.kind !== 'json') {
    throw new DefinitionError(
      `${where}: ${describeNode(node)} is ${KIND_WORDS[node.type.kind]}. It takes a list (Type.Array), or an object with any names (Type.Record).`,
    );
  }
  return [name, node];
}

/** Two lists that know nothing of each other would make a row for each pair of their elements. */
function refuseProduct(node: ExpressionNode, { where, steps }: Before): void {
  const last = steps.findLast((step) => step.step === 'explode');
  if (last === undefined || rootOf(node, steps) === last.name) return;
  throw new DefinitionError(
    `${where}: ${describeNode(node)} is no list in '${last.name}', which the view has exploded before: each pair of elements of the two would be a row. Take a list in e.${last.name}, or make a view of its own of this one.`,
  );
}

/** The column that a list is in. One that was derived is called otherwise. */
function rootOf(node: ExpressionNode, steps: readonly EventStep[]): string | null {
  if (node.op !== 'field') return null;
  const [root = ''] = node.path;
  const made = steps.find((step) => step.step === 'derive' && step.name === root);
  return made?.step === 'derive' ? rootOf(made.node, steps) : root;
}

function withElements(shape: StructShape, { name, elements, position, outer }: ExplodeStep): StructShape {
  const fields = new Map(shape.fields);
  const element = elements.shape;
  fields.set(name, outer === true || canBeNull(element) ? missing(element) : element);
  const place: ValueType = { kind: 'number', nullable: outer === true, integer: true };
  if (position !== undefined) fields.set(position, { shape: 'leaf', type: place });
  return { ...shape, fields };
}

function canBeNull(element: FieldShape): boolean {
  return element.shape === 'struct' ? element.nullable : element.type.nullable;
}

/** May be null. Of an object it can be asked whether it is there. */
function missing(shape: FieldShape): FieldShape {
  const nullable = orNull(shape);
  return nullable.shape === 'struct' ? { ...nullable, isSide: true } : nullable;
}
