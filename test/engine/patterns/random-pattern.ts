import type { ExpressionNode } from '../../../engine/ir/node.ts';
import type {
  Contiguity,
  PatternDefinition,
  PatternStep,
  SkipStrategy,
  StepCondition,
} from '../../../engine/ir/pattern-definition.ts';
import type { LogRow } from '../../../engine/joins/event-log.ts';
import { type SeededRandom, seededRandom } from '../../support/seeded-random.ts';
import type { OfMatch } from './reference.ts';
import { compare, matched, ofKind, PRICE, pattern, plus, type TestEvent } from './run-pattern.ts';

export interface RandomCase {
  readonly definition: PatternDefinition;
  readonly given: readonly TestEvent[];
  readonly ofMatch: ReadonlyMap<StepCondition, OfMatch>;
  readonly panes: readonly number[];
}

const NAMES = ['a', 'b', 'c', 'd'] as const;
const CONTIGUITIES: readonly Contiguity[] = ['next', 'followedBy', 'followedBy', 'followedByAny'];

/** A small pattern of any form, a few events with ties in time, and panes. */
export function randomCase(seed: number): RandomCase {
  const random = seededRandom(seed);
  const ofMatch = new Map<StepCondition, OfMatch>();
  const names = NAMES.slice(0, 1 + random.whole(4));
  const steps: PatternStep[] = [];
  for (const name of names) steps.push(randomStep(random, name, steps, ofMatch));
  const within = random.chance(0.7) ? { limitMs: 1 + random.whole(9), includesLimit: random.chance(0.5) } : null;
  const given = randomEvents(random, 2 + random.whole(6));
  const lastMs = given.at(-1)?.timeMs ?? 0;
  const panes = Array.from({ length: random.whole(4) }, () => 1 + random.whole(lastMs + 10));
  return {
    definition: pattern(steps, { within, skip: randomSkip(random, steps) }),
    given,
    ofMatch,
    panes: [...new Set(panes)].sort((a, b) => a - b),
  };
}

function randomStep(
  random: SeededRandom,
  name: string,
  before: readonly PatternStep[],
  ofMatch: Map<StepCondition, OfMatch>,
): PatternStep {
  const index = before.length;
  const isAbsent = index > 0 && random.chance(0.2);
  // A condition looks at steps that take events: earlier ones, and its own.
  const seen = [...before.keys(), index].filter((at) => (at === index ? !isAbsent : before[at]?.isAbsent === false));
  const contiguity = pick(random, CONTIGUITIES);
  const condition = randomCondition(random, seen, ofMatch);
  const plain = { name, contiguity, condition, until: null, measures: [PRICE] };
  const once = { least: 1, most: 1, contiguity: 'followedBy', isGreedy: false } as const;
  if (isAbsent) return { ...plain, isAbsent: true, isOptional: false, times: once };
  const isOptional = random.chance(0.25);
  if (random.chance(0.5))
    return { ...plain, isAbsent: false, isOptional, times: { ...once, isGreedy: random.chance(0.1) } };
  const least = 1 + random.whole(2);
  const most = random.chance(0.5) ? null : Math.max(2, least + random.whole(2));
  const inner = pick(random, CONTIGUITIES);
  const times = { least, most, contiguity: inner, isGreedy: inner !== 'followedByAny' && random.chance(0.3) };
  const until = most === null && random.chance(0.3) ? randomCondition(random, seen, ofMatch) : null;
  return { ...plain, isAbsent: false, isOptional, times, until };
}

function randomCondition(
  random: SeededRandom,
  seen: readonly number[],
  ofMatch: Map<StepCondition, OfMatch>,
): StepCondition {
  const kinds = pick(random, ['a', 'b', 'ab', 'bc', 'abc']);
  const ofEvent = random.chance(0.05) ? null : ofKind(kinds);
  if (seen.length === 0 || random.chance(0.6)) return { ofEvent, ofMatch: null };
  const step = pick(random, seen);
  const [node, test] = pick(random, matchConditions(step, random.whole(5)));
  const condition = { ofEvent, ofMatch: node };
  ofMatch.set(condition, test);
  return condition;
}

/** Conditions on what a step has taken, each as an expression and as a function. */
function matchConditions(step: number, bound: number): readonly (readonly [ExpressionNode, OfMatch])[] {
  const name = NAMES[step] as string;
  const price = (row: LogRow | undefined) => (row?.values[2] ?? null) as number | null;
  const pricesOf = (rows: readonly LogRow[]) => rows.map(price).filter((value) => value !== null);
  const sumOf = (rows: readonly LogRow[]) => pricesOf(rows).reduce((sum, value) => sum + value, 0);
  const above = (value: number | null, than: number | null) => value !== null && than !== null && value > than;
  const aggregate =
    (how: (prices: number[]) => number): OfMatch =>
    (row, before) => {
      const prices = pricesOf(before(step));
      return prices.length > 0 && above(price(row), how(prices));
    };
  return [
    [compare(matched(name, 'count'), 'lt', bound), (_, before) => before(step).length < bound],
    [compare(PRICE, 'gt', matched(name, 'first', 'price')), (row, before) => above(price(row), price(before(step)[0]))],
    [
      compare(PRICE, 'gt', matched(name, 'last', 'price')),
      (row, before) => above(price(row), price(before(step).at(-1))),
    ],
    [
      compare(PRICE, 'gt', matched(name, 'previous', 'price')),
      (row, before) => above(price(row), price(before(step).at(-2))),
    ],
    [
      compare(plus(matched(name, 'sum', '0'), PRICE), 'lt', bound),
      (row, before) => price(row) !== null && sumOf(before(step)) + (price(row) as number) < bound,
    ],
    [
      compare(PRICE, 'gt', matched(name, 'mean', '0')),
      aggregate((prices) => prices.reduce((sum, one) => sum + one, 0) / prices.length),
    ],
    [compare(PRICE, 'gt', matched(name, 'min', '0')), aggregate((prices) => Math.min(...prices))],
    [compare(PRICE, 'gt', matched(name, 'max', '0')), aggregate((prices) => Math.max(...prices))],
  ];
}

function randomSkip(random: SeededRandom, steps: readonly PatternStep[]): SkipStrategy {
  const kind = pick(random, ['none', 'none', 'toNext', 'pastLast', 'toFirst', 'toLast'] as const);
  if (kind !== 'toFirst' && kind !== 'toLast') return { kind };
  const [target] = steps.filter(({ isAbsent, isOptional }) => !isAbsent && !isOptional).reverse();
  return target === undefined ? { kind: 'none' } : { kind, step: target.name };
}

function randomEvents(random: SeededRandom, length: number): TestEvent[] {
  let timeMs = 1;
  return Array.from({ length }, (_, index) => {
    timeMs += random.whole(3);
    const kind = pick(random, ['a', 'a', 'b', 'b', 'c', 'x']);
    return { id: `${kind}${index}`, kind, price: random.chance(0.1) ? null : random.whole(4), timeMs };
  });
}

function pick<T>(random: SeededRandom, choices: readonly T[]): T {
  return choices[random.whole(choices.length)] as T;
}
