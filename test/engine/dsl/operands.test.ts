import {
  type Aggregate,
  type Condition,
  count,
  type Source,
  stream,
  sum,
  Timestamp,
  Type,
  topK,
  tumbling,
  view,
} from 'streamgauge';
import { orders } from '../../types/orders.ts';
import { evaluate, leavesOf, node } from './leaves.ts';
import { refusal } from './untyped.ts';

const e = leavesOf({
  text: Type.String(),
  other: Type.Optional(Type.String()),
  number: Type.Number(),
  whole: Type.Integer(),
  flag: Type.Boolean(),
  at: Timestamp('iso8601'),
  list: Type.Array(Type.String()),
  struct: Type.Object({ inner: Type.String() }),
});

/** Every kind of expression, with the methods that its type shows and take operands. */
const RECEIVERS = {
  text: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'coalesce'],
  number: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'coalesce', 'add', 'sub', 'mul', 'div'],
  whole: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'coalesce', 'add', 'sub', 'mul', 'div'],
  flag: ['eq', 'ne', 'in', 'coalesce', 'and', 'or'],
  at: ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'coalesce', 'msSince'],
} as const;
type Receiver = keyof typeof RECEIVERS;

class Money {
  readonly amount = 5;
}

const hourly = view('hourly', orders)
  .window(tumbling('1 hour'))
  .aggregate((o) => ({ top: topK(o.status, 3) }));

/** What an operand can be by mistake: a name for messages, what it is, and the receivers for which it is none. */
const WRONG: readonly [name: string, operand: unknown, says: string, fits?: readonly Receiver[]][] = [
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['NaN', Number.NaN, 'the number NaN'],
  ['Infinity', Number.POSITIVE_INFINITY, 'the number Infinity'],
  ['-Infinity', Number.NEGATIVE_INFINITY, 'the number -Infinity'],
  ['a number', 5.5, 'the number 5.5', ['number', 'whole']],
  ['-0', -0, 'the number -0', ['number', 'whole']],
  ['a number beyond 2^53', 2 ** 53, 'the number 9007199254740992', ['number']],
  ['a bigint', 5n, 'the bigint 5n', ['whole']],
  ['a bigint beyond 64 bits', 2n ** 63n, 'the bigint 9223372036854775808n'],
  ['a string', '5', 'the string "5"', ['text']],
  ['a boolean', true, 'the boolean true', ['flag']],
  ['a symbol', Symbol('s'), 'the symbol Symbol(s)'],
  ['a function', () => 5, 'a function'],
  ['a class', Money, "the function 'Money'"],
  ['an object', { value: 5 }, 'an object'],
  ['an object without a prototype', Object.create(null), 'an object'],
  ['a list', [5, 6], 'a list of 2 values'],
  ['an object of a class', new Money(), 'an object of class Money'],
  ['a Date', new Date(0), 'an object of class Date'],
  ['a Map', new Map(), 'an object of class Map'],
  ['a regular expression', /a/, 'an object of class RegExp'],
  ['a boxed number', new Number(5), 'an object of class Number'],
  ['bytes', Uint8Array.of(5), 'an object of class Uint8Array'],
  ['a Promise', Promise.resolve(5), 'a Promise'],
  ['a window', tumbling('1 hour'), 'the window tumbling(…)'],
  ['a stream', orders, 'a stream'],
  ['a view', hourly, "the view 'hourly'"],
  ['a view that is not complete', view('half', orders), "the view 'half'"],
  ['an aggregate', sum(e.number as never), 'the aggregate sum(…)'],
  ['an aggregate of events', count(), 'the aggregate count(…)'],
  ['a struct', e.struct, 'an object (a struct is no value: name one of its fields)'],
  ['a list field', e.list, "'list', a list or an object"],
  ['a text field', e.text, "'text', a string", ['text']],
  ['a number field', e.number, "'number', a number", ['number', 'whole']],
  ['a condition', e.flag, "'flag', a boolean", ['flag']],
  ['a timestamp', e.at, "'at', an instant", ['at']],
];

/** What a method takes although its receiver is of the operand's kind: `and` and `or` take conditions, not values. */
const FITS_NOT: Readonly<Record<string, readonly string[]>> = {
  and: ['a boolean'],
  or: ['a boolean'],
  add: ['a bigint'],
  sub: ['a bigint'],
  mul: ['a bigint'],
  div: ['a bigint'],
};
const FITS: Readonly<Record<string, readonly string[]>> = {
  add: ['a number beyond 2^53'],
  sub: ['a number beyond 2^53'],
  mul: ['a number beyond 2^53'],
  div: ['a number beyond 2^53'],
};

type Method = (operand: unknown) => unknown;

function methodOf(receiver: Receiver, method: string): Method {
  const call = (e[receiver] as unknown as Record<string, Method>)[method]?.bind(e[receiver]) as Method;
  return method === 'in' ? (operand) => call([operand]) : call;
}

const CASES = Object.entries(RECEIVERS).flatMap(([receiver, methods]) =>
  methods.map((method) => [receiver as Receiver, method] as const),
);

