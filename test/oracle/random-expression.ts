import fc from 'fast-check';
import { Expression, nodeOf } from '../../engine/dsl/build.ts';
import { concat, greatest, least, when } from '../../engine/dsl/functions.ts';
import { lookup } from '../../engine/dsl/lookup.ts';
import type { Expr } from '../../engine/dsl/types.ts';
import type { ValueKind, ValueType } from '../../engine/ir/node.ts';

/** A field that random expressions read. */
export interface RandomField {
  readonly path: readonly string[];
  readonly type: ValueType;
}

export interface ExpressionOptions {
  readonly fields: readonly RandomField[];
  readonly depth: number;
  /** Numbers that expressions are made with. */
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  /** Whole numbers beyond 2^53, beside whole numbers. */
  readonly wholes?: readonly bigint[];
  /** Without it, sums and products of quarters stay exact, whatever the order of adding them. */
  readonly division: boolean;
}

type Constant = string | number | bigint | boolean;
type Method = (left: Expression, right: Expression | Constant) => Expression;

const COMPARE: readonly Method[] = [
  (a, b) => a.eq(b),
  (a, b) => a.ne(b),
  (a, b) => a.gt(b),
  (a, b) => a.gte(b),
  (a, b) => a.lt(b),
  (a, b) => a.lte(b),
];
const ARITHMETIC: readonly Method[] = [(a, b) => a.add(b), (a, b) => a.sub(b), (a, b) => a.mul(b)];
const DIVISION: Method = (a, b) => a.div(b);

type Inner = (kind: ValueKind) => fc.Arbitrary<Expression>;

/** A random expression of a kind, made by the methods that definitions use, so that its types are theirs. */
export function randomExpression(options: ExpressionOptions): Inner {
  let level: Inner = (kind) => field(kind, options);
  for (let depth = 0; depth < options.depth; depth++) level = remembered(deeper(level, options));
  return level;
}

/** Expressions one level deeper than `inner`. */
function deeper(inner: Inner, options: ExpressionOptions): Inner {
  return (kind) => {
    const leaf = field(kind, options);
    switch (kind) {
      case 'number':
        return fc.oneof(
          leaf,
          arithmetic(inner, options),
          coalesce(inner, 'number', options),
          msSince(options),
          numberCall(inner, options),
          ...lookups(inner, 'number', options),
        );
      case 'string':
        return fc.oneof(
          leaf,
          inner('string').map((text) => text.urlPath()),
          coalesce(inner, 'string', options),
          textCall(inner, options),
          ...lookups(inner, 'string', options),
        );
      case 'boolean':
        return fc.oneof(
          leaf,
          condition(inner, options),
          condition(inner, options),
          coalesce(inner, 'boolean', options),
          textTest(inner, options),
        );
      case 'instant':
        return fc.oneof({ weight: 3, arbitrary: leaf }, truncated(inner), cases(inner, 'instant', options));
      default:
        return leaf;
    }
  };
}

function remembered(inner: Inner): Inner {
  const made = new Map<ValueKind, fc.Arbitrary<Expression>>();
  return (kind) => {
    const arbitrary = made.get(kind) ?? inner(kind);
    made.set(kind, arbitrary);
    return arbitrary;
  };
}

