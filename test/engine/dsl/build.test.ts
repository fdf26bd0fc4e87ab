import { Timestamp, Type } from 'streamgauge';
import { leavesOf, node } from './leaves.ts';
import { refusal } from './untyped.ts';

const FIELDS = {
  status: Type.Integer(),
  amount: Type.Number(),
  action: Type.Enum(['view', 'click']),
  ok: Type.Boolean(),
  cached: Type.Boolean(),
  bytes: Type.Optional(Type.Integer()),
  note: Type.Optional(Type.String()),
  device: Type.Object({ os: Type.String(), eq: Type.Number(), screen: Type.Object({ width: Type.Integer() }) }),
  address: Type.Optional(Type.Object({ city: Type.String() })),
  tags: Type.Array(Type.String()),
  at: Timestamp('iso8601'),
  seen_at: Type.Optional(Timestamp('iso8601')),
};
const e = leavesOf(FIELDS);
const untyped = e as unknown as Record<string, Record<string, Record<string, unknown> | undefined> | undefined>;

const number = (nullable: boolean) => ({ kind: 'number', nullable });
const whole = (nullable: boolean) => ({ kind: 'number', nullable, integer: true });
const boolean = (nullable: boolean) => ({ kind: 'boolean', nullable });
const text = (nullable: boolean) => ({ kind: 'string', nullable });

describe('a node says the kind of its value and whether it can be null', () => {
  test.each<[string, () => unknown, object]>([
    ['a field', () => e.status, whole(false)],
    ['an optional field', () => e.bytes, whole(true)],
    ['a field of a struct', () => e.device.screen.width, whole(false)],
    ['a field of a struct that can be missing', () => e.address.city, text(true)],
    ['a comparison', () => e.status.gte(500), boolean(false)],
    ['a comparison with what can be null', () => e.status.eq(e.bytes), boolean(true)],
    ['in', () => e.action.in(['view']), boolean(false)],
    ['in of what can be null', () => e.note.in(['a']), boolean(true)],
    ['isNull', () => e.note.isNull(), boolean(false)],
    ['and', () => e.ok.and(e.cached), boolean(false)],
    ['and with what can be null', () => e.ok.and(e.cached, e.note.eq('')), boolean(true)],
    ['or with what can be null', () => e.note.eq('').or(e.ok), boolean(true)],
    ['not', () => e.ok.not(), boolean(false)],
    ['a sum of whole numbers', () => e.status.add(1), whole(false)],
    ['a sum with a fraction', () => e.status.add(0.5), number(false)],
    ['a sum of numbers', () => e.status.sub(e.amount), number(false)],
    ['a sum with what can be null', () => e.status.mul(e.bytes), whole(true)],
    ['a quotient', () => e.status.div(2), number(true)],
    ['coalesce', () => e.bytes.coalesce(0), whole(false)],
    ['coalesce to a fraction', () => e.bytes.coalesce(0.5), number(false)],
    ['urlPath', () => e.note.urlPath(), text(true)],
    ['msSince', () => e.at.msSince(e.at), whole(false)],
    ['msSince of what can be null', () => e.at.msSince(e.seen_at), whole(true)],
  ])('%s', (_, make, type) => {
    expect(node(make()).type).toEqual(type);
  });
});

test('a node is data, which JSON can hold', () => {
  const condition = e.device.os.eq('ios').and(e.status.in([200, 304]));
  expect(JSON.parse(JSON.stringify(node(condition)))).toEqual({
    op: 'and',
    operands: [
      {
        op: 'compare',
        operator: 'eq',
        left: { op: 'field', path: ['device', 'os'], type: text(false) },
        right: { op: 'literal', value: 'ios', type: text(false) },
        type: boolean(false),
      },
      {
        op: 'in',
        operand: { op: 'field', path: ['status'], type: whole(false) },
        values: [200, 304],
        type: boolean(false),
      },
    ],
    type: boolean(false),
  });
});

test('a field may have the name of a method, in a struct and at the top', () => {
  expect(node(e.device.eq.eq(1))).toMatchObject({ left: { path: ['device', 'eq'] } });
  const named = leavesOf({ gt: Type.Number(), in: Type.String(), toString: Type.String(), and: Type.String() });
  expect(node(named.gt.gt(1))).toMatchObject({ left: { path: ['gt'] } });
  expect(node(named.in)).toMatchObject({ path: ['in'] });
  expect(node(named.toString)).toMatchObject({ path: ['toString'] });
  expect(node(named.and)).toMatchObject({ path: ['and'] });
});

