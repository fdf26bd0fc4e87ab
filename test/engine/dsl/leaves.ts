import { Type } from 'streamgauge';
import type { TObject, TProperties } from 'typebox';
import { type Expression, fieldsOf, nodeOf } from '../../../engine/dsl/build.ts';
import {
  Constants,
  compileExpression,
  compileFunction,
  compileToFunction,
} from '../../../engine/expression/compile-js.ts';
import { type SchemaNode, type StructShape, shapeOf } from '../../../engine/ir/field-shape.ts';
import type { ExpressionNode, Value } from '../../../engine/ir/node.ts';

/** Expressions without the types that a user sees: every leaf shows all methods. */
export type Leaves<S> = S extends TObject<infer P> ? { readonly [K in keyof P]: Leaves<P[K]> } : Expression;

/** The fields of an object type, as a definition's callbacks get them. */
export function leavesOf<P extends TProperties>(properties: P, where = "view 'v' of stream 's'"): Leaves<TObject<P>> {
  const shape = shapeOf(Type.Object(properties) as SchemaNode, where) as StructShape;
  return fieldsOf(shape, where) as Leaves<TObject<P>>;
}

export function node(expression: unknown): ExpressionNode {
  return nodeOf(expression, 'the test');
}

/** An expression compiled as the hot path does: where a field is always there, no code asks whether it is null. */
export function compileForEvents(expression: ExpressionNode): (event: object) => Value {
  const constants = new Constants();
  const source = compileExpression(expression, { root: 'event', locals: new Map(), constants });
  return compileFunction(['event'], `return ${source};`, constants);
}

/** What a compiled expression makes of an event; the same as of a row with these columns. */
export function evaluate(expression: unknown, event: object): Value {
  const value = compileForEvents(node(expression))(event);
  expect(compileToFunction(node(expression))(event)).toBe(value);
  return value;
}
