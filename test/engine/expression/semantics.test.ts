import { Timestamp, Type } from 'streamgauge';
import type { Value } from '../../../engine/ir/node.ts';
import { evaluate, leavesOf } from '../dsl/leaves.ts';

const { Optional } = Type;
/** Each kind twice: fields that are always there compile to shorter code than those that can be null. */
const e = leavesOf({
  a: Type.Boolean(),
  b: Type.Boolean(),
  x: Type.Number(),
  y: Type.Number(),
  s: Type.String(),
  t: Type.String(),
  at: Timestamp(),
  since: Timestamp(),
});
const maybe = leavesOf({
  a: Optional(Type.Boolean()),
  b: Optional(Type.Boolean()),
  c: Optional(Type.Boolean()),
  x: Optional(Type.Number()),
  y: Optional(Type.Number()),
  s: Optional(Type.String()),
  t: Optional(Type.String()),
  at: Optional(Timestamp()),
  since: Optional(Timestamp()),
  outer: Optional(Type.Object({ inner: Optional(Type.Object({ x: Type.Number() })) })),
});

describe('conditions have three values', () => {
  const T = true;
  const F = false;
  const N = null;

  test.each<[Value, Value, Value, Value]>([
    // a, b, a and b, a or b
    [T, T, T, T],
    [T, F, F, T],
    [T, N, N, T],
    [F, T, F, T],
    [F, F, F, F],
    [F, N, F, N],
    [N, T, N, T],
    [N, F, F, N],
    [N, N, N, N],
  ])('%p and %p: and is %p, or is %p', (a, b, both, either) => {
    expect(evaluate(maybe.a.and(maybe.b), { a, b })).toBe(both);
    expect(evaluate(maybe.a.or(maybe.b), { a, b })).toBe(either);
    // De Morgan's laws.
    expect(evaluate(maybe.a.not().or(maybe.b.not()).not(), { a, b })).toBe(both);
    expect(evaluate(maybe.a.not().and(maybe.b.not()).not(), { a, b })).toBe(either);
    if (a === null || b === null) return;
    expect(evaluate(e.a.and(e.b), { a, b })).toBe(both);
    expect(evaluate(e.a.or(e.b), { a, b })).toBe(either);
  });

  test.each<[Value, Value]>([
    [T, F],
    [F, T],
    [N, N],
  ])('not %p is %p', (a, negated) => {
    expect(evaluate(maybe.a.not(), { a })).toBe(negated);
    if (a !== null) expect(evaluate(e.a.not(), { a })).toBe(negated);
  });

  test('and and or take any number of conditions', () => {
    const { a, b, c } = maybe;
    expect(evaluate(a.and(), { a: true })).toBe(true);
    expect(evaluate(a.and(b, c), { a: true, b: null, c: false })).toBe(false);
    expect(evaluate(a.and(b, c), { a: true, b: null, c: true })).toBe(null);
    expect(evaluate(a.or(b, c), { a: false, b: null, c: true })).toBe(true);
    expect(evaluate(a.or(b, c), { a: false, b: null, c: false })).toBe(null);
  });
});

describe('null and missing are one', () => {
  test.each([{}, { x: null }, { x: undefined }])('in %j', (event) => {
    expect(evaluate(maybe.x, event)).toBe(null);
    expect(evaluate(maybe.x.isNull(), event)).toBe(true);
    expect(evaluate(maybe.x.coalesce(5), event)).toBe(5);
    for (const method of ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'add', 'sub', 'mul', 'div'] as const) {
      expect(evaluate(maybe.x[method](1), event)).toBe(null);
      expect(evaluate(e.y[method](maybe.x), { ...event, y: 1 })).toBe(null);
      expect(evaluate(maybe.x[method](maybe.y), event)).toBe(null);
    }
    expect(evaluate(maybe.x.in([1, 2]), event)).toBe(null);
    expect(evaluate(maybe.x.eq(1).not(), event)).toBe(null);
    expect(evaluate(maybe.s.urlPath(), event)).toBe(null);
    expect(evaluate(maybe.at.msSince(e.since), { ...event, since: 5 })).toBe(null);
  });

  test.each([{}, { outer: null }, { outer: {} }, { outer: { inner: null } }, { outer: { inner: {} } }])(
    'in the struct of %j',
    (event) => {
      expect(evaluate(maybe.outer.inner.x, event)).toBe(null);
      expect(evaluate(maybe.outer.inner.x.isNull(), event)).toBe(true);
    },
  );

  test('but false, 0 and the empty text are values', () => {
    expect(evaluate(maybe.a.isNull(), { a: false })).toBe(false);
    expect(evaluate(maybe.x.coalesce(5), { x: 0 })).toBe(0);
    expect(evaluate(maybe.s.coalesce('none'), { s: '' })).toBe('');
    expect(evaluate(maybe.outer.inner.x, { outer: { inner: { x: 0 } } })).toBe(0);
  });
});

