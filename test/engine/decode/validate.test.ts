import fc from 'fast-check';
import { Timestamp, Type } from 'streamgauge';
import type { TSchema } from 'typebox';
import { jsonLinesDecoder } from '../../../engine/decode/json-lines.ts';
import { compileValidator, type Validation } from '../../../engine/decode/validate.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { EARLIEST_EVENT_MS, formatInstant, LATEST_EVENT_MS } from '../../../engine/time/instant.ts';
import { js } from '../dsl/untyped.ts';

const SEED = 20150517;
const NOON = Date.parse('2015-05-17T12:00:00Z');
const { Null, Optional, Union } = Type;

type Verdict = Validation | { readonly kind: 'not_an_event' };

/** A stream of the schema, and what its validator says of an event's JSON. */
function validatorOf(schema: TSchema, settings: object = {}): (event: unknown, arrivalMs?: number) => Verdict {
  const stream = js.stream('s', { schema, eventTime: 'at', partitionKey: 'at_key', maxLateness: '0 ms', ...settings });
  const validate = compileValidator(stream as unknown as StreamDefinition);
  return (event, arrivalMs) => {
    const decoded = jsonLinesDecoder.open(Buffer.from(JSON.stringify(event))).next();
    return decoded?.kind === 'value' ? { ...validate(decoded.value, arrivalMs ?? null) } : { kind: 'not_an_event' };
  };
}

/** A validator of events with one field more than every event needs. */
function ofField(schema: TSchema) {
  const validate = validatorOf(Type.Object({ at: Timestamp('epoch-ms'), at_key: Type.String(), x: schema }));
  return (fields: object) => validate({ at: NOON, at_key: 'k', ...fields });
}

const VALID = { kind: 'valid', timeMs: NOON };
const invalid = (reason: string, message: string) => ({ kind: 'invalid', reason, message });

describe('a required field', () => {
  const schemas: [string, TSchema, unknown, unknown][] = [
    ['text', Type.String(), 'a', 5],
    ['empty text', Type.String(), '', false],
    ['number', Type.Number(), 0.5, '0.5'],
    ['zero', Type.Number(), 0, true],
    ['whole number', Type.Integer(), -3, -3.5],
    ['whole number, written 5.0', Type.Integer(), 5.0, '5'],
    ['boolean', Type.Boolean(), false, 0],
    ['enum', Type.Enum(['a', 'b']), 'b', 'c'],
    ['enum of numbers', Type.Enum([1, 2]), 2, '2'],
    ['literal', Type.Literal('a'), 'a', 'A'],
    ['union of literals', Union([Type.Literal('a'), Type.Literal('b')]), 'a', 'c'],
    ['union of kinds', Union([Type.String(), Type.Number()]), 5, true],
    ['text with a pattern', Type.String({ pattern: '^/' }), '/a', 'a'],
    ['text of a length', Type.String({ minLength: 2, maxLength: 3 }), 'abc', 'abcd'],
    ['number with bounds', Type.Number({ minimum: 0, exclusiveMaximum: 1 }), 0, 1],
    ['whole number with a bound', Type.Integer({ minimum: 0 }), 0, -1],
    ['multiple', Type.Integer({ multipleOf: 5 }), 10, 12],
    ['array', Type.Array(Type.String()), ['a'], ['a', 5]],
    ['array of a length', Type.Array(Type.String(), { minItems: 1 }), ['a'], []],
    ['tuple', Type.Tuple([Type.String(), Type.Number()]), ['a', 1], [1, 'a']],
    ['record', Type.Record(Type.String(), Type.Number()), { a: 1 }, { a: 'x' }],
    ['struct', Type.Object({ y: Type.Number() }), { y: 1, z: 2 }, { y: 'a' }],
    ['closed struct', Type.Object({ y: Type.Number() }, { additionalProperties: false }), { y: 1 }, { y: 1, z: 2 }],
    ['timestamp', Timestamp('iso8601'), '2015-05-17T12:00:00Z', NOON],
  ];

  test.each(schemas)('%s: fits, is of another type, is missing or null', (_, schema, right, wrong) => {
    const validate = ofField(schema);
    const missing = invalid('missing_field', "Field 'x' in stream 's' is missing.");
    expect(validate({ x: right })).toEqual(VALID);
    expect(validate({ x: wrong })).toMatchObject({ kind: 'invalid', reason: 'wrong_type' });
    expect(validate({})).toEqual(missing);
    expect(validate({ x: null })).toEqual(missing);
  });

  test.each(schemas)('%s: optional, it can be missing or null, and no other type either', (_, schema, right, wrong) => {
    const validate = ofField(Optional(schema));
    expect(validate({ x: right })).toEqual(VALID);
    expect(validate({ x: wrong })).toMatchObject({ kind: 'invalid', reason: 'wrong_type' });
    expect(validate({})).toEqual(VALID);
    expect(validate({ x: null })).toEqual(VALID);
  });

  test.each(schemas)('%s or null: null and missing are one', (_, schema, right, wrong) => {
    const validate = ofField(Union([schema, Null()]));
    expect(validate({ x: right })).toEqual(VALID);
    expect(validate({ x: wrong })).toMatchObject({ kind: 'invalid', reason: 'wrong_type' });
    expect(validate({ x: null })).toEqual(VALID);
  });

  test('that may be null may be missing: null and missing are one', () => {
    expect(ofField(Union([Type.String(), Null()]))({})).toEqual(VALID);
  });
});

