import * as TypeBox from 'typebox';

/**
 * What schemas are written with: the builders of TypeBox that describe JSON. TypeBox's own `Type` also has a parser and types of
 * functions, which would be a fifth of what a Lambda reads when it starts. Where you need those, import `Type` from 'typebox'.
 *
 * @example
 * Type.Object({ user_id: Type.String(), amount: Type.Optional(Type.Number({ minimum: 0 })) })
 */
export const Type = {
  Any: TypeBox.Any,
  Array: TypeBox.Array,
  Boolean: TypeBox.Boolean,
  Enum: TypeBox.Enum,
  Evaluate: TypeBox.Evaluate,
  Exclude: TypeBox.Exclude,
  Extract: TypeBox.Extract,
  Index: TypeBox.Index,
  Integer: TypeBox.Integer,
  Intersect: TypeBox.Intersect,
  KeyOf: TypeBox.KeyOf,
  Literal: TypeBox.Literal,
  Never: TypeBox.Never,
  Null: TypeBox.Null,
  Number: TypeBox.Number,
  Object: TypeBox.Object,
  Omit: TypeBox.Omit,
  Optional: TypeBox.Optional,
  Partial: TypeBox.Partial,
  Pick: TypeBox.Pick,
  Readonly: TypeBox.Readonly,
  Record: TypeBox.Record,
  Ref: TypeBox.Ref,
  Refine: TypeBox.Refine,
  Required: TypeBox.Required,
  String: TypeBox.String,
  Tuple: TypeBox.Tuple,
  Union: TypeBox.Union,
  Unknown: TypeBox.Unknown,
  Unsafe: TypeBox.Unsafe,
} as const;
