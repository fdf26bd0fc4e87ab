import { field, stream, Timestamp, Type } from 'streamgauge';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { FIELDS, js, refusal, SETTINGS } from './untyped.ts';

const define = (change: object) => refusal(() => js.stream('clicks', { ...SETTINGS, ...change }));
const schemaOf = (fields: object) => ({ schema: Type.Object({ ...FIELDS, ...fields }) });

describe('a stream as data', () => {
  test('holds its settings in milliseconds, and what is not set has its default', () => {
    const schema = Type.Object({ id: Type.String(), meta: Type.Object({ at: Timestamp('epoch-s') }) });
    const options = { schema, eventTime: 'meta.at', partitionKey: 'id', maxLateness: '90 seconds' } as const;
    expect(stream('clicks', options)).toMatchObject({
      kind: 'stream',
      name: 'clicks',
      eventTime: 'meta.at',
      partitionKey: 'id',
      eventId: null,
      maxLatenessMs: 90_000,
      maxFutureSkewMs: 900_000,
      idleTimeoutMs: 300_000,
    });
    const more = stream('clicks', { ...options, eventId: 'id', maxFutureSkew: '0 ms', idleTimeout: '1 hour' });
    expect(more).toMatchObject({ eventId: 'id', maxFutureSkewMs: 0, idleTimeoutMs: 3_600_000 });
  });

  test('takes a union of event types, and a field that one lacks can be null', () => {
    const at = Timestamp('iso8601');
    const schema = Type.Union([
      Type.Object({ kind: Type.Literal('in'), door: Type.String(), at }),
      Type.Object({ kind: Type.Literal('out'), door: Type.Optional(Type.String()), seconds: Type.Number(), at }),
    ]);
    const doors = stream('doors', { schema, eventTime: 'at', partitionKey: 'kind', maxLateness: '0 ms' });
    const { fields } = (doors as unknown as StreamDefinition).shape;
    expect(Object.fromEntries(fields)).toEqual({
      kind: { shape: 'leaf', type: { kind: 'string', nullable: false } },
      door: { shape: 'leaf', type: { kind: 'string', nullable: true } },
      seconds: { shape: 'leaf', type: { kind: 'number', nullable: true } },
      at: { shape: 'leaf', type: { kind: 'instant', nullable: false }, timestamp: 'iso8601' },
    });
  });
});