describe('a struct', () => {
  const inner = Type.Object({ a: Type.String(), b: Optional(Type.Integer()), at: Optional(Timestamp('iso8601')) });
  const validate = ofField(Optional(inner));

  test('that can be missing has required fields where it is there', () => {
    expect(validate({ x: { a: 'a', b: null } })).toEqual(VALID);
    expect(validate({ x: {} })).toEqual(invalid('missing_field', "Field 'x.a' in stream 's' is missing."));
    expect(validate({ x: { a: null } })).toEqual(invalid('missing_field', "Field 'x.a' in stream 's' is missing."));
    expect(validate({ x: { a: 'a', b: 'b' } })).toEqual(
      invalid('wrong_type', `Field 'x.b' in stream 's' is "b": it must be integer.`),
    );
  });

  test('is not a text or a list', () => {
    expect(validate({ x: 'a' })).toMatchObject({ reason: 'wrong_type' });
    expect(validate({ x: [] })).toMatchObject({ reason: 'wrong_type' });
  });
});

describe('a whole number is refused where a double may have rounded it, and its text is not there', () => {
  const verdict = (schema: TSchema, digits: string) => ofField(schema)({ x: JSON.parse(digits) }).kind;

  test.each(['9007199254740991', '-9007199254740991', '0', '-0', '1e3'])('but not %s', (digits) => {
    expect(verdict(Type.Integer(), digits)).toBe('valid');
  });

  test.each(['9007199254740992', '9007199254740993', '-9007199254740993', '1234567890123456789', '1e300'])(
    '%s',
    (digits) => {
      expect(verdict(Type.Integer(), digits)).toBe('invalid');
      expect(verdict(Optional(Type.Integer()), digits)).toBe('invalid');
      expect(verdict(Union([Type.Integer(), Null()]), digits)).toBe('invalid');
      expect(verdict(Type.Integer({ minimum: 0 }), digits)).toBe('invalid');
    },
  );

  test('whatever wider bounds the schema has', () => {
    const wide = Type.Integer({ minimum: -(10 ** 18), maximum: 10 ** 18 });
    expect(verdict(wide, '9007199254740993')).toBe('invalid');
    expect(verdict(wide, '-9007199254740993')).toBe('invalid');
  });

  test('and any other number only where it is beyond the range of a double', () => {
    const schema = Type.Object({ at: Timestamp(), at_key: Type.String(), x: Type.Number() });
    const stream = js.stream('s', { schema, eventTime: 'at', partitionKey: 'at_key', maxLateness: '0 ms' });
    const validate = compileValidator(stream as unknown as StreamDefinition);
    const event = (x: string) => JSON.parse(`{"at":0,"at_key":"k","x":${x}}`);
    expect(validate(event('1e308'), null)).toMatchObject({ kind: 'valid' });
    expect(validate(event('1e309'), null)).toMatchObject({ kind: 'invalid', reason: 'wrong_type' });
    expect(validate({ ...event('1'), at: Number.NEGATIVE_INFINITY }, null)).toMatchObject({ kind: 'invalid' });
  });
});

