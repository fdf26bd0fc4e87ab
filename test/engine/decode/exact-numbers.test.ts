import { Timestamp, Type } from 'streamgauge';
import type { TSchema } from 'typebox';
import { parseJson } from '../../../engine/decode/parse-json.ts';
import { compileValidator } from '../../../engine/decode/validate.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { js } from '../dsl/untyped.ts';

const { Null, Optional, Union } = Type;

/** What the field `x` of an event is once it is validated, from its JSON; or why the event is invalid. */
function read(schema: TSchema, x: string): unknown {
  const stream = js.stream('s', {
    schema: Type.Object({ at: Timestamp('epoch-ms'), key: Type.String(), x: schema }),
    eventTime: 'at',
    partitionKey: 'key',
    maxLateness: '0 ms',
  });
  const validate = compileValidator(stream as unknown as StreamDefinition);
  const text = `{"at":0,"key":"9007199254740993","x":${x}}`;
  const event = parseJson(text) as Record<string, unknown>;
  const validation = validate(event, null, text);
  return validation.kind === 'invalid' ? validation.message : event.x;
}

describe('a field of Type.Integer() keeps 64 bits', () => {
  test.each<[string, number | bigint]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9007199254740993.0', 9007199254740993n],
    ['9.007199254740993e15', 9007199254740993n],
    ['1e18', 1000000000000000000n],
    ['1e3', 1000],
  ])('%s', (numeral, value) => {
    for (const schema of [Type.Integer(), Optional(Type.Integer()), Union([Type.Integer(), Null()])]) {
      expect(read(schema, numeral)).toBe(value);
    }
  });

  test.each(['9223372036854775808', '-9223372036854775809', '1e19', '1e300', '123456789012345678901234567890'])(
    'but not %s',
    (numeral) => {
      expect(read(Type.Integer(), numeral)).toBe(
        `Field 'x' in stream 's' is ${numeral}: it must be a whole number of at most 64 bits. Send it as text, and make the field Type.String().`,
      );
    },
  );

  test('nor a fraction that a double cannot tell from one', () => {
    expect(read(Type.Integer(), '9007199254740991.75')).toContain(
      "Field 'x' in stream 's' is 9007199254740991.75: it must be a whole number",
    );
  });

  test('within the bounds of the schema, to the last digit', () => {
    const bounded = Type.Integer({ minimum: 0, maximum: 2 ** 53, multipleOf: 2 });
    expect(read(bounded, '9007199254740992')).toBe(9007199254740992n);
    expect(read(bounded, '9007199254740994')).toBe(
      "Field 'x' in stream 's' is 9007199254740994: it must be <= 9007199254740992.",
    );
    expect(read(Type.Integer({ multipleOf: 2 }), '9007199254740993')).toContain('is 9007199254740993: it must be');
    expect(read(Type.Integer({ minimum: 0 }), '-9007199254740993')).toContain('it must be >= 0');
  });

  test('beside another mistake, which is told', () => {
    const inner = Type.Object({ id: Type.Integer(), name: Type.String() });
    expect(read(inner, '{"id":9007199254740993,"name":5}')).toBe(
      "Field 'x.name' in stream 's' is 5: it must be string.",
    );
    expect(read(inner, '{"id":9007199254740993}')).toBe("Field 'x.name' in stream 's' is missing.");
    expect(read(inner, '{"id":9007199254740993,"name":"a"}')).toEqual({ id: 9007199254740993n, name: 'a' });
  });

  test('the last of two fields of one name counts, as in JSON.parse', () => {
    const inner = Type.Object({ id: Type.Integer() });
    expect(read(inner, '{"id":9007199254740993,"id":9007199254740995}')).toEqual({ id: 9007199254740995n });
    expect(read(inner, '{"id":9007199254740993,"id":7}')).toEqual({ id: 7 });
    expect(read(inner, '{"id":7,"\\u0069d":9007199254740993}')).toEqual({ id: 9007199254740993n });
  });

  test('in an event of a union, and where it is a field of another type of event', () => {
    const at = Timestamp('epoch-ms');
    const schema = Type.Union([
      Type.Object({ kind: Type.Literal('a'), at, id: Type.Integer() }),
      Type.Object({ kind: Type.Literal('b'), at, name: Type.String() }),
    ]);
    const stream = js.stream('s', { schema, eventTime: 'at', partitionKey: 'kind', maxLateness: '0 ms' });
    const validate = compileValidator(stream as unknown as StreamDefinition);
    for (const kind of ['a', 'b']) {
      const text = `{"kind":"${kind}","at":0,"name":"n","id":9007199254740993}`;
      const event = parseJson(text) as Record<string, unknown>;
      expect(validate(event, null, text)).toMatchObject({ kind: 'valid' });
      expect(event.id).toBe(9007199254740993n);
    }
  });
});

describe('a field of Type.Number() is a double, and', () => {
  test.each([
    ['9007199254740992', 'exactly one'],
    ['9007199254740994', 'exactly one'],
    ['9223372036854775808', 'exactly one'],
    ['9223372036854776000', 'as JavaScript writes it'],
    ['12345678901234567000', 'as JavaScript writes it'],
    ['10000000000000000000000', 'exactly one'],
    ['100000000000000000000000', 'the shortest digits of one'],
    ['9007199254740993.0', 'a measure'],
    ['9007199254740993.25', 'a measure'],
    ['9.007199254740993e15', 'a measure'],
    ['1.7976931348623157e308', 'a measure'],
    ['0.1234567890123456789', 'a measure'],
  ])('%s is taken: it is %s', (numeral) => {
    expect(read(Type.Number(), numeral)).toBe(Number(numeral));
  });

  test.each(['9007199254740993', '-9007199254740993', '9223372036854775768', '10000000000000000000001'])(
    '%s is refused: another number is the same double',
    (numeral) => {
      for (const schema of [Type.Number(), Optional(Type.Number()), Union([Type.Number(), Null()])]) {
        expect(read(schema, numeral)).toBe(
          `Field 'x' in stream 's' is ${numeral}: it would be rounded. Make the field Type.Integer(), which keeps 64 bits, or send it as text.`,
        );
      }
    },
  );
});

test.each(['1e400', '-1e400', `1${'0'.repeat(400)}`])(
  '%s is beyond all doubles, and its message says so',
  (numeral) => {
    expect(read(Type.Number(), numeral)).toBe(
      "Field 'x' in stream 's' is a number beyond the range of doubles: it must be number.",
    );
  },
);

test('digits in texts, in lists and in fields beyond the schema are as they were', () => {
  expect(read(Type.String(), '"9007199254740993"')).toBe('9007199254740993');
  expect(read(Type.Array(Type.Number()), '[9007199254740993]')).toEqual([9007199254740992]);
  expect(read(Type.Object({}), '{"y":9007199254740993}')).toEqual({ y: 9007199254740992 });
});
