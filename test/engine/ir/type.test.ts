import { Compile } from 'typebox/schema';
import { Type } from '../../../engine/ir/type.ts';

test('a record is an object with any names and values of one schema', () => {
  const check = Compile(Type.Record(Type.String(), Type.Integer({ minimum: 0 })));
  expect([{}, { a: 1, '': 2 }].map((value) => check.Check(value))).toEqual([true, true]);
  expect([[], null, 'a', { a: 'b' }, { a: -1 }].map((value) => check.Check(value))).toEqual(Array(5).fill(false));
});

test('a record whose names are no text is refused', () => {
  expect(() => Type.Record(Type.Literal('a') as never, Type.Integer())).not.toThrow();
  expect(() => Type.Record(Type.Integer() as never, Type.Integer())).toThrow(
    'Type.Record takes Type.String() for its names. For a fixed set of names write a Type.Object.',
  );
});
