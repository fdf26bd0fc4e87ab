import { Timestamp, Type } from 'streamgauge';
import { fieldAt, type SchemaNode, type StructShape, shapeOf } from '../../../engine/ir/field-shape.ts';
import type { ValueKind } from '../../../engine/ir/node.ts';

const shape = (schema: object) => shapeOf(schema as SchemaNode, "stream 's'");
const leaf = (kind: ValueKind, nullable = false, more: object = {}) => ({
  shape: 'leaf',
  type: { kind, nullable },
  ...more,
});
const integer = (nullable = false) => ({ shape: 'leaf', type: { kind: 'number', nullable, integer: true } });
const elements = (kind: 'list' | 'map', of: object, nullable = false) => ({
  shape: 'leaf',
  type: { kind: 'json', nullable, elements: expect.objectContaining({ kind, shape: of }) as object },
});
const { Null, Union } = Type;

describe('the shape of', () => {
  test.each([
    ['a text', Type.String(), leaf('string')],
    ['a text with a pattern', Type.String({ pattern: '^/', maxLength: 9 }), leaf('string')],
    ['a number', Type.Number(), leaf('number')],
    ['a whole number', Type.Integer(), integer()],
    ['a boolean', Type.Boolean(), leaf('boolean')],
    ['an enum of texts', Type.Enum(['a', 'b']), leaf('string')],
    ['an enum of numbers', Type.Enum([1, 2]), leaf('number')],
    ['a literal', Type.Literal('a'), leaf('string')],
    ['the literal false', Type.Literal(false), leaf('boolean')],
    ['a union of literals', Union([Type.Literal('a'), Type.Literal('b')]), leaf('string')],
    ['an array', Type.Array(Type.String()), elements('list', leaf('string'))],
    ['an array or null', Union([Type.Array(Type.Integer()), Null()]), elements('list', integer(), true)],
    ['a tuple', Type.Tuple([Type.String(), Type.Number()]), leaf('json')],
    [
      'a record',
      Type.Record(Type.String(), Type.Number()),
      elements('map', {
        shape: 'struct',
        nullable: false,
        fields: new Map([
          ['key', leaf('string')],
          ['value', leaf('number')],
        ]),
      }),
    ],
    [
      'arrays of one kind',
      Union([Type.Array(Type.String()), Type.Array(Type.String())]),
      elements('list', leaf('string')),
    ],
    ['arrays of two kinds', Union([Type.Array(Type.String()), Type.Array(Type.Number())]), leaf('json')],
    ['anything', Type.Unknown(), leaf('json')],
    ['nothing', Null(), leaf('json')],
    ['a text or a number', Union([Type.String(), Type.Number()]), leaf('json')],
    ['a text or an object', Union([Type.String(), Type.Object({})]), leaf('json')],
    ['a text or null', Union([Type.String(), Null()]), leaf('string', true)],
    ['null or a text', Union([Null(), Type.String()]), leaf('string', true)],
    ['null alone', Union([Null()]), leaf('json', true)],
    ['a whole number or null', Union([Type.Integer(), Null()]), integer(true)],
    ['a timestamp', Timestamp(), leaf('instant', false, { timestamp: 'any' })],
    ['a timestamp or null', Union([Timestamp('epoch-s'), Null()]), leaf('instant', true, { timestamp: 'epoch-s' })],
    ['timestamps of two formats', Union([Timestamp('epoch-s'), Timestamp('iso8601')]), leaf('json')],
    ['a whole number or any number', Union([Type.Integer(), Type.Number()]), leaf('number')],
    ['a text, or a text or null', Union([Type.String(), Union([Type.String(), Null()])]), leaf('string', true)],
  ])('%s', (_, schema, expected) => {
    expect(shape(schema)).toEqual(expected);
  });

  test('an optional field is nullable, and a struct that can be missing says so once', () => {
    const schema = Type.Object({
      a: Type.Optional(Type.Integer()),
      b: Type.Optional(Type.Object({ c: Type.String() })),
      d: Union([Type.Object({ e: Timestamp('epoch-us') }), Null()]),
    });
    const root = shape(schema) as StructShape;
    expect(root.fields.get('a')).toEqual(integer(true));
    expect(root.fields.get('b')).toEqual({ shape: 'struct', nullable: true, fields: new Map([['c', leaf('string')]]) });
    expect(root.fields.get('d')).toMatchObject({ shape: 'struct', nullable: true });
    expect(fieldAt(root, 'b.c')).toEqual(leaf('string', true));
    expect(fieldAt(root, 'd.e')).toEqual(leaf('instant', true, { timestamp: 'epoch-us' }));
  });

  test('event types: a number that is whole in one of them only is a number', () => {
    const kinds = (a: object, b: object) =>
      shape(Union([Type.Object({ x: a as never }), Type.Object({ x: b as never })])) as StructShape;
    expect(kinds(Type.Number(), Type.Integer()).fields.get('x')).toEqual(leaf('number'));
    expect(kinds(Type.Integer(), Type.Number()).fields.get('x')).toEqual(leaf('number'));
    expect(kinds(Type.Integer(), Type.Integer()).fields.get('x')).toEqual(integer());
  });
});

describe('a path', () => {
  const root = shape(
    Type.Object({
      a: Type.Object({ b: Type.Object({ c: Type.String() }) }),
      constructor: Type.Optional(Type.String()),
    }),
  ) as StructShape;

  test('leads through structs to a leaf', () => {
    expect(fieldAt(root, 'a.b.c')).toEqual(leaf('string'));
  });

  test.each(['', '.', 'a', 'a.b', 'a.b.c.d', 'a..c', 'x', 'a.x.c', '__proto__', 'toString', 'a.constructor'])(
    '%j leads to none',
    (path) => {
      expect(fieldAt(root, path)).toBeNull();
    },
  );

  test('finds a field with the name of a property that every object has', () => {
    expect(fieldAt(root, 'constructor')).toEqual(leaf('string', true));
  });
});
