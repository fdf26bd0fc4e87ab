import {
  any,
  compare,
  events,
  inShort,
  matched,
  matchesOf,
  next,
  notFollowedBy,
  ONE_OR_MORE,
  pattern,
  run,
  step,
  within,
  ZERO_OR_MORE,
} from './run-pattern.ts';

/**
 * Facts of classes of Flink's tests of its automaton: what comes in, and what is found. `known-answers.test.ts` has those of six others
 * (NFAITCase, GreedyITCase, UntilConditionITCase, NotPatternITCase, IterativeConditionsITCase, AfterMatchSkipITCase), and
 * `refusals.test.ts` what PatternTest and NFACompilerTest refuse.
 *
 * What Flink has and this has not, by choice, so that these cases have no twin here:
 * - a limit from one event to the next, or for one step (`WithinType.PREVIOUS_AND_CURRENT`, `times(n, time)`): one limit from the first
 *   event to the last says when state ends;
 * - groups of steps that repeat as one (GroupITCase): a second pattern over the matches of the first says the same;
 * - conditions on the clock (NFAIterativeConditionTimeContextTest): the same events would not give the same matches;
 * - counts of states and references (NFAStateAccessTest, SharedBufferTest, DeweyNumberTest): the automaton's own affair.
 */
type Case = readonly [what: string, definition: ReturnType<typeof pattern>, given: string, found: readonly string[]];

function holds(cases: readonly Case[]) {
  test.each(cases)('%s', (_, definition, given, found) => {
    expect(matchesOf(definition, given)).toEqual([...found].sort());
  });
}

const timeoutsOf = (definition: ReturnType<typeof pattern>, given: string, panes: readonly number[] = []) =>
  run(definition, events(given), { output: 'timeouts', panes })
    .map((match) => inShort(match, true))
    .sort();

const [c, b] = [step('c'), step('b')];
const between = (options: object, contiguity: 'next' | 'followedBy' | 'followedByAny') =>
  pattern([c, step('a', { contiguity, ...options }), b]);
const apart = 'c f1 a1 f2 a2 a3 b';
const together = 'c a1 a2 a3 b';

describe('TimesOrMoreITCase', () => {
  const twoOrMore = { times: [2, null] } as const;
  const combined = { ...twoOrMore, inner: 'followedByAny' };
  const strict = { ...twoOrMore, inner: 'next', isOptional: true };
  const pairs = ['c a1 a2 a3 b', 'c a1 a2 b', 'c a1 a3 b', 'c a2 a3 b'];
  holds([
    ['in any combination after followedBy', between(combined, 'followedBy'), together, pairs.slice(0, 3)],
    ['in any combination after any', between(combined, 'followedByAny'), apart, pairs],
    [
      'just two, one right after the other',
      between({ times: [2, 2], inner: 'next' }, 'followedByAny'),
      apart,
      ['c a2 a3 b'],
    ],
    ['one right after the other, or none', between(strict, 'followedByAny'), apart, ['c a2 a3 b', 'c b']],
    ['the same after next', between(strict, 'next'), together, ['c a1 a2 a3 b', 'c a1 a2 b', 'c b']],
    ['none where there is none', between({ ...twoOrMore, isOptional: true }, 'followedBy'), 'c f b', ['c b']],
    [
      'in any combination, or none',
      between({ ...combined, isOptional: true }, 'followedByAny'),
      apart,
      [...pairs, 'c b'],
    ],
  ]);
});

describe('TimesRangeITCase', () => {
  const oneToThree = { times: [1, 3] } as const;
  holds([
    [
      'one right after the other, or none, of events with others between',
      between({ ...oneToThree, inner: 'next', isOptional: true }, 'followedByAny'),
      apart,
      ['c a2 a3 b', 'c a1 b', 'c a2 b', 'c a3 b', 'c b'],
    ],
    [
      'the first that comes, and those after it, after followedBy',
      between({ ...oneToThree, isOptional: true }, 'followedBy'),
      apart,
      ['c a1 a2 a3 b', 'c a1 a2 b', 'c a1 b', 'c b'],
    ],
    [
      'none to three after followedBy, one right after the other',
      between({ ...oneToThree, inner: 'next', isOptional: true }, 'followedBy'),
      together,
      ['c a1 a2 a3 b', 'c a1 a2 b', 'c a1 b', 'c b'],
    ],
    ['no more than three', between(oneToThree, 'next'), 'c a1 a2 a3 a4 b', ['c a1 a2 a3 b', 'c a1 a2 b', 'c a1 b']],
  ]);
});