test('a struct lists its fields, as an object does', () => {
  expect(Object.keys(e.device as object)).toEqual(['os', 'eq', 'screen']);
  expect('os' in (e.device as object)).toBe(true);
  expect('toString' in (e.device as object)).toBe(false);
});

describe('an unknown field is refused', () => {
  test.each([
    ['stauts', "view 'v' of stream 's' has no field 'stauts'. Did you mean 'status'? Its fields are status, amount,"],
    ['Amount', "has no field 'Amount'. Did you mean 'amount'?"],
    ['tag', "has no field 'tag'. Did you mean 'tags'?"],
    ['is_ok_or_so', "has no field 'is_ok_or_so'. Its fields are"],
    ['', "has no field ''. Its fields are"],
    ['constructor', "has no field 'constructor'. Its fields are"],
    ['__proto__', "has no field '__proto__'. Its fields are"],
  ])('%j', (name, message) => {
    expect(refusal(() => untyped[name])).toContain(message);
  });

  test('in a struct, by its path', () => {
    expect(refusal(() => untyped.device?.o)).toBe(
      "view 'v' of stream 's' has no field 'device.o'. Did you mean 'device.os'? Its fields are os, eq, screen.",
    );
    expect(refusal(() => untyped.device?.screen?.height)).toContain(
      "has no field 'device.screen.height'. Its fields are width.",
    );
  });

  test('with the nearest name, not the first that is near', () => {
    const near = leavesOf({ page_uri_: Type.String(), page_url: Type.String() });
    expect(refusal(() => (near as Record<string, unknown>).page_ur)).toContain("Did you mean 'page_url'?");
  });
});

describe("JavaScript's operators are refused on", () => {
  const told = (what: string) =>
    `${what} is an expression, not a value: JavaScript's operators do not work on it. Write a.add(b), a.gt(b), a.eq(b) and so on.`;
  const value = (expression: unknown) => expression as number;

  test.each<[string, () => unknown, string]>([
    ['+', () => value(e.amount) + 1, "'amount'"],
    ['+ with a text', () => `${e.note}`, "'note'"],
    ['-', () => value(e.amount) - value(e.status), "'amount'"],
    ['*', () => value(e.device.screen.width) * 2, "'device.screen.width'"],
    ['/ on a result', () => value(e.amount.mul(2)) / 2, 'the result of mul()'],
    ['>', () => value(e.amount) > 5, "'amount'"],
    ['<= on the right', () => 5 <= value(e.amount), "'amount'"],
    // biome-ignore lint/suspicious/noDoubleEquals: the operator under test.
    ['== with a value', () => value(e.amount) == 5, "'amount'"],
    ['unary -', () => -value(e.bytes.coalesce(0)), 'the result of coalesce()'],
    ['unary +', () => +value(e.ok.not()), 'the result of not()'],
    ['a key', () => ({})[value(e.status.gte(5))], 'the result of gte()'],
  ])('%s', (_, operate, what) => {
    expect(refusal(operate)).toBe(told(what));
  });

  test('structs, whose fields they would look for', () => {
    expect(refusal(() => value(e.device) > 5)).toContain("has no field 'device.");
  });
});