describe.each([
  ['fields that are always there', e],
  ['fields that can be null', maybe],
])('comparison of %s', (_, { x, y, s, t, a, b, at, since }) => {
  const ORDERS = { eq: [0], ne: [-1, 1], gt: [1], gte: [0, 1], lt: [-1], lte: [-1, 0] };
  const operators = Object.keys(ORDERS) as (keyof typeof ORDERS)[];

  test.each([
    [1, 2, -1],
    [2, 2, 0],
    [-1, -2, 1],
    [-0, 0, 0],
    [0.1 + 0.2, 0.3, 1],
    [5e-324, 0, 1],
    [-1.7976931348623157e308, 1.7976931348623157e308, -1],
  ])('numbers %p and %p: %d', (left, right, order) => {
    for (const operator of operators) {
      expect(evaluate(x[operator](y), { x: left, y: right })).toBe(ORDERS[operator].includes(order));
      expect(evaluate(x[operator](right), { x: left })).toBe(ORDERS[operator].includes(order));
    }
  });

  test.each([
    ['a', 'b', -1],
    ['a', 'a', 0],
    ['', 'a', -1],
    ['Z', 'a', -1],
    ['10', '9', -1],
    ['a', 'ab', -1],
    ['é', 'z', 1],
    // U+FF21 is before U+1F600, though its UTF-16 unit is not before the first one of the other.
    ['\uff21', '\u{1f600}', -1],
    ['\u{1f600}', '\uffff', 1],
  ])('texts %j and %j, by code point: %d', (left, right, order) => {
    for (const operator of operators) {
      expect(evaluate(s[operator](t), { s: left, t: right })).toBe(ORDERS[operator].includes(order));
      expect(evaluate(s[operator](right), { s: left })).toBe(ORDERS[operator].includes(order));
    }
  });

  test('instants, by their milliseconds', () => {
    expect(evaluate(at.gt(since), { at: -5, since: -6 })).toBe(true);
    expect(evaluate(at.lte(since), { at: 5, since: 5 })).toBe(true);
    expect(evaluate(at.eq(since), { at: 5, since: 6 })).toBe(false);
  });

  test('booleans, for equality', () => {
    expect(evaluate(a.eq(b), { a: true, b: true })).toBe(true);
    expect(evaluate(a.ne(false), { a: true })).toBe(true);
    expect(evaluate(a.eq(true), { a: false })).toBe(false);
  });

  test('a text and a list', () => {
    expect(evaluate(s.in(['a', '', '__proto__']), { s: '' })).toBe(true);
    expect(evaluate(s.in(['a', '', '__proto__']), { s: '__proto__' })).toBe(true);
    expect(evaluate(s.in(['a']), { s: 'A' })).toBe(false);
    expect(evaluate(s.in(['a']), { s: 'constructor' })).toBe(false);
    expect(evaluate(x.in([0, 2]), { x: -0 })).toBe(true);
    expect(evaluate(a.in([false]), { a: true })).toBe(false);
  });
});

