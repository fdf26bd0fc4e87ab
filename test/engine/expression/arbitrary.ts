import fc from 'fast-check';
import { Timestamp, Type } from 'streamgauge';
import type { Expression } from '../../../engine/dsl/build.ts';
import type { ExpressionNode } from '../../../engine/ir/node.ts';
import { leavesOf, node } from '../dsl/leaves.ts';

const { Optional } = Type;

const struct = Type.Object({ num: Type.Number(), text: Optional(Type.String()) });
const e = leavesOf({
  num: Type.Number(),
  num2: Type.Number(),
  maybeNum: Optional(Type.Number()),
  whole: Type.Integer(),
  maybeWhole: Optional(Type.Integer()),
  text: Type.String(),
  text2: Type.String(),
  maybeText: Optional(Type.String()),
  flag: Type.Boolean(),
  flag2: Type.Boolean(),
  maybeFlag: Optional(Type.Boolean()),
  at: Timestamp(),
  maybeAt: Optional(Timestamp()),
  struct,
  maybeStruct: Optional(struct),
});

const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  '/a?b',
  'https://x.y/a/b#c',
  '//x',
  '\uff21',
  '\u{1f600}',
  '\u2028',
  '"\\',
  '__proto__',
];
const texts = fc.constantFrom(...TEXTS);
const wholes = fc.constantFrom(0, 1, 2, -3, 100);
/** Those that a double would take for each other. */
const WIDE = [2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n] as const;
const anyWholes = fc.oneof(wholes, fc.constantFrom(...WIDE));
export const numbers = fc.oneof(wholes, fc.constantFrom(-0, 0.5, -0.1, 1e-3));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3 });

type Trees = {
  num: Expression;
  text: Expression;
  flag: Expression;
  at: Expression;
};

/** Leaves that a tree can have, by kind. */
export interface Fields {
  readonly num: readonly Expression[];
  readonly text: readonly Expression[];
  readonly flag: readonly Expression[];
  readonly at: readonly Expression[];
}
/** Fields that are always there compile to shorter code than those that can be null. */
export const PRESENT: Fields = {
  num: [e.num, e.num2, e.whole, e.struct.num],
  text: [e.text, e.text2],
  flag: [e.flag, e.flag2],
  at: [e.at],
};
export const ALL: Fields = {
  num: [...PRESENT.num, e.maybeNum, e.maybeWhole, e.maybeStruct.num],
  text: [...PRESENT.text, e.maybeText, e.struct.text, e.maybeStruct.text],
  flag: [...PRESENT.flag, e.maybeFlag],
  at: [...PRESENT.at, e.maybeAt],
};

/** Expressions of any kind, as the methods of leaves make them. */
export function treesOver(fields: Fields): fc.Arbitrary<ExpressionNode> {
  const { flag, num, text } = fc.letrec<Trees>(treesOf(fields));
  return fc.oneof({ weight: 4, arbitrary: flag }, num, text).map(node);
}

function treesOf(fields: Fields): fc.LetrecTypedBuilder<Trees> {
  return (tie) => {
    const pair = <T>(a: fc.Arbitrary<Expression>, b: fc.Arbitrary<T>) => fc.tuple<[Expression, Expression | T]>(a, b);
    const compared = fc.oneof(
      pair(tie('num'), fc.oneof(tie('num'), numbers)),
      pair(tie('text'), fc.oneof(tie('text'), texts)),
      pair(tie('at'), tie('at')),
    );
    const order = fc.constantFrom(
      'eq' as const,
      'ne' as const,
      'gt' as const,
      'gte' as const,
      'lt' as const,
      'lte' as const,
    );
    const logic = fc.constantFrom('and' as const, 'or' as const);
    const arithmetic = fc.constantFrom('add' as const, 'sub' as const, 'mul' as const, 'div' as const);
    const depth = { maxDepth: 4, depthSize: 'max', withCrossShrink: true } as const;
    const often = <T>(arbitrary: fc.Arbitrary<T>) => ({ weight: 4, arbitrary });
    return {
      num: fc.oneof(
        depth,
        fc.constantFrom(...fields.num),
        often(fc.tuple(tie('num'), arithmetic, fc.oneof(tie('num'), numbers)).map(([a, method, b]) => a[method](b))),
        fc.tuple(tie('num'), fc.oneof(wholes, tie('num'))).map(([a, fallback]) => a.coalesce(fallback)),
        fc.tuple(fc.constantFrom(...fields.num), anyWholes).map(([a, b]) => a.coalesce(beside(a, b))),
        fc.tuple(tie('at'), tie('at')).map(([a, b]) => a.msSince(b)),
      ),
      text: fc.oneof(
        depth,
        fc.constantFrom(...fields.text),
        tie('text').map((a) => a.urlPath()),
        fc.tuple(tie('text'), fc.oneof(texts, tie('text'))).map(([a, fallback]) => a.coalesce(fallback)),
      ),
      flag: fc.oneof(
        depth,
        fc.constantFrom(...fields.flag),
        often(fc.tuple(compared, order).map(([[a, b], method]) => a[method](b))),
        often(
          fc
            .tuple(tie('flag'), logic, fc.array(tie('flag'), { maxLength: 2 }))
            .map(([a, method, b]) => a[method](...b)),
        ),
        often(tie('flag').map((a) => a.not())),
        fc.tuple(tie('flag'), fc.oneof(fc.boolean(), tie('flag'))).map(([a, fallback]) => a.coalesce(fallback)),
        fc.tuple(tie('text'), several(fc.oneof(texts, tie('text')))).map(([a, values]) => a.in(values)),
        fc.tuple(tie('num'), several(fc.oneof(numbers, tie('num')))).map(([a, values]) => a.in(values)),
        fc.tuple(tie('at'), several(tie('at'))).map(([a, values]) => a.in(values)),
        fc.tuple(fc.constantFrom(...fields.num), order, anyWholes).map(([a, method, b]) => a[method](beside(a, b))),
        fc.oneof(tie('num'), tie('text'), tie('flag'), tie('at')).map((a) => a.isNull()),
      ),
      at: fc.oneof(
        depth,
        fc.constantFrom(...fields.at),
        fc.tuple(tie('at'), tie('at')).map(([a, fallback]) => a.coalesce(fallback)),
      ),
    };
  };
}

/** A bigint stands beside whole numbers alone. */
function beside(field: Expression, value: number | bigint): number | bigint {
  return node(field).type.integer === true ? value : Number(value);
}

function several<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(values, { minLength: 1, maxLength: 3 });
}

/** Events for these fields, in which optional ones are null or missing. */
export function events(num: fc.Arbitrary<number>) {
  const inner = fc.record({ num, text: maybe(texts) }, { noNullPrototype: true });
  const optional = {
    maybeNum: maybe(num),
    maybeWhole: maybe(anyWholes),
    maybeText: maybe(texts),
    maybeFlag: maybe(fc.boolean()),
    maybeAt: maybe(fc.constantFrom(0, 1000, -5000)),
    maybeStruct: maybe(inner),
  };
  const required = {
    num,
    num2: num,
    whole: anyWholes,
    text: texts,
    text2: texts,
    flag: fc.boolean(),
    flag2: fc.boolean(),
    at: fc.constantFrom(0, 1000, 86_400_000),
    struct: inner,
  };
  return fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required) as (keyof typeof required)[], noNullPrototype: true },
  );
}