describe.each(CASES)('%s.%s()', (receiver, method) => {
  const call = methodOf(receiver, method);
  const isTaken = (name: string, fits: readonly Receiver[] = []) =>
    FITS[method]?.includes(name) || (fits.includes(receiver) && !FITS_NOT[method]?.includes(name));

  test.each(WRONG.map(([name, ...rest]) => ({ name, rest })))(
    'given $name',
    ({ name, rest: [operand, says, fits] }) => {
      if (isTaken(name, fits)) {
        expect(node(call(operand)).op).toBeDefined();
        return;
      }
      const told = refusal(() => call(operand));
      // A full sentence: the method, what it was called on, what was found, and after it what to do.
      expect(told).toContain(`${method}()`);
      expect(told).toContain(`'${receiver}'`);
      expect(told).toContain(says);
      expect(told).toMatch(/\. [A-Z].*[.)]$/s);
    },
  );
});

describe('of operands that have to be told apart:', () => {
  test('-0 is 0, as in events', () => {
    expect(node(e.number.eq(-0))).toMatchObject({ right: { value: 0 } });
    expect(evaluate(e.number.coalesce(-0), { number: null })).toBe(0);
    expect(node(e.number.in([-0]))).toMatchObject({ values: [0] });
  });

  test('holes of a list are no values', () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is under test.
    expect(refusal(() => e.text.in(['a', , 'b']))).toContain("in() on 'text', a string, was given undefined.");
  });

  test('the list of in() is a list', () => {
    for (const given of [undefined, null, 'abc', 5, new Set(['a']), { 0: 'a', length: 1 }, e.other, e.list]) {
      expect(refusal(() => e.text.in(given))).toContain("in() on 'text' was given");
    }
  });

  test('a whole number that JavaScript has rounded is asked for as a bigint', () => {
    expect(refusal(() => e.whole.eq(2 ** 53 + 2))).toBe(
      "eq() on 'whole', a number, was given the number 9007199254740994. Beyond 2^53 JavaScript rounds numbers: write a bigint, 9007199254740994n.",
    );
    expect(evaluate(e.whole.eq(9007199254740993n), { whole: 9007199254740993n })).toBe(true);
    expect(evaluate(e.whole.eq(9007199254740993n), { whole: 9007199254740992n })).toBe(false);
    expect(node(e.whole.eq(5n))).toEqual(node(e.whole.eq(5)));
  });
});

describe('an expression of another function is refused,', () => {
  const other = stream('other', {
    schema: Type.Object({ amount: Type.Number(), at: Timestamp('iso8601') }),
    eventTime: 'at',
    partitionKey: 'amount',
    maxLateness: '1 minute',
  });
  const told =
    /^view 'v', (where|aggregate)\(\) uses .+, which belongs to the function in view 'o', (where|aggregate)\(\)\. A function uses the fields of its own argument alone: write \(e\) => … and take it from e\.$/;

  type Fields = Parameters<Parameters<ReturnType<typeof view<'o', { amount: number }>>['where']>[0]>[0];
  const home = view('o', other as Source<string, { amount: number }>);

  /** What a function of another view makes, and uses as it should. */
  function leaked<T>(take: (o: Fields) => T): T {
    const found: T[] = [];
    home.where((o) => {
      found.push(take(o));
      return o.amount.gt(0);
    });
    return found[0] as T;
  }
  const leakedCondition = () => {
    const found: Condition[] = [];
    home.where((o) => {
      found.push(o.amount.gt(1));
      return found[0] as Condition;
    });
    return found[0] as Condition;
  };
  const leakedAggregate = (make: (o: Fields) => Aggregate<number>) => {
    const found: Aggregate<number>[] = [];
    home.window(tumbling('1 hour')).aggregate((o) => {
      found.push(make(o));
      return { x: found[0] as Aggregate<number> };
    });
    return found[0] as Aggregate<number>;
  };

  const raw = view('v', orders);
  const windowed = raw.window(tumbling('1 hour'));
  test.each<[string, () => unknown]>([
    ['as an operand', () => raw.where((o) => o.amount.gt(leaked(({ amount }) => amount)))],
    ['in a list', () => raw.where((o) => o.amount.in([1, leaked(({ amount }) => amount)]))],
    ['as a fallback', () => raw.where((o) => o.amount.coalesce(leaked(({ amount }) => amount)).gt(1))],
    ['as the whole condition', () => raw.where(() => leakedCondition())],
    ['by its methods', () => raw.where(() => leaked(({ amount }) => amount).gt(1))],
    ['in a condition', () => raw.where((o) => o.paid.and(leakedCondition()))],
    ['by the argument that it is read from', () => raw.where(() => leaked((o) => o).amount.gt(1))],
    ['in an aggregate', () => windowed.aggregate(() => ({ x: sum(leaked(({ amount }) => amount)) }))],
    ['as an aggregate', () => windowed.aggregate(() => ({ x: leakedAggregate(({ amount }) => sum(amount)) }))],
    ['as a filter', () => windowed.aggregate(() => ({ x: count().where(leakedCondition()) }))],
    [
      'as an aggregate with a filter',
      () => windowed.aggregate(() => ({ x: leakedAggregate(({ amount }) => count().where(amount.gt(1))) })),
    ],
  ])('%s', (_, define) => {
    expect(refusal(define)).toMatch(told);
  });

  test('of another step of the same view too, whose columns may be others', () => {
    const found: unknown[] = [];
    const step = raw.where((o) => {
      found.push(o.amount);
      return o.amount.gt(0);
    });
    expect(refusal(() => step.where((o) => o.amount.gt(found[0] as never)))).toContain(
      "view 'v', where() uses 'amount', which belongs to the function in view 'v', where().",
    );
  });

  test('outside of any function', () => {
    expect(refusal(() => leaked(({ amount }) => amount).gt(1))).toContain("The definition uses 'amount'");
  });
});