describe('arithmetic', () => {
  test.each<['add' | 'sub' | 'mul' | 'div', number, number, number | null]>([
    ['add', 1, 2, 3],
    ['sub', 1, 2, -1],
    ['mul', 1.5, -2, -3],
    ['div', 1, 4, 0.25],
    ['div', 1, 0, null],
    ['div', 0, 0, null],
    ['div', -1, -0, null],
    ['div', 0, -5, 0],
    ['mul', 0, -5, 0],
    ['sub', -0, 0, 0],
    ['add', -0, -0, 0],
    ['mul', -5e-324, 0.5, 0],
    ['add', 1e308, 1e308, null],
    ['sub', -1e308, 1e308, null],
    ['mul', 1e200, -1e200, null],
    ['div', 1e200, 1e-200, null],
    ['div', 1e200, 5e-324, null],
    ['add', 0.1, 0.2, 0.30000000000000004],
    ['add', 2 ** 53, 1, 2 ** 53],
  ])('%s(%p, %p) is %p, and never −0', (operator, left, right, result) => {
    expect(evaluate(e.x[operator](e.y), { x: left, y: right })).toBe(result);
    expect(evaluate(maybe.x[operator](maybe.y), { x: left, y: right })).toBe(result);
    expect(evaluate(e.x[operator](right), { x: left })).toBe(result);
  });

  test('msSince is the first instant minus the second', () => {
    expect(evaluate(e.at.msSince(e.since), { at: 1500, since: 2000 })).toBe(-500);
    expect(evaluate(e.at.msSince(maybe.since), { at: 1500 })).toBe(null);
    expect(evaluate(e.at.msSince(e.since), { at: 221_845_391_999_999, since: -62_135_596_800_000 })).toBe(
      283_980_988_799_999,
    );
  });
});

describe('a result beyond the range of a double is null, and what is made of it is not known:', () => {
  const event = { x: 1e200, y: 1e200, a: false, b: true };
  const huge = () => e.x.mul(e.y);

  test('a comparison', () => {
    expect(evaluate(huge().gt(1), event)).toBe(null);
    expect(evaluate(huge().lt(1), event)).toBe(null);
    expect(evaluate(huge().eq(1), event)).toBe(null);
    expect(evaluate(huge().in([1]), event)).toBe(null);
  });

  test('whether it is null, and what stands in for it', () => {
    expect(evaluate(huge().isNull(), event)).toBe(true);
    expect(evaluate(huge().coalesce(7), event)).toBe(7);
    expect(evaluate(huge().add(1).div(2), event)).toBe(null);
  });

  test('not', () => {
    expect(evaluate(huge().gt(1).not(), event)).toBe(null);
    expect(evaluate(huge().in([1]).not(), event)).toBe(null);
  });

  test('and, or', () => {
    expect(evaluate(huge().gt(1).and(e.a), event)).toBe(false);
    expect(evaluate(huge().gt(1).and(e.b), event)).toBe(null);
    expect(evaluate(huge().gt(1).or(e.a), event)).toBe(null);
    expect(evaluate(huge().gt(1).or(e.b), event)).toBe(true);
  });
});

describe('urlPath', () => {
  test.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a?x=1', '/a'],
    ['/a#top', '/a'],
    ['/a?b#c?d', '/a'],
    ['/a#b?c', '/a'],
    ['/?', '/'],
    ['/a/?', '/a/'],
    ['/a//b', '/a//b'],
    ['/a:b/c', '/a:b/c'],
    ['/%20 ä\n.html?x', '/%20 ä\n.html'],
    ['https://example.com', '/'],
    ['https://example.com/', '/'],
    ['https://example.com/a/b.html?x=/y#z', '/a/b.html'],
    ['https://example.com?x=1', '/'],
    ['https://example.com#top', '/'],
    ['https://user:secret@example.com:8080/a', '/a'],
    ['HTTP://EXAMPLE.COM/A', '/A'],
    ['android-app://com.example/a', '/a'],
    ['//example.com/a?x', '/a'],
    ['//example.com', '/'],
    ['///a', '/a'],
    ['file:///etc/hosts', '/etc/hosts'],
    ['about:blank', 'blank'],
    ['a/b?x', 'a/b'],
    ['index.html#x', 'index.html'],
    ['?x=1', '/'],
    ['#top', '/'],
    ['', '/'],
    [':', ':'],
    ['1http://a/b', '1http://a/b'],
  ])('of %j is %j', (url, path) => {
    expect(evaluate(e.s.urlPath(), { s: url })).toBe(path);
    expect(evaluate(maybe.s.urlPath(), { s: url })).toBe(path);
  });
});
