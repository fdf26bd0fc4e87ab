import { Decimal, field, Numeric, Timestamp, Type } from 'streamgauge';
import { compileValidator, type IsRead } from '../../../engine/decode/validate.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { js } from '../dsl/untyped.ts';

const { Optional } = Type;
const NOON = Date.parse('2024-01-31T12:00:00Z');

interface Settings {
  readonly eventTime?: unknown;
  readonly optionalMismatch?: string;
  readonly isRead?: IsRead;
}

/** What becomes of an event: itself with what is read in the place of what was sent, or why it is refused. */
function judge(fields: object, { isRead, ...settings }: Settings = {}) {
  const schema = Type.Object({ at: Timestamp('epoch-ms'), ...fields });
  const given = { schema, eventTime: 'at', partitionKey: 'id', maxLateness: '0 ms', ...settings };
  const validate = compileValidator(js.stream('s', given) as unknown as StreamDefinition, isRead);
  return (text: string, arrivalMs: number | null = null) => {
    const event = JSON.parse(text) as Record<string, unknown>;
    const judged = validate(event, arrivalMs, text);
    if (judged.kind === 'invalid') return judged.message;
    return { event, timeMs: judged.timeMs, takenAsNull: judged.takenAsNull?.map((path) => path.join(' ')) };
  };
}

const id = Type.String();
const valid = (more: object) => ({ event: expect.objectContaining(more) });

describe('a number that can be text', () => {
  const told = judge({ id, n: Optional(Numeric()), fee: Optional(Decimal({ scale: 2 })) });
  const of = (more: string) => told(`{"id":"a","at":${NOON},${more}}`);

  test.each([
    ['"n":"9.5"', 9.5],
    ['"n":9.5', 9.5],
    ['"n":{"N":"12.50"}', 12.5],
    ['"n":"-0"', 0],
    ['"n":12345678901234567890', 12345678901234567000],
    ['"n":null', null],
  ])('%s is read', (more, n) => {
    expect(of(more)).toMatchObject(valid({ n }));
  });

  test.each(['"n":"9,5"', '"n":""', '"n":" 1"', '"n":{"N":"x"}', '"n":"1e400"'])('%s is refused', (more) => {
    expect(of(more)).toMatch(/^Field 'n' is .*, which is no number, in stream 's'\.$/);
  });

  test.each(['"n":true', '"n":[]', '"n":{"N":1}'])('%s is of another type', (more) => {
    expect(of(more)).toMatch(/^Field 'n(\.N)?' in stream 's' is /);
  });

  test.each([
    ['"fee":"0.10"', 0.1],
    ['"fee":"0.1000"', 0.1],
    ['"fee":1234567890123.45', 1234567890123.45],
    ['"fee":"-3"', -3],
  ])('%s is a decimal', (more, fee) => {
    expect(of(more)).toMatchObject(valid({ fee }));
  });

  test.each(['"fee":"0.001"', '"fee":0.001', '"fee":"12345678901234.5"', '"fee":1e300'])('%s is none', (more) => {
    expect(of(more)).toMatch(
      /which is no decimal with at most 2 digits behind the point and 15 in all, in stream 's'\.$/,
    );
  });
});

