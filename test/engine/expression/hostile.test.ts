import { Type } from 'streamgauge';
import type { Expression } from '../../../engine/dsl/build.ts';
import { evaluate, leavesOf } from '../dsl/leaves.ts';

const { Optional } = Type;

const HOSTILE = [
  '"',
  "'",
  '`',
  '\\',
  '\\"',
  `$${'{globalThis["broken"] = 1}'}`,
  '"];globalThis["broken"]=1;//',
  "');globalThis['broken']=1;('",
  '*/globalThis[`broken`]=1/*',
  '\n',
  '\r\n',
  '\0',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ud800',
  '\u{1f600}',
  '</script>',
  'root',
  '$',
  'constants',
  'event',
  'return',
  'not a name',
  '0',
];

/** Names that an object answers to without having them. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'];

const ofOne = (name: string, schema: object) =>
  leavesOf({ [name]: schema as never }) as unknown as Record<string, Expression>;
const eventOf = (name: string, value: unknown) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);

describe('a hostile name or value stays a name or a value', () => {
  afterEach(() => {
    expect(Object.hasOwn(globalThis, 'broken')).toBe(false);
  });

  test.each([...HOSTILE, ...INHERITED])('the field %j', (name) => {
    const required = ofOne(name, Type.String())[name];
    const optional = ofOne(name, Optional(Type.String()))[name];
    const nested = leavesOf({ a: Type.Object({ [name]: Type.String() }) }) as unknown as {
      a: Record<string, Expression>;
    };
    expect(evaluate(required, eventOf(name, 'x'))).toBe('x');
    expect(evaluate(optional, eventOf(name, 'x'))).toBe('x');
    expect(evaluate(optional, eventOf(name, null))).toBe(null);
    expect(evaluate(nested.a[name], { a: eventOf(name, 'x') })).toBe('x');
    expect(evaluate(required?.eq('x').and(required.ne('y')), eventOf(name, 'x'))).toBe(true);
  });

  test.each(HOSTILE)('the field %j, missing, is null', (name) => {
    expect(evaluate(ofOne(name, Optional(Type.String()))[name], {})).toBe(null);
  });

  test.each(INHERITED)('the field %j, missing, is null, whatever objects inherit', (name) => {
    const optional = ofOne(name, Optional(Type.String()))[name];
    const nested = leavesOf({ a: Optional(Type.Object({ [name]: Type.String() })) }) as unknown as {
      a: Record<string, Expression>;
    };
    expect(evaluate(optional, {})).toBe(null);
    expect(evaluate(optional?.isNull(), {})).toBe(true);
    expect(evaluate(nested.a[name], {})).toBe(null);
  });

  test.each([...HOSTILE, ...INHERITED])('the value %j', (value) => {
    const { s, m } = leavesOf({ s: Type.String(), m: Optional(Type.String()) });
    expect(evaluate(s.eq(value), { s: value })).toBe(true);
    expect(evaluate(s.eq(value), { s: `${value}.` })).toBe(false);
    expect(evaluate(s.lte(value), { s: value })).toBe(true);
    expect(evaluate(s.in([value]), { s: value })).toBe(true);
    expect(evaluate(s.in([value]), { s: 'x' })).toBe(false);
    expect(evaluate(m.coalesce(value), {})).toBe(value);
  });

  test.each([-0, -1, 1e21, 5e-324, Number.MAX_VALUE, -Number.MAX_SAFE_INTEGER])('the number %p', (value) => {
    const { x } = leavesOf({ x: Type.Number() });
    expect(evaluate(x.sub(value), { x: 0 })).toBe(0 - value);
    expect(evaluate(x.eq(value), { x: value })).toBe(true);
  });
});
