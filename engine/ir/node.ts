import type { Elements } from './elements.ts';
import type { NodeConstant } from './whole-number.ts';

/**
 * Expressions are data. Each node says what it computes, its kind and whether it can be null, so that one definition
 * compiles to JavaScript for the hot path (`engine/expression`) and to SQL for batch (`engine/sql`).
 *
 * @example the node of `e.status.gte(500)`
 * { op: 'compare', operator: 'gte', left: { op: 'field', path: ['status'], type: { kind: 'number', nullable: false } },
 *   right: { op: 'literal', value: 500, type: … }, type: { kind: 'boolean', nullable: false } }
 */
export type ExpressionNode =
  /** A field of the event, or a column of the row. `path` has one name for each level of nesting. */
  | { readonly op: 'field'; readonly path: readonly string[]; readonly type: ValueType }
  | { readonly op: 'literal'; readonly value: NodeConstant; readonly type: ValueType }
  /** Null if a side is null, as in SQL. Strings compare by code point. */
  | Binary<'compare', CompareOperator>
  | {
      readonly op: 'in';
      readonly operand: ExpressionNode;
      readonly values: readonly NodeConstant[];
      readonly type: ValueType;
    }
  | { readonly op: 'isNull'; readonly operand: ExpressionNode; readonly type: ValueType }
  /** Three-valued: `false AND null` is false, `true OR null` is true, otherwise null wins. */
  | { readonly op: 'and' | 'or'; readonly operands: readonly ExpressionNode[]; readonly type: ValueType }
  | { readonly op: 'not'; readonly operand: ExpressionNode; readonly type: ValueType }
  /** On doubles. Null if a side is null, `div` divides by 0, or the result is not finite. */
  | Binary<'arithmetic', ArithmeticOperator>
  /** The operand, or the fallback where it is null: a constant, or another expression, which can be null itself. */
  | {
      readonly op: 'coalesce';
      readonly operand: ExpressionNode;
      readonly fallback: NodeConstant | ExpressionNode;
      readonly type: ValueType;
    }
  /** The path of a URL, absolute or relative, without query and fragment; `/` where it is empty. */
  | { readonly op: 'urlPath'; readonly operand: ExpressionNode; readonly type: ValueType }
  /** left − right in milliseconds. */
  | { readonly op: 'msSince'; readonly left: ExpressionNode; readonly right: ExpressionNode; readonly type: ValueType }
  /** A function of values, by its name in `engine/functions`. Settings are constants. */
  | {
      readonly op: 'call';
      readonly name: string;
      readonly operands: readonly ExpressionNode[];
      readonly settings: readonly JsonValue[];
      readonly type: ValueType;
    }
  | LookupNode
  | WindowTotalNode
  | RowOperatorNode
  /** One field of a row operator's struct. */
  | { readonly op: 'member'; readonly operand: StructOperatorNode; readonly name: string; readonly type: ValueType };

/** What a small table has in one column at the operand's value, which is its key; null where it has no such row. */
export interface LookupNode {
  readonly op: 'lookup';
  readonly table: string;
  readonly column: string;
  /** By key, in the table's order: its content is part of what the node is. */
  readonly entries: readonly (readonly [key: string | number | boolean, value: string | number | boolean])[];
  readonly operand: ExpressionNode;
  readonly type: ValueType;
}

/** The sum of a number over all rows of the window, or over those with the same values in some of the view's groups. */
export interface WindowTotalNode {
  readonly op: 'windowTotal';
  readonly operand: ExpressionNode;
  readonly within: readonly string[];
  readonly type: ValueType;
}

/** A row operator that gives one value. */
export type RowOperatorNode = OperatorNode<'rowOperator', ValueType>;
/** A row operator that gives a struct: a column, whose fields are read by `member`. */
export type StructOperatorNode = OperatorNode<'structOperator', StructType>;
export type AnyRowOperatorNode = RowOperatorNode | StructOperatorNode;

/** What a column of a row is computed by. */
export type ColumnNode = ExpressionNode | StructOperatorNode;