describe('a field that has another name in events', () => {
  const told = judge({
    id: field('the id', id),
    a: Optional(field('b', Type.Integer())),
    b: Optional(field('a', Type.Integer())),
    at: field('@time', Timestamp('epoch-ms')),
    c: field('x.y', Type.Object({ d: Optional(field('d-e', Type.Number())), seen: Optional(field('s', Timestamp())) })),
    e: Optional(field('toString', Type.Integer())),
    valueOf: Optional(field('v', Type.Integer())),
  });

  test('has its own name where it is read, also where two swap theirs and in objects', () => {
    const text = `{"the id":"i","a":1,"b":9007199254740993,"@time":${NOON},"x.y":{"d-e":2.5,"d":7,"s":"2024-01-31"},"toString":3}`;
    expect(told(text)).toMatchObject({ timeMs: NOON });
    const { event } = told(text) as { event: Record<string, unknown> };
    expect(event).toMatchObject({ id: 'i', a: 9007199254740993n, b: 1, at: NOON, e: 3 });
    expect(event.c).toMatchObject({ d: 2.5, seen: Date.parse('2024-01-31') });
  });

  test('is not what is called like it in events', () => {
    const { event } = told(`{"the id":"i","e":7,"valueOf":8,"c":5,"id":6,"@time":${NOON},"x.y":{}}`) as {
      event: object;
    };
    expect(event).toMatchObject({ id: 'i', e: undefined, valueOf: undefined });
  });

  test('is called in a message as in events', () => {
    expect(told(`{"@time":${NOON},"x.y":{}}`)).toBe("Field 'the id' in stream 's' is missing.");
    expect(told(`{"the id":"i","@time":${NOON},"x.y":{"d-e":"2"}}`)).toMatch(/^Field 'x\.y\.d-e' in stream 's' is "2"/);
    expect(told(`{"the id":"i","@time":"noon","x.y":{}}`)).toMatch(/^Field '@time' is "noon"/);
  });

  test('cannot be called as another one', () => {
    expect(() => judge({ id, a: Type.String(), b: field('a', Type.String()) })).toThrow(
      "stream 's' has 'a' and 'b', which are both 'a' in events. Name it once.",
    );
    expect(() => field('', Type.String())).toThrow('field(…) was given "", and needs the name that events have');
  });
});

describe('an optional field of another kind', () => {
  const fields = {
    id,
    n: Optional(Type.Integer()),
    seen: Optional(Timestamp('iso8601')),
    price: Optional(Numeric()),
    device: Optional(Type.Object({ os: Type.String(), size: Optional(field('s-z', Type.Integer())) })),
  };
  const BAD = `{"id":"a","at":${NOON},"n":"x","seen":"yesterday","price":"much","device":{"os":1,"s-z":"large"}}`;
  const all = ['n', 'device s-z', 'device', 'seen', 'price'];
  const none = () => false;

  test('counts as null where no view reads it, unless it is to be dead', () => {
    expect(judge(fields, { isRead: none })(BAD)).toMatchObject({
      event: { id: 'a', at: NOON, n: null, seen: null, price: null, device: null },
      takenAsNull: all,
    });
    expect(judge(fields)(BAD)).toMatch(/^Field 'n' in stream 's' is "x"/);
    expect(judge(fields, { isRead: none, optionalMismatch: 'dead' })(BAD)).toMatch(/^Field 'n' in stream 's' is "x"/);
  });

  test('counts as null whoever reads it, where it is to be null', () => {
    expect(judge(fields, { optionalMismatch: 'null' })(BAD)).toMatchObject({ takenAsNull: all });
  });

  test('is dead where a view reads it, or what is in it', () => {
    const reads = (name: string, bad = BAD) => judge(fields, { isRead: (path) => path.join('.') === name })(bad);
    const wrongOs = `{"id":"a","at":${NOON},"device":{"os":1}}`;
    expect(reads('n')).toMatch(/^Field 'n' in/);
    expect(reads('seen')).toMatch(/^Field 'seen' is "yesterday"/);
    expect(reads('device.os', wrongOs)).toMatch(/^Field 'device\.os' in/);
    expect(reads('device.size', wrongOs)).toMatch(/^Field 'device\.os' in/);
  });

  test('is one alone, and the rest of its object stays', () => {
    const told = judge(fields, { optionalMismatch: 'null' });
    expect(told(`{"id":"a","at":${NOON},"n":9223372036854775808,"device":{"os":"x","s-z":"large"}}`)).toMatchObject({
      event: { n: null, device: { os: 'x', size: null } },
      takenAsNull: ['n', 'device s-z'],
    });
    expect(told(`{"id":"a","at":${NOON},"n":3}`)).toMatchObject({ event: { n: 3 }, takenAsNull: undefined });
  });

  test('does not help where a required field is wrong', () => {
    const told = judge(fields, { optionalMismatch: 'null' });
    expect(told(`{"id":7,"at":${NOON},"n":"x"}`)).toMatch(/^Field 'id' in stream 's' is 7/);
    expect(told(`{"id":"a","at":"noon","n":"x"}`)).toMatch(/^Field 'at' is "noon"/);
  });

  test('counts as null however deep the event is', () => {
    const told = judge(fields, { optionalMismatch: 'null' });
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(told(`{"id":"a","at":${NOON},"n":"x","more":${deep}}`)).toMatchObject({ takenAsNull: ['n'] });
    expect(told(`{"id":7,"at":${NOON},"n":"x","more":${deep}}`)).toMatch(/^Field 'id' in stream 's' is 7/);
  });

  test('stays as it was where the event is refused', () => {
    const schema = Type.Object({ id, at: Timestamp('epoch-ms'), n: Optional(Type.Integer()) });
    const given = { schema, eventTime: 'at', partitionKey: 'id', maxLateness: '0 ms', optionalMismatch: 'null' };
    const event = { id: 7, at: NOON, n: 'x' };
    const validate = compileValidator(js.stream('s', given) as unknown as StreamDefinition);
    expect(validate(event, null)).toMatchObject({ kind: 'invalid' });
    expect(event).toEqual({ id: 7, at: NOON, n: 'x' });
  });

  test('is no other value', () => {
    expect(() => judge(fields, { optionalMismatch: 'drop' })).toThrow(
      "stream 's': optionalMismatch is 'drop': it must be 'null' or 'dead'.",
    );
  });
});

