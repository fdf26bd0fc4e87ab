import * as TypeBox from 'typebox';
import { DefinitionError } from './errors.ts';

/** An object with any names, whose values are all of one schema. TypeBox's own takes its parser along, for names that are no text. */
function recordOf<Values extends TypeBox.TSchema>(
  names: TypeBox.TString,
  values: Values,
  options: TypeBox.TObjectOptions = {},
): TypeBox.TRecord<'^.*$', Values> {
  if ((names as { readonly type?: unknown }).type !== 'string') {
    throw new DefinitionError(
      'Type.Record takes Type.String() for its names. For a fixed set of names write a Type.Object.',
    );
  }
  const schema = { ...options, type: 'object', patternProperties: { '^.*$': values } };
  return TypeBox.Unsafe(schema) as unknown as TypeBox.TRecord<'^.*$', Values>;
}

/**
 * What schemas are written with: the builders of TypeBox that describe JSON. TypeBox's own `Type` also makes types of types (`Partial`,
 * `Pick`, `KeyOf`), and has a parser for that, which would be a tenth of what a Lambda reads when it starts. Where you need those,
 * import `Type` from 'typebox'.
 *
 * @example
 * Type.Object({ user_id: Type.String(), amount: Type.Optional(Type.Number({ minimum: 0 })) })
 */
export const Type = {
  Any: TypeBox.Any,
  Array: TypeBox.Array,
  Boolean: TypeBox.Boolean,
  Enum: TypeBox.Enum,
  Integer: TypeBox.Integer,
  Intersect: TypeBox.Intersect,
  Literal: TypeBox.Literal,
  Never: TypeBox.Never,
  Null: TypeBox.Null,
  Number: TypeBox.Number,
  Object: TypeBox.Object,
  Optional: TypeBox.Optional,
  Readonly: TypeBox.Readonly,
  Record: recordOf,
  Ref: TypeBox.Ref,
  Refine: TypeBox.Refine,
  String: TypeBox.String,
  Tuple: TypeBox.Tuple,
  Union: TypeBox.Union,
  Unknown: TypeBox.Unknown,
  Unsafe: TypeBox.Unsafe,
} as const;