function condition(inner: Inner, options: ExpressionOptions): fc.Arbitrary<Expression> {
  const logic = fc
    .tuple(inner('boolean'), fc.array(inner('boolean'), { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([first, others, and]) => (and ? first.and(...others) : first.or(...others)));
  const comparisons = kindsOf(options).map((kind) => {
    const right = kind === 'instant' ? inner(kind) : fc.oneof(inner(kind), literal(kind, options));
    return fc
      .tuple(inner(kind), right, fc.constantFrom(...COMPARE))
      .map(([a, b, compare]) => compare(a, fitting(b, a)));
  });
  const memberships = kindsOf(options)
    .filter((kind) => kind !== 'instant')
    .map((kind) =>
      fc
        .tuple(
          inner(kind),
          fc.array(fc.oneof({ weight: 3, arbitrary: literal(kind, options) }, inner(kind)), {
            minLength: 1,
            maxLength: 4,
          }),
        )
        .map(([operand, values]) => operand.in(values.map((value) => fitting(value, operand)))),
    );
  const nullTests = kindsOf(options).map((kind) => inner(kind).map((operand) => operand.isNull()));
  const tests = [comparisons, memberships, nullTests].filter((list) => list.length > 0);
  return fc.oneof(
    ...tests.map((list) => fc.oneof(...list)),
    logic,
    inner('boolean').map((operand) => operand.not()),
  );
}

function arithmetic(inner: Inner, options: ExpressionOptions): fc.Arbitrary<Expression> {
  const methods = options.division ? [...ARITHMETIC, DIVISION] : ARITHMETIC;
  return fc
    .tuple(inner('number'), fc.oneof(inner('number'), literal('number', options)), fc.constantFrom(...methods))
    .map(([left, right, method]) => method(left, typeof right === 'bigint' ? Number(right) : right));
}

function coalesce(
  inner: Inner,
  kind: 'number' | 'string' | 'boolean',
  options: ExpressionOptions,
): fc.Arbitrary<Expression> {
  return fc
    .tuple(inner(kind), fc.oneof(literal(kind, options), inner(kind)))
    .map(([operand, fallback]) => operand.coalesce(fitting(fallback, operand)));
}

const ZONES = ['UTC', 'America/New_York', 'Europe/London', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Havana'];
const PATTERNS = ['^/a', 'b$', '^$', '[^/]+/.', '\\d|a{2,3}', '(?:ab|/)*\\?', '^.b?$'];

type Call = (value: Expression) => Expression;

function called(inner: fc.Arbitrary<Expression>, ...calls: readonly Call[]): fc.Arbitrary<Expression> {
  return fc.tuple(inner, fc.constantFrom(...calls)).map(([value, call]) => call(value));
}

function numberCall(inner: Inner, options: ExpressionOptions): fc.Arbitrary<Expression> {
  const calls: Call[] = [(x) => x.abs(), (x) => x.floor(), (x) => x.ceil(), (x) => x.round(), (x) => x.mod(2)];
  const rounding: Call[] = [(x) => x.round(1), (x) => x.round(-1), (x) => x.sqrt(), (x) => x.mod(0)];
  const ofText = hasKind(options, 'string') ? [inner('string').map((text) => text.length())] : [];
  return fc.oneof(
    called(inner('number'), ...calls, ...(options.division ? rounding : [])),
    ...ofText,
    ...(hasKind(options, 'instant') ? [ofInstant(inner)] : []),
    extremes(inner, 'number', options),
    cases(inner, 'number', options),
  );
}

function ofInstant(inner: Inner): fc.Arbitrary<Expression> {
  return fc
    .tuple(inner('instant'), fc.constantFrom(...ZONES), fc.constantFrom('month', 'week', 'dayOfYear', 'minute'))
    .chain(([at, zone, part]) =>
      fc.constantFrom(at.hour(zone), at.dayOfWeek(zone), at.datePart(part, zone), at.datePart('year')),
    );
}

function truncated(inner: Inner): fc.Arbitrary<Expression> {
  return fc
    .tuple(
      inner('instant'),
      fc.constantFrom('second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'),
      fc.constantFrom(...ZONES),
    )
    .map(([at, unit, zone]) => at.truncate(unit, zone));
}

function textCall(inner: Inner, options: ExpressionOptions): fc.Arbitrary<Expression> {
  const calls: Call[] = [
    (text) => text.lower(),
    (text) => text.upper(),
    (text) => text.trim(),
    (text) => text.substring(2),
    (text) => text.substring(1, 2),
    (text) => text.substring(-3, 2),
    (text) => text.splitPart('/', 2),
    (text) => text.splitPart('/', -1),
    (text) => text.urlHost(),
    (text) => text.urlParameter('b'),
  ];
  return fc.oneof(
    called(inner('string'), ...calls),
    fc
      .tuple(inner('string'), fc.constantFrom(...options.texts), inner('string'))
      .map((texts) => concat(...(texts as unknown as string[])) as unknown as Expression),
    extremes(inner, 'string', options),
    cases(inner, 'string', options),
  );
}

function textTest(inner: Inner, options: ExpressionOptions): fc.Arbitrary<Expression> {
  if (!hasKind(options, 'string')) return inner('boolean');
  const part = fc.oneof<fc.Arbitrary<Expression | Constant>[]>(fc.constantFrom('', '/', 'a'), inner('string'));
  return fc.oneof(
    fc.tuple(inner('string'), part).map(([text, start]) => text.startsWith(start)),
    fc.tuple(inner('string'), part).map(([text, other]) => text.contains(other)),
    fc.tuple(inner('string'), fc.constantFrom(...PATTERNS)).map(([text, pattern]) => text.matches(pattern)),
  );
}

function extremes(inner: Inner, kind: 'number' | 'string', options: ExpressionOptions): fc.Arbitrary<Expression> {
  return fc
    .tuple(inner(kind), fc.oneof(literal(kind, options), inner(kind)), fc.constantFrom(least, greatest))
    .map(([a, b, extreme]) => extreme(a as never, fitting(b, a) as never) as unknown as Expression);
}

function cases(inner: Inner, kind: ValueKind, options: ExpressionOptions): fc.Arbitrary<Expression> {
  const other = kind === 'instant' ? inner(kind) : fc.oneof(inner(kind), literal(kind, options), fc.constant(null));
  return fc.tuple(inner('boolean'), inner(kind), inner('boolean'), inner(kind), other).map(([c, a, d, b, last]) => {
    const begun = when(c as never)
      .then(a as never)
      .when(d as never)
      .then(b as never);
    return begun.otherwise((last === null ? null : fitting(last, a)) as never) as unknown as Expression;
  });
}

function hasKind({ fields }: ExpressionOptions, kind: ValueKind): boolean {
  return fields.some(({ type }) => type.kind === kind);
}

/** What a small table has at a text, or at a number. */
function lookups(inner: Inner, kind: 'number' | 'string', options: ExpressionOptions): fc.Arbitrary<Expression>[] {
  const { numbers, texts } = options;
  const keys = (['string', 'number'] as const).filter((key) => kindsOf(options).includes(key));
  return keys.flatMap((key) => {
    const known = [...new Set<string | number>(key === 'string' ? texts : numbers)];
    const values: readonly (string | number)[] = kind === 'string' ? texts : numbers;
    if (known.length === 0 || values.length === 0) return [];
    const rows = known.map((each, index) => ({
      key: each,
      value: index % 3 === 2 ? null : (values[index % values.length] ?? null),
    }));
    const table = lookup('table', rows as readonly { key: string; value: string | null }[], { key: 'key' });
    return [inner(key).map((operand) => table(operand as unknown as Expr<string>).value as unknown as Expression)];
  });
}

function msSince(options: ExpressionOptions): fc.Arbitrary<Expression> {
  if (!kindsOf(options).includes('instant')) return field('number', options);
  return fc.tuple(field('instant', options), field('instant', options)).map(([a, b]) => a.msSince(b));
}

function field(kind: ValueKind, { fields }: ExpressionOptions): fc.Arbitrary<Expression> {
  const leaves = fields
    .filter(({ type }) => type.kind === kind)
    .map(({ path, type }) => new Expression({ op: 'field', path, type }));
  if (leaves.length === 0 && kind === 'boolean') return nullTest(fields);
  return fc.constantFrom(...leaves);
}

/** Without a boolean field there are still conditions. */
function nullTest(fields: readonly RandomField[]): fc.Arbitrary<Expression> {
  return fc.constantFrom(...fields).map(({ path, type }) => new Expression({ op: 'field', path, type }).isNull());
}

/** A bigint stands beside whole numbers alone. */
function fitting(operand: Expression | Constant, beside: Expression): Expression | Constant {
  const isWhole = nodeOf(beside, 'the test').type.integer === true;
  return typeof operand === 'bigint' && !isWhole ? Number(operand) : operand;
}

function literal(kind: ValueKind, options: ExpressionOptions): fc.Arbitrary<Constant> {
  if (kind === 'number') return fc.constantFrom<Constant[]>(...options.numbers, ...(options.wholes ?? []));
  return kind === 'string' ? fc.constantFrom(...options.texts) : fc.boolean();
}

function kindsOf({ fields }: ExpressionOptions): ValueKind[] {
  return [...new Set(fields.map(({ type }) => type.kind))].filter((kind) => kind !== 'json');
}
