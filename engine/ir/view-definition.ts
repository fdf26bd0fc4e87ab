import type { AggregateDefinition } from './aggregate.ts';
import { DefinitionError } from './errors.ts';
import type { FieldShape, StructShape } from './field-shape.ts';
import type { ExpressionNode, NamedNode } from './node.ts';
import type { StreamDefinition } from './stream-definition.ts';
import type { WindowDefinition } from './window.ts';

/** What happens to an event before its window, in the order of the definition. */
export type EventStep =
  | { readonly step: 'where'; readonly condition: ExpressionNode }
  | ({ readonly step: 'derive' } & NamedNode);

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

/** A view as data. */
export interface ViewDefinition {
  readonly kind: 'view';
  readonly name: string;
  /** Raised where a definition changes in what its state is made of. */
  readonly version: number;
  /** The stream whose events it counts, and whose watermark closes its windows. */
  readonly stream: StreamDefinition;
  /** The view whose rows it takes in place of the stream's events; null where it takes the events. */
  readonly upstream: ViewDefinition | null;
  readonly steps: readonly EventStep[];
  readonly window: WindowDefinition;
  readonly groupBy: readonly NamedNode[];
  readonly aggregates: readonly NamedAggregate[];
  readonly derived: readonly NamedNode[];
  readonly emit: EmissionMode;
  readonly allowedLatenessMs: number;
  readonly lateEvents: LatePolicy;
  readonly buckets: number;
  /** How long a result row is kept after its window's end; null for ever. */
  readonly keepRowsMs: number | null;
}

const INSTANT: FieldShape = { shape: 'leaf', type: { kind: 'instant', nullable: false } };

/** Columns that a row has of its window, in order. */
export function windowColumns(window: WindowDefinition): readonly string[] {
  switch (window.kind) {
    case 'tumbling':
    case 'sliding':
      return ['window_start', 'window_end'];
    case 'session':
      return ['window_start', 'window_end', 'first_event_time', 'last_event_time'];
    case 'global':
      return ['as_of'];
  }
}

/** The columns of a row, in order: window, groups, aggregates, derived. */
export function rowShape(view: ViewDefinition): StructShape {
  const fields = new Map<string, FieldShape>(windowColumns(view.window).map((name) => [name, INSTANT]));
  for (const { name, node } of view.groupBy) fields.set(name, { shape: 'leaf', type: node.type });
  for (const { name, column } of view.aggregates) fields.set(name, { shape: 'leaf', type: column.type });
  for (const { name, node } of view.derived) fields.set(name, { shape: 'leaf', type: node.type });
  return { shape: 'struct', nullable: false, fields };
}

/** The node of a column that makes a group. */
export function fieldNode(shape: StructShape, name: string): ExpressionNode {
  const field = shape.fields.get(name);
  if (field?.shape !== 'leaf') throw new DefinitionError(`There is no simple field '${name}'.`);
  return { op: 'field', path: [name], type: field.type };
}