/**
 * What depends on a group's rows before this one as well. Which operator it is and its parameters are data, and
 * `engine/row-operators` knows what they mean.
 */
interface OperatorNode<O extends string, T> {
  readonly op: O;
  readonly kind: string;
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** Values of the row itself. */
  readonly operands: readonly ExpressionNode[];
  readonly type: T;
}

interface Binary<O extends string, P extends string> {
  readonly op: O;
  readonly operator: P;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
  readonly type: ValueType;
}

export type CompareOperator = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';
export type ArithmeticOperator = 'add' | 'sub' | 'mul' | 'div';

/** `json` is a value that expressions carry but do not look into, such as an array. */
export type ValueKind = 'string' | 'number' | 'boolean' | 'instant' | 'json';

export interface ValueType {
  readonly kind: ValueKind;
  readonly nullable: boolean;
  /** A number that is whole: SQL and Glue keep it as BIGINT. */
  readonly integer?: boolean;
  /**
   * A number that was written in decimal digits, as the double nearest to it: of so many digits behind the point and at most 15 in all,
   * or of any number of them. Sums are those of the numbers that were written.
   */
  readonly scale?: Scale;
  /** Of `json`: what a list or an object with any names holds, where the schema says so. */
  readonly elements?: Elements;
}

export type Scale = number | 'any';

/** Several named values. */
export interface StructType {
  readonly kind: 'struct';
  readonly fields: Readonly<Record<string, ValueType>>;
}

/**
 * What a value is at run time: an instant is its milliseconds, missing is null, and a whole number beyond 2^53 is a bigint
 * (`engine/ir/whole-number.ts`).
 */
export type Value = string | number | bigint | boolean | null;

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** How JSON shows a value: what a double would round, as text. */
export function toJson<T>(value: T | bigint): T | string {
  return typeof value === 'bigint' ? String(value) : value;
}

/** What a column of a row is: of kind `json`, a list or an object of values. */
export type ColumnValue = Value | JsonValue;

/** The expressions that a node is made of. */
export function operandsOf(node: ColumnNode): readonly ColumnNode[] {
  switch (node.op) {
    case 'field':
    case 'literal':
      return [];
    case 'compare':
    case 'arithmetic':
    case 'msSince':
      return [node.left, node.right];
    case 'coalesce':
      return [node.operand, ...(typeof node.fallback === 'object' ? [node.fallback] : [])];
    case 'and':
    case 'or':
    case 'call':
    case 'rowOperator':
    case 'structOperator':
      return node.operands;
    default:
      return [node.operand];
  }
}

/** The paths of the fields that an expression reads, each as often as it stands there. */
export function fieldsIn(node: ColumnNode): (readonly string[])[] {
  return node.op === 'field' ? [node.path] : operandsOf(node).flatMap(fieldsIn);
}

/** The row operators in an expression, each as often as it stands there, those in the operands of others first. */
export function rowOperatorsIn(node: ColumnNode): AnyRowOperatorNode[] {
  const inner = operandsOf(node).flatMap(rowOperatorsIn);
  return node.op === 'rowOperator' || node.op === 'structOperator' ? [...inner, node] : inner;
}

/** The totals over rows of a window in an expression. */
export function windowTotalsIn(node: ColumnNode): WindowTotalNode[] {
  const inner = operandsOf(node).flatMap(windowTotalsIn);
  return node.op === 'windowTotal' ? [...inner, node] : inner;
}

/** Whether a column depends on other rows: of the group before it, or of the window. */
export function goesOverRows(node: ColumnNode): boolean {
  return containsRowOperator(node) || windowTotalsIn(node).length > 0;
}

export function containsRowOperator(node: ColumnNode): boolean {
  return rowOperatorsIn(node).length > 0;
}

/** An expression that is a column. */
export interface NamedNode {
  readonly name: string;
  readonly node: ExpressionNode;
}

/** A column of a row. */
export interface NamedColumn {
  readonly name: string;
  readonly node: ColumnNode;
}