describe('several event times', () => {
  const fields = { id, at: Optional(Timestamp('iso8601')), got: Optional(Timestamp('epoch-s')) };
  const told = judge(fields, { eventTime: ['at', 'got', 'arrival'] });

  test('the first is taken that is there and can be read, and at last the arrival', () => {
    expect(told('{"id":"a","at":"2024-01-31T12:00:00Z","got":1}')).toMatchObject({ timeMs: NOON });
    expect(told('{"id":"a","got":1706702400}')).toMatchObject({ timeMs: NOON });
    expect(told('{"id":"a","at":"0000-00-00","got":1706702400}')).toMatchObject({ timeMs: NOON, takenAsNull: ['at'] });
    expect(told('{"id":"a","at":7,"got":"x"}', NOON)).toMatchObject({ timeMs: NOON });
    expect(told('{"id":"a","at":"9999-01-01"}', NOON)).toMatchObject({ timeMs: NOON });
    expect(told('{"id":"a"}', NOON)).toMatchObject({ timeMs: NOON });
  });

  test('where there is none, the event has no time', () => {
    expect(told('{"id":"a"}')).toBe(
      "None of 'at', 'got', 'arrival' in stream 's' is a time in the years 1 to 8999: the event has no time.",
    );
  });

  test('one that is too far in the future is not passed over', () => {
    expect(told('{"id":"a","at":"2024-01-31T13:00:00Z","got":1706702400}', NOON)).toMatch(
      /ms ahead of the event's arrival/,
    );
  });

  test.each([
    [[], "stream 's': eventTime is an empty list: name at least one field."],
    [['at', 'at'], "stream 's': eventTime names a field twice. Name each once."],
    [['at', 'id'], "stream 's': eventTime is 'id', which is a string and must be a Timestamp()."],
    [['arrival', 'at'], "stream 's': eventTime has 'at' behind 'arrival', which every record has. Put 'arrival' last."],
  ])('%j is refused', (eventTime, message) => {
    expect(() => judge(fields, { eventTime })).toThrow(message);
  });
});
