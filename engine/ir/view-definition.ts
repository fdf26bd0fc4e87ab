import type { AggregateDefinition } from './aggregate.ts';
import type { AlertDefinition } from './alert.ts';
import type { Elements } from './elements.ts';
import { DefinitionError } from './errors.ts';
import type { FieldShape, StructShape } from './field-shape.ts';
import type { ColumnNode, ExpressionNode, NamedColumn, NamedNode } from './node.ts';
import type { SourceDefinition } from './source-definition.ts';
import { type HandedRows, traitsOf, type WindowDefinition } from './window.ts';

/** What happens to an event before its window, in the order of the definition. */
export type EventStep =
  | { readonly step: 'where'; readonly condition: ExpressionNode }
  | ({ readonly step: 'derive' } & NamedNode)
  | ExplodeStep;

/** In the place of each event a row for each element of a list of it, or of a map. */
export interface ExplodeStep {
  readonly step: 'explode';
  /** The column of the element: a value, or an object of fields. */
  readonly name: string;
  readonly list: ExpressionNode;
  readonly kind: Elements['kind'];
  /** Not in the fingerprint: what is read of an element is in the expressions that read it. */
  readonly elements: Elements;
  /** The column of the element's place in the list, from 0. Not set: there is none. */
  readonly position?: string;
  /** An event without elements has one row, with none. Not set: it has no row. */
  readonly outer?: true;
}

/** What a step computes. */
export function nodeOfStep(step: EventStep): ExpressionNode {
  if (step.step === 'where') return step.condition;
  return step.step === 'explode' ? step.list : step.node;
}

/** The names of the columns that a step makes. */
export function namesOfStep(step: EventStep): readonly string[] {
  if (step.step === 'where') return [];
  return step.step === 'explode' && step.position !== undefined ? [step.name, step.position] : [step.name];
}

/** Whether a view makes several rows of an event. */
export function explodes({ steps }: Pick<ViewDefinition, 'steps'>): boolean {
  return steps.some(({ step }) => step === 'explode');
}

export interface NamedAggregate {
  readonly name: string;
  readonly column: AggregateDefinition;
}

/**
 * When readers see a window:
 * - `onClose`: its rows once it is final, and their revisions;
 * - `onUpdate`: also before, merged from what has been committed whenever somebody reads;
 * - `complete`: as `onClose`, but all its rows as one table that is replaced as a whole.
 */
export const EMISSIONS = ['onClose', 'onUpdate', 'complete'] as const;
export type EmissionMode = (typeof EMISSIONS)[number];

export type LatePolicy = 'sideOutput' | 'drop';

/** What a group has in a window without events: no row, or one of nothing while the group is remembered. */
export type EmptyWindowPolicy = 'skip' | 'zero';

/** A view as data. */
export interface ViewDefinition {
  readonly kind: 'view';
  readonly name: string;
  /** Raised when the definition changes in a way that its state cannot follow. */
  readonly version: number;
  /** What it takes its events from: a stream, or the rows of another view. */
  readonly source: SourceDefinition;
  readonly steps: readonly EventStep[];
  readonly window: WindowDefinition;
  readonly groupBy: readonly NamedNode[];
  readonly aggregates: readonly NamedAggregate[];
  /** Of a view without windows, whose rows are its events as they are: their columns. */
  readonly selected?: readonly NamedNode[];
  readonly derived: readonly NamedColumn[];
  /** Rows of which it is not true are left out. */
  readonly having?: ExpressionNode;
  readonly emit: EmissionMode;
  readonly allowedLatenessMs: number;
  readonly lateEvents: LatePolicy;
  readonly buckets: number;
  /** How long a result row is kept after its window's end; null for ever. */
  readonly keepRowsMs: number | null;
  readonly emptyWindows: EmptyWindowPolicy;
  /** With `zero`: windows after its last event in which a group has a row of nothing. */
  readonly keepGroupsForWindows: number;
  readonly alerts: readonly AlertDefinition[];
  /** Of a join or pattern: what its rows are. They are made of the event log, and other views take them; nobody reads them as they are. */
  readonly joined?: StructShape;
}

const INSTANT: FieldShape = { shape: 'leaf', type: { kind: 'instant', nullable: false } };

/** The columns of a row, in order: window, groups, selected, aggregates, derived. */
export function rowShape(view: ViewDefinition): StructShape {
  if (view.joined !== undefined) return view.joined;
  const fields = new Map<string, FieldShape>(traitsOf(view.window).columns.map((name) => [name, INSTANT]));
  for (const { name, node } of view.groupBy) fields.set(name, { shape: 'leaf', type: node.type });
  for (const { name, node } of view.selected ?? []) fields.set(name, { shape: 'leaf', type: node.type });
  for (const { name, column } of view.aggregates) fields.set(name, { shape: 'leaf', type: column.type });
  for (const { name, node } of view.derived) fields.set(name, columnShape(node));
  return { shape: 'struct', nullable: false, fields };
}

/** How other views take a view's rows. */
export function handsOf({ window }: Pick<ViewDefinition, 'window'>): HandedRows {
  return traitsOf(window).hands;
}

/** The names of a row's values: of its columns, those that neither its window nor its group makes. */
export function valueNames({ selected = [], aggregates, derived }: ViewDefinition): readonly string[] {
  return [...selected, ...aggregates, ...derived].map(({ name }) => name);
}

function columnShape({ type }: ColumnNode): FieldShape {
  if (type.kind !== 'struct') return { shape: 'leaf', type };
  const fields = Object.entries(type.fields).map(([name, field]) => [name, { shape: 'leaf', type: field }] as const);
  return { shape: 'struct', nullable: false, fields: new Map(fields) };
}

/** The node of a column that makes a group. */
export function fieldNode(shape: StructShape, name: string): ExpressionNode {
  const field = shape.fields.get(name);
  if (field?.shape !== 'leaf') throw new DefinitionError(`There is no simple field '${name}'.`);
  return { op: 'field', path: [name], type: field.type };
}
