import { Type } from 'streamgauge';
import type { TObject, TProperties } from 'typebox';
import { type SchemaNode, type StructShape, shapeOf } from '../../../engine/definition/field-shape.ts';
import { fieldsOf, type Leaf, nodeOf } from '../../../engine/expression/build.ts';
import { compileToFunction } from '../../../engine/expression/compile-js.ts';
import type { ExpressionNode, Value } from '../../../engine/expression/node.ts';

/** Expressions without the types that a user sees: every leaf shows all methods. */
export type Leaves<S> = S extends TObject<infer P> ? { readonly [K in keyof P]: Leaves<P[K]> } : Leaf;

/** The fields of an object type, as a definition's callbacks get them. */
export function leavesOf<P extends TProperties>(properties: P, where = "view 'v' of stream 's'"): Leaves<TObject<P>> {
  const shape = shapeOf(Type.Object(properties) as SchemaNode, where) as StructShape;
  return fieldsOf(shape, where) as Leaves<TObject<P>>;
}

export function node(expression: unknown): ExpressionNode {
  return nodeOf(expression, 'the test');
}

/** What a compiled expression makes of an event. */
export function evaluate(expression: unknown, event: object): Value {
  return compileToFunction(node(expression))(event);
}