describe('what is no object is refused:', () => {
  const validate = ofField(Optional(Type.String()));
  const direct = validatorOf(Type.Object({ at: Timestamp(), at_key: Type.String() }));
  test.each<[unknown, string]>([
    [5, 'a number'],
    ['{}', 'a string'],
    [true, 'a boolean'],
    [null, 'null'],
    [[[{ at: NOON, at_key: 'k' }]], 'an array'],
  ])('%j', (event, found) => {
    expect(direct(event)).toEqual(invalid('wrong_type', `The event in stream 's' is ${found} and must be an object.`));
  });

  test('but an object may have fields beyond the schema, even one named __proto__', () => {
    expect(validate(JSON.parse('{"__proto__":{"x":5},"constructor":5,"y":{"z":[null]}}'))).toEqual(VALID);
  });
});

test.each(['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'])(
  'a field named %s is missing where the event has none, whatever objects inherit',
  (name) => {
    const fields = { at: Timestamp(), at_key: Type.String() };
    const required = validatorOf(Type.Object({ ...fields, [name]: Type.String() }));
    const optional = validatorOf(Type.Object({ ...fields, [name]: Optional(Type.String()) }));
    const own = JSON.parse(`{"at":${NOON},"at_key":"k","${name}":"x"}`);
    expect(required({ at: NOON, at_key: 'k' })).toEqual(
      invalid('missing_field', `Field '${name}' in stream 's' is missing.`),
    );
    expect(required(own)).toEqual(VALID);
    expect(optional({ at: NOON, at_key: 'k' })).toEqual(VALID);
    expect(optional(own)).toEqual(VALID);
  },
);

describe('messages', () => {
  test('name field, stream and what was found, in at most 80 characters', () => {
    expect(ofField(Type.Integer())({ x: 1.5 })).toEqual(
      invalid('wrong_type', "Field 'x' in stream 's' is 1.5: it must be integer."),
    );
    const long = ofField(Type.Integer())({ x: 'y'.repeat(500) });
    expect(long).toMatchObject({ message: `Field 'x' in stream 's' is "${'y'.repeat(76)}…: it must be integer.` });
  });

  test.each<[TSchema, string]>([
    [Type.Enum(['view', 'click', 'buy']), 'must be "view", "click" or "buy"'],
    [Type.Literal('view'), 'must be "view"'],
    [Union([Type.Literal('view'), Type.Literal(7), Type.Literal(true)]), 'must be "view", 7 or true'],
    [
      Type.Enum(Array.from({ length: 20 }, (_, n) => `v${n}`)),
      'must be one of 20 values: "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7" …',
    ],
  ])('say what a literal or an enum allows: %#', (schema, words) => {
    expect(ofField(schema)({ x: 'bye' })).toEqual(
      invalid('wrong_type', `Field 'x' in stream 's' is "bye": it ${words}.`),
    );
  });

  test('name fields with a slash or a tilde as they are', () => {
    const schema = Type.Object({ at: Timestamp(), at_key: Type.String(), 'a/b~c': Optional(Type.Number()) });
    expect(validatorOf(schema)({ at: NOON, at_key: 'k', 'a/b~c': 'x' })).toMatchObject({
      message: `Field 'a/b~c' in stream 's' is "x": it must be number.`,
    });
  });
});

describe('event types of a union', () => {
  const at = Timestamp('epoch-ms');
  const types = Union([
    Type.Object({ kind: Type.Literal('charge'), at, at_key: Type.String(), cents: Type.Integer() }),
    Type.Object({ kind: Type.Literal('refund'), at, at_key: Type.String(), reason: Optional(Type.String()) }),
    Type.Object({ kind: Type.Literal('login'), at, at_key: Type.String(), device: Type.String() }),
  ]);
  const validate = validatorOf(types);
  const event = { at: NOON, at_key: 'k' };

  test('each fit by their own fields', () => {
    expect(validate({ ...event, kind: 'charge', cents: 5 })).toEqual(VALID);
    expect(validate({ ...event, kind: 'refund' })).toEqual(VALID);
    expect(validate({ ...event, kind: 'refund', reason: null })).toEqual(VALID);
    expect(validate({ ...event, kind: 'login', device: 'phone' })).toEqual(VALID);
    expect(validate({ ...event, kind: 'transfer' })).toEqual(
      invalid('wrong_type', `Field 'kind' in stream 's' is "transfer": it must be "charge", "refund" or "login".`),
    );
    expect(validate({ ...event, kind: 'charge' })).toMatchObject({ kind: 'invalid' });
  });

  test('tell of the field that their own type misses, not one of another type', () => {
    expect(validate({ ...event, kind: 'login' })).toEqual(
      invalid('missing_field', "Field 'device' in stream 's' is missing."),
    );
  });

  test('tell of the field that is of the wrong type, not of one that another type has', () => {
    expect(validate({ ...event, kind: 'login', device: 5 })).toMatchObject({
      reason: 'wrong_type',
      message: expect.stringContaining("'device'"),
    });
  });

  test('have no field of another type in a shape that expressions do not expect', () => {
    // Expressions read `cents` of every event as a whole number or null.
    expect(validate({ ...event, kind: 'refund', cents: 'many' })).toMatchObject({
      kind: 'invalid',
      reason: 'wrong_type',
    });
  });
});