describe('SameElementITCase', () => {
  /** Each choice of some of them, in their order. */
  const choices = (of: readonly string[]): string[][] =>
    of.reduce<string[][]>((all, each) => all.flatMap((chosen) => [chosen, [...chosen, each]]), [[]]);
  holds([
    ['a sequence within one instant', pattern([...'abcd'].map((name) => step(name))), 'a@1 b@2 c@2 d@2', ['a b c d']],
    [
      'each choice among equal events, and none',
      pattern([c, any('a', { ...ZERO_OR_MORE, inner: 'followedByAny' }), any('b')]),
      'c@1 a1@3 a1@3 a2@4 d@5 a3@6 a3@6 b@7',
      choices(['a1', 'a1', 'a2', 'a3', 'a3']).map((chosen) => ['c', ...chosen, 'b'].join(' ')),
    ],
    [
      'equal events at the end',
      pattern([c, any('a', { times: ONE_OR_MORE })]),
      'c@1 a1@3 a1@3',
      ['c a1 a1', 'c a1', 'c a1'],
    ],
  ]);

  test('32 choices of five events', () => {
    expect(choices([...'abcde'])).toHaveLength(32);
  });
});

describe('NFATest', () => {
  const startEnd = (limit: object = {}) => pattern([step('s'), any('e')], limit);
  holds([
    ['each beginning has the end', startEnd(), 's1 b2 s3 e4', ['s1 e4', 's3 e4']],
    ['but one that is too long ago', startEnd(within(2)), 's1 b2 s3 e4', ['s3 e4']],
    ['an end at the limit is too late', startEnd(within(2)), 's1@1 e2@3', []],
    ['an event at the limit ends what began before', startEnd(within(2)), 's1@1 s2@2 f3@3 e4@3', ['s2 e4']],
    [
      'an absence, events in any combination, and their sum',
      pattern([
        step('a'),
        notFollowedBy('c'),
        any('b', {
          ...ZERO_OR_MORE,
          inner: 'followedByAny',
          measures: [{ op: 'field', path: ['price'], type: { kind: 'number', nullable: true } }],
        }),
        any('d', { ofMatch: compare(matched('b', 'sum', '0'), 'gt', 5) }),
      ]),
      // The absence holds up to the next event that is taken: with b1 taken first, c comes too late to matter.
      'a@1 b1=2@2 c@3 b2=3@4 b3=4@5 b4=5@6 d@7',
      ['a b1 b2 b3 b4 d', 'a b1 b2 b3 d', 'a b1 b2 b4 d', 'a b1 b3 b4 d', 'a b1 b3 d', 'a b1 b4 d'],
    ],
  ]);
});

describe('NFAStatusChangeITCase', () => {
  const waiting = pattern(
    [step('a'), any('b', { ...ZERO_OR_MORE, inner: 'followedByAny' }), step('d'), step('e')],
    within(10),
  );

  test('nothing runs out before the limit of the first event, and all of it does then', () => {
    const given = events('b1@1 a2@2 f3@3 f4@4 b5@5 d6@6');
    const ended = run(waiting, given, { output: 'timeouts', panes: [7, 9, 12, 13] });
    expect(new Set(ended.map(({ timeMs }) => timeMs))).toEqual(new Set([12]));
    expect(ended.map((match) => inShort(match))).toEqual(expect.arrayContaining(['a2 d6', 'a2 b5 d6']));
  });

  test('an end after the limit is no match, and the beginning runs out at the limit', () => {
    const short = pattern([step('s'), step('e')], within(10));
    expect(matchesOf(short, 's@6 e@17')).toEqual([]);
    expect(timeoutsOf(short, 's@6 e@17')).toEqual(['s@16']);
  });

  holds([
    [
      'an end right after a loop',
      pattern([step('s'), step('a', ZERO_OR_MORE), next('b')], within(10)),
      's@6 a1@7 b@8',
      ['s a1 b'],
    ],
  ]);
});

describe('CEPITCase', () => {
  const three = pattern([step('s'), any('m'), any('e')], within(3));
  holds([
    [
      'events are taken in the order of their times',
      pattern([step('s'), any('m'), any('e')]),
      's1@5 m2@1 e3@3 e4@10 m5@7',
      ['s1 m5 e4'],
    ],
    ['a limit that one of two beginnings meets', three, 's1@1 m2@5 s3@4 e4@6', ['s3 m2 e4']],
  ]);

  test('what could still have been another match runs out', () => {
    expect(timeoutsOf(three, 's1@1 m2@5 s3@4 e4@6')).toEqual(['s1@4', 's3 m2@7', 's3@7']);
  });
});
