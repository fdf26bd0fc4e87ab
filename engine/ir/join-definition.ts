import type { FieldShape, StructShape } from './field-shape.ts';
import type { ExpressionNode } from './node.ts';
import type { SourceOf } from './source-definition.ts';

/**
 * Which rows are kept that match nothing on the other side: none, those of the left, of the right, or of both. The other
 * side of such a row is null.
 */
export const JOIN_TYPES = ['inner', 'left', 'right', 'full'] as const;
export type JoinType = (typeof JOIN_TYPES)[number];

/** Two sources together. Rows match where their keys are equal and the rule holds; a key with a null in it matches nothing. */
export interface JoinSource<V> {
  readonly kind: 'join';
  readonly left: JoinSide<V>;
  readonly right: JoinSide<V>;
  readonly rule: JoinRule;
}

export interface JoinSide<V> {
  /** Under which a joined row has its columns. */
  readonly name: string;
  readonly source: SourceOf<V>;
  /** The key. Those of both sides have as many parts, each of one kind. */
  readonly on: readonly FieldNode[];
  /** What of its events is kept: the fields that views of the join read. */
  readonly columns: readonly FieldNode[];
}

export type FieldNode = Extract<ExpressionNode, { readonly op: 'field' }>;

export type JoinRule = IntervalRule | AsOfRule;

/** right.time lies in [left.time + from, left.time + to]. A joined row counts at the left time, an unmatched right one at its own. */
export interface IntervalRule {
  readonly kind: 'interval';
  readonly type: JoinType;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The last right row at or before the left time; at most `tolerance` before it. */
export interface AsOfRule {
  readonly kind: 'asOf';
  readonly type: 'inner' | 'left';
  /** Null where a right row counts however long ago it was. */
  readonly toleranceMs: number | null;
  /** Not set: only right rows before the left time count. */
  readonly allowExactMatches: boolean;
}

/** Whether rows of a side are kept that match nothing. */
export function keepsUnmatched({ type }: { readonly type: JoinType }, side: 'left' | 'right'): boolean {
  return type === 'full' || type === side;
}

/** A joined row: `{ left: { … }, right: { … }, truncated }`, by the names of the sides. */
export function joinedShape<V>({ left, right, rule }: JoinSource<V>): StructShape {
  const fields = new Map<string, FieldShape>([
    [left.name, sideShape(left, keepsUnmatched(rule, 'right'))],
    [right.name, sideShape(right, keepsUnmatched(rule, 'left'))],
    ['truncated', { shape: 'leaf', type: { kind: 'boolean', nullable: false } }],
  ]);
  return { shape: 'struct', nullable: false, fields };
}

/** The columns of a side as a struct, nested as they are there. */
function sideShape<V>({ columns }: JoinSide<V>, nullable: boolean): StructShape {
  const fieldsOfSide = new Map<string, FieldShape>();
  const root = { shape: 'struct' as const, nullable, ...(nullable && { isSide: true as const }), fields: fieldsOfSide };
  for (const { path, type } of columns) {
    let fields = root.fields;
    for (const name of path.slice(0, -1)) {
      const known = fields.get(name);
      const inner =
        known?.shape === 'struct' ? known : { shape: 'struct' as const, nullable: false, fields: new Map() };
      fields.set(name, inner);
      fields = inner.fields as Map<string, FieldShape>;
    }
    fields.set(path.at(-1) as string, { shape: 'leaf', type });
  }
  return root;
}