describe('timestamps', () => {
  const schema = Type.Object({
    at: Timestamp('epoch-s'),
    at_key: Type.String(),
    seen: Optional(Timestamp('iso8601')),
    nested: Optional(
      Type.Object({
        deep: Type.Object({ at: Timestamp('epoch-us') }),
        any: Optional(Timestamp()),
        ms: Optional(Timestamp('epoch-ms')),
      }),
    ),
  });
  const stream = js.stream('s', { schema, eventTime: 'at', partitionKey: 'at_key', maxLateness: '0 ms' });
  const validate = compileValidator(stream as unknown as StreamDefinition);
  const event = { at: NOON / 1000, at_key: 'k' };

  test('become milliseconds, in place; everything else stays', () => {
    const full = {
      ...event,
      seen: '2015-05-17T14:00:00+02:00',
      nested: { deep: { at: NOON * 1000 }, any: NOON, more: '2015-05-17T14:00:00Z' },
    };
    expect(validate(full, null)).toEqual(VALID);
    expect(full).toEqual({
      at: NOON,
      at_key: 'k',
      seen: NOON,
      nested: { deep: { at: NOON }, any: NOON, more: '2015-05-17T14:00:00Z' },
    });
  });

  test('that are null or missing stay so', () => {
    const some = { ...event, seen: null, nested: { deep: { at: 0 }, any: null } };
    expect(validate(some, null)).toEqual(VALID);
    expect(some).toEqual({ at: NOON, at_key: 'k', seen: null, nested: { deep: { at: 0 }, any: null } });
    expect(validate({ ...event, nested: null }, null)).toEqual(VALID);
  });

  test('that are none are told with field, value, format and stream', () => {
    expect(validate({ ...event, seen: '2015-02-29T00:00:00Z' }, null)).toEqual(
      invalid(
        'unknown_time',
        `Field 'seen' is "2015-02-29T00:00:00Z", which is no timestamp of format iso8601, in stream 's'.`,
      ),
    );
    const nested = { deep: { at: 0 }, any: 'noon' };
    expect(validate({ ...event, nested }, null)).toEqual(
      invalid(
        'unknown_time',
        `Field 'nested.any' is "noon", which is neither ISO-8601 text nor a number since 1970, in stream 's'.`,
      ),
    );
  });

  test('that are long texts are cut in the message, so that people can read it', () => {
    const judged = validate({ ...event, seen: '9'.repeat(200_000) }, null);
    expect(judged).toMatchObject({ reason: 'unknown_time', message: expect.stringContaining(`Field 'seen' is "999`) });
    expect((judged as { message: string }).message.length).toBeLessThan(200);
  });

  test('of another JSON type are of the wrong type', () => {
    expect(validate({ ...event, at: true }, null)).toMatchObject({ reason: 'wrong_type' });
    expect(validate({ ...event, seen: NOON }, null)).toMatchObject({ reason: 'wrong_type' });
    expect(validate({ ...event, nested: { deep: { at: true } } }, null)).toMatchObject({ reason: 'wrong_type' });
  });

  test.each([1e300, 9e15, -9e15, 253_402_300_800_000, -62_167_219_200_001])(
    'other than the event time are years that a row can show, too: %p ms is not',
    (ms) => {
      expect(validate({ ...event, nested: { deep: { at: 0 }, ms } }, null)).toMatchObject({
        kind: 'invalid',
        reason: 'unknown_time',
      });
    },
  );
});