describe('a stream is refused', () => {
  test.each(['', 'Clicks', '1clicks', '_clicks', 'page-views', 'a b', 'ünder', 'a'.repeat(64), 'clicks\n'])(
    'under the name %j',
    (name) => {
      const message = refusal(() => js.stream(name, SETTINGS));
      expect(message).toContain(`stream '${name}': a name has 1 to 63 characters, lower-case letters, digits and _`);
    },
  );

  test.each(['a', 'a'.repeat(63), 'page_views_5min'])('but not under the name %j', (name) => {
    expect(js.stream(name, SETTINGS)).toMatchObject({ name });
  });

  test.each([
    ['text', Type.String()],
    ['array', Type.Array(Type.Object(FIELDS))],
    ['union with a text', Type.Union([Type.Object(FIELDS), Type.String()])],
  ])('with a schema that is no object: %s', (_, schema) => {
    expect(define({ schema })).toBe("stream 'clicks': the schema must be a Type.Object, or a Type.Union of several.");
  });

  test.each([
    [
      'eventTime',
      'time',
      "stream 'clicks': eventTime is 'time', and the schema has no such field. Its fields are event_id, page_url,",
    ],
    ['eventTime', 'device.time', "stream 'clicks': eventTime is 'device.time', and the schema has no such field."],
    ['eventTime', 'at.ms', "stream 'clicks': eventTime is 'at.ms', and the schema has no such field."],
    ['eventTime', '', "stream 'clicks': eventTime is '', and the schema has no such field."],
    ['eventTime', 'amount', "stream 'clicks': eventTime is 'amount', which is a number and must be a Timestamp()."],
    ['eventTime', 'page_url', "stream 'clicks': eventTime is 'page_url', which is a string and must be a Timestamp()."],
    ['partitionKey', 'at', "stream 'clicks': partitionKey is 'at', which is a instant and must be string or number."],
    ['partitionKey', 'ok', "stream 'clicks': partitionKey is 'ok', which is a boolean and must be string or number."],
    ['partitionKey', 'user', "stream 'clicks': partitionKey is 'user', and the schema has no such field."],
    ['eventId', 'tags', "stream 'clicks': eventId is 'tags', which is a json and must be string or number."],
    ['eventId', 'device', "stream 'clicks': eventId is 'device', and the schema has no such field."],
  ])('where %s is %j', (setting, path, message) => {
    expect(define({ [setting]: path })).toContain(message);
  });

  test.each(['maxLateness', 'maxFutureSkew', 'idleTimeout'])('where %s is no duration', (setting) => {
    expect(define({ [setting]: '5 minuts' })).toContain(`stream 'clicks': ${setting} is '5 minuts', which is not`);
    expect(define({ [setting]: '-5 minutes' })).toContain(`stream 'clicks': ${setting} is '-5 minutes', which is not`);
    expect(define({ [setting]: '367 days' })).toContain(`stream 'clicks': ${setting} is '367 days': it must be`);
  });

  test('without maxLateness', () => {
    expect(define({ maxLateness: undefined })).toContain("stream 'clicks': maxLateness is missing. Give a duration");
  });

  test.each(['eventTime', 'partitionKey'])('without %s', (setting) => {
    expect(define({ [setting]: undefined })).toContain(`stream 'clicks': ${setting} is`);
  });

  test('with a setting that there is none of, for a misspelt one would be 0 without a word', () => {
    expect(define({ maxFutureSkw: '5 minutes' })).toContain('maxFutureSkw');
  });

  test.each([undefined, null, 'clicks'])('with %p for its settings', (settings) => {
    expect(refusal(() => js.stream('clicks', settings))).toContain("stream 'clicks'");
  });

  test('with a field whose name is empty or holds a dot', () => {
    expect(define(schemaOf({ 'a.b': Type.String() }))).toContain("stream 'clicks' has a field named 'a.b'.");
    expect(define(schemaOf({ a: Type.Object({ '': Type.String() }) }))).toContain(
      "stream 'clicks': field 'a' has a field named ''.",
    );
  });

  test('with a timestamp of a format that there is none of', () => {
    expect(define(schemaOf({ when: js.Timestamp('rfc1123') }))).toBe(
      "stream 'clicks': field 'when' is a timestamp of format 'rfc1123'. Use one of iso8601, epoch-s, epoch-ms, epoch-us, epoch-ns, rfc2822, common-log, any, auto.",
    );
  });

  test.each([
    ['a field', (refined: object) => ({ path: refined })],
    ['an optional field', (refined: object) => ({ path: Type.Optional(refined as never) })],
    ['a field of a struct', (refined: object) => ({ outer: Type.Object({ path: refined as never }) })],
    ['a field of a union', (refined: object) => ({ path: Type.Union([refined as never, Type.Null()]) })],
  ])('with Type.Refine on %s', (_, fields) => {
    const refined = Type.Refine(Type.String(), (text: string) => text.startsWith('/'));
    expect(define(schemaOf(fields(refined)))).toMatch(/^stream 'clicks': field '.*' uses Type\.Refine, whose check/);
  });

  test('with an enum of several types', () => {
    expect(define(schemaOf({ level: Type.Enum(['low', 1]) }))).toBe(
      "stream 'clicks': field 'level' lists values of several types (string, number). Values of one type can be a column.",
    );
  });

  test('with event types that write a timestamp in several ways, or call a field by several names', () => {
    const at = Timestamp();
    const schema = (a: object, b: object) =>
      Type.Union([Type.Object({ page_url: Type.String(), at, x: a as never }), Type.Object({ at, x: b as never })]);
    const union = (a: object, b: object) => ({ schema: schema(a, b), eventId: undefined });
    const told =
      "stream 'clicks': field 'x' is a timestamp, and not of one format in every event type of the union. Use Timestamp('auto') in all of them, or give each a name of its own.";
    expect(define(union(Timestamp('epoch-s'), Timestamp('epoch-ms')))).toBe(told);
    expect(define(union(Timestamp('epoch-s'), Type.Number()))).toBe(told);
    expect(define(union(field('a', Type.Number()), field('b', Type.Number())))).toBe(
      "stream 'clicks': field 'x' is not called the same in events of every type of the union. Give each a name of its own.",
    );
  });
});
