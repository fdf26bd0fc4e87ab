import type { BooleanColumn, Column, EventColumns, TextColumn } from '../columns/event-columns.ts';
import type { ExpressionNode, ValueType } from '../ir/node.ts';

/** A value of each event of a stretch: computed once, whoever asks. */
export interface Vector {
  /** The same expression of the same fields is one vector. */
  readonly id: number;
  /** Of `text` there may be the hashes alone, where nobody asks for texts. */
  readonly kind: Exclude<Column['kind'], 'hash'>;
  /** Of the stretch that began last. */
  column(): Column;
}

/** What vectors are computed of. */
export interface Stretch {
  readonly events: EventColumns;
  /** Rises with each stretch. */
  readonly turn: number;
}

/** Columns that `derive` added, by their names. */
export type Locals = ReadonlyMap<string, Vector>;

/** The column that a node names among the derived ones. */
export function localOf(node: ExpressionNode, locals: Locals): Vector | undefined {
  return node.op === 'field' && node.path.length === 1 ? locals.get(node.path[0] as string) : undefined;
}

/** The kind of column that holds values of a type. */
export function kindOf({ kind }: ValueType): Vector['kind'] {
  if (kind === 'string') return 'text';
  if (kind === 'boolean') return 'boolean';
  return kind === 'json' ? 'boxed' : 'number';
}

/** For each event 1 where a condition is true. */
export function truthOf(vector: Vector): Uint8Array {
  return (vector.column() as BooleanColumn).values;
}

export function textOf(vector: Vector): TextColumn {
  return vector.column() as TextColumn;
}