describe('the event time', () => {
  const schema = Type.Object({ at: Optional(Timestamp('epoch-ms')), at_key: Type.String() });
  const at = validatorOf(schema);

  test('lies in the years 1 to 8999', () => {
    for (const timeMs of [EARLIEST_EVENT_MS, -1, 0, LATEST_EVENT_MS]) {
      expect(at({ at: timeMs, at_key: 'k' })).toEqual({ kind: 'valid', timeMs });
    }
    for (const timeMs of [EARLIEST_EVENT_MS - 1, LATEST_EVENT_MS + 1, 1e300, -1e300]) {
      expect(at({ at: timeMs, at_key: 'k' })).toEqual(
        invalid('unknown_time', "The event time 'at' in stream 's' is outside the years 1 to 8999."),
      );
    }
  });

  test('is needed, though its field may be optional', () => {
    const unknown = invalid('unknown_time', "The event time 'at' in stream 's' is null.");
    expect(at({ at: null, at_key: 'k' })).toEqual(unknown);
    expect(at({ at_key: 'k' })).toEqual(unknown);
  });

  test('in a struct that is not there is null', () => {
    const meta = Optional(Type.Object({ at: Timestamp() }));
    const validate = validatorOf(Type.Object({ meta, at_key: Type.String() }), { eventTime: 'meta.at' });
    expect(validate({ meta: { at: NOON }, at_key: 'k' })).toEqual(VALID);
    expect(validate({ at_key: 'k' })).toEqual(
      invalid('unknown_time', "The event time 'meta.at' in stream 's' is null."),
    );
  });

  test('is at most maxFutureSkew ahead of the arrival', () => {
    const skewed = validatorOf(schema, { maxFutureSkew: '5 seconds' });
    const ahead = (ms: number) => skewed({ at: NOON + ms, at_key: 'k' }, NOON);
    expect(ahead(5000)).toEqual({ kind: 'valid', timeMs: NOON + 5000 });
    expect(ahead(-1e9)).toMatchObject({ kind: 'valid' });
    expect(ahead(5001)).toEqual(
      invalid(
        'future_time',
        `The event time ${formatInstant(NOON + 5001)} in stream 's' is 5001 ms ahead of the event's arrival, and maxFutureSkew is 5000 ms.`,
      ),
    );
    const exact = validatorOf(schema, { maxFutureSkew: '0 ms' });
    expect(exact({ at: NOON, at_key: 'k' }, NOON)).toMatchObject({ kind: 'valid' });
    expect(exact({ at: NOON + 1, at_key: 'k' }, NOON)).toMatchObject({ reason: 'future_time' });
  });

  test('is at most a quarter of an hour ahead where no skew is set', () => {
    expect(at({ at: NOON + 900_000, at_key: 'k' }, NOON)).toMatchObject({ kind: 'valid' });
    expect(at({ at: NOON + 900_001, at_key: 'k' }, NOON)).toMatchObject({ kind: 'invalid', reason: 'future_time' });
  });

  test('may be anything ahead where no arrival is known', () => {
    expect(validatorOf(schema, { maxFutureSkew: '0 ms' })({ at: NOON, at_key: 'k' })).toEqual(VALID);
  });
});

describe('the validator', () => {
  const validate = ofField(Optional(Type.Object({ y: Type.Array(Type.Integer()) })));

  test('never throws, whatever JSON it gets', () => {
    const json = fc.jsonValue();
    const fields = fc.record(
      { at: fc.oneof(json, fc.double({ noNaN: true })), at_key: json, x: fc.oneof(json, fc.record({ y: json })) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(json, fields), (value) => {
        const verdict = validate(value as object);
        if (verdict.kind === 'invalid') expect(verdict.message).toMatch(/^(The event|Field) .*\.$/su);
        else expect(verdict.kind).toBe('valid');
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  test('does not throw for a field that is nested deeply', () => {
    const depth = 100_000;
    const text = `{"at":1,"at_key":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const schema = Type.Object({ at: Timestamp(), at_key: Type.String() });
    const stream = js.stream('s', { schema, eventTime: 'at', partitionKey: 'at_key', maxLateness: '0 ms' });
    const direct = compileValidator(stream as unknown as StreamDefinition);
    expect(direct(JSON.parse(text), null)).toMatchObject({ kind: 'invalid', reason: 'wrong_type' });
  });
});