describe('an operand is refused', () => {
  test.each<[string, () => unknown, string]>([
    ['of another kind', () => e.amount.gt('5'), `gt() on 'amount', a number, was given the string "5".`],
    ['of another kind', () => e.note.lt(5), "lt() on 'note', a string, was given the number 5."],
    ['of another kind', () => e.ok.eq('true'), `eq() on 'ok', a boolean, was given the string "true".`],
    ['of another kind', () => e.at.gt('2015-05-17T00:00:00Z'), `gt() on 'at', an instant, was given the string`],
    ['of another kind', () => e.at.gt(0), "gt() on 'at', an instant, was given the number 0."],
    [
      'a field of another kind',
      () => e.amount.gt(e.note),
      "gt() puts 'amount', a number, together with 'note', a string.",
    ],
    [
      'a field of another kind',
      () => e.at.lt(e.status),
      "lt() puts 'at', an instant, together with 'status', a number.",
    ],
    [
      'a result of another kind',
      () => e.note.eq(e.ok.not()),
      "eq() puts 'note', a string, together with the result of not(), a boolean.",
    ],
    ['null', () => e.note.eq(null), "eq() on 'note', a string, was given null."],
    ['undefined', () => e.note.eq(undefined), "eq() on 'note', a string, was given undefined."],
    [
      'a struct',
      () => e.note.eq(e.device),
      "eq() on 'note', a string, was given an object (a struct is no value: name one of its fields).",
    ],
    ['a list', () => e.note.eq(['a']), "eq() on 'note', a string, was given a list of one value."],
    [
      'an array',
      () => e.tags.eq('a'),
      `eq() does not look into 'tags', which is a list or an object: of expressions, only isNull() takes it.`,
    ],
    ['a text to add', () => e.amount.add('1'), `add() on 'amount', a number, was given the string "1".`],
    ['a boolean to add', () => e.amount.mul(e.ok), "mul() puts 'amount', a number, together with 'ok', a boolean."],
    ['null in a list', () => e.note.in(['a', null as never]), "in() on 'note', a string, was given null."],
    ['a number in a list of texts', () => e.note.in(['a', 1]), "in() on 'note', a string, was given the number 1."],
    ['an empty list', () => e.note.in([]), "in([]) on 'note' is never true: list at least one value."],
    [
      'a fallback of another kind',
      () => e.bytes.coalesce('0'),
      `coalesce() on 'bytes', a number, was given the string "0".`,
    ],
    ['null for a fallback', () => e.bytes.coalesce(null as never), "coalesce() on 'bytes', a number, was given null."],
    [
      'a number for a condition',
      () => e.ok.and(e.amount),
      "and() puts 'ok', a boolean, together with 'amount', a number.",
    ],
    ['a text for a condition', () => e.ok.or('yes'), `or() on 'ok', a boolean, was given the string "yes".`],
    ['a number for an instant', () => e.at.msSince(0), "msSince() on 'at', an instant, was given the number 0."],
    ['a function', () => e.amount.gt(() => 1), "gt() on 'amount', a number, was given a function."],
    [
      'infinity',
      () => e.amount.gt(Number.POSITIVE_INFINITY),
      "gt() on 'amount', a number, was given the number Infinity.",
    ],
    ['NaN', () => e.amount.add(Number.NaN), "add() on 'amount', a number, was given the number NaN."],
    ['a bigint', () => e.amount.gt(5n), "gt() on 'amount', a number, was given the bigint 5"],
  ])('%s', (_, make, message) => {
    expect(refusal(make)).toContain(message);
  });

  test('a text for the list of in(), whose letters are no values', () => {
    expect(refusal(() => e.action.in('click' as never))).toContain("in() on 'action'");
  });

  test('nothing for the list of in()', () => {
    expect(refusal(() => e.action.in(undefined as never))).toContain("in() on 'action'");
  });

  test('a value for a condition, which is what === makes of expressions', () => {
    expect(refusal(() => e.ok.and((e.action as unknown) === 'view'))).toContain("and() on 'ok'");
    expect(refusal(() => e.ok.or(true))).toContain("or() on 'ok'");
  });
});

describe('a method is refused on another kind than its own', () => {
  test.each<[() => unknown, string]>([
    [() => e.note.add(1), "add() needs a number, and 'note' is a string."],
    [() => e.at.sub(1), "sub() needs a number, and 'at' is an instant."],
    [() => e.amount.and(e.ok), "and() needs a boolean, and 'amount' is a number."],
    [() => e.note.or(e.ok), "or() needs a boolean, and 'note' is a string."],
    [() => e.status.not(), "not() needs a boolean, and 'status' is a number."],
    [() => e.status.urlPath(), "urlPath() needs a string, and 'status' is a number."],
    [() => e.amount.msSince(e.at), "msSince() needs an instant, and 'amount' is a number."],
    [() => e.ok.not().mul(2), 'mul() needs a number, and the result of not() is a boolean.'],
  ])('%#', (make, message) => {
    expect(refusal(make)).toBe(message);
  });
});
