import {
  any,
  compare,
  events,
  inShort,
  matched,
  matchesOf,
  next,
  notFollowedBy,
  notNext,
  ONE_OR_MORE,
  PRICE,
  pattern,
  plus,
  run,
  step,
  within,
  ZERO_OR_MORE,
} from './run-pattern.ts';

type Case = readonly [what: string, definition: ReturnType<typeof pattern>, given: string, found: readonly string[]];

function holds(cases: readonly Case[]) {
  test.each(cases)('%s', (_, definition, given, found) => {
    expect(matchesOf(definition, given)).toEqual([...found].sort());
  });
}

const skip = (kind: 'none' | 'toNext' | 'pastLast') => ({ skip: { kind } });
const skipTo = (kind: 'toFirst' | 'toLast', to: string) => ({ skip: { kind, step: to } });
const OF_PRICE = { measures: [PRICE] };
const sumWith = (name: string) => plus(matched(name, 'sum', '0'), PRICE);

describe('sequences', () => {
  const abcde = 'abcde';
  const steps = [step('x', { kinds: abcde }), step('y', { kinds: abcde })] as const;
  holds([
    ['followedBy pairs each event with the next one', pattern(steps), 'a b c d e', ['a b', 'b c', 'c d', 'd e']],
    [
      'followedByAny pairs each event with all later ones',
      pattern([steps[0], any('y', { kinds: abcde })]),
      'a b c d e',
      ['a b', 'a c', 'a d', 'a e', 'b c', 'b d', 'b e', 'c d', 'c e', 'd e'],
    ],
    ['next takes nothing that another event lies before', pattern([step('a'), next('b')]), 'a1 c a2 b2', ['a2 b2']],
    [
      'one event at one instant twice is two events',
      pattern([step('c'), any('a'), step('b')]),
      'c@1 a@3 a@3 b@7',
      ['c a b', 'c a b'],
    ],
    ['at one instant, earlier steps come first', pattern([step('a'), step('b')]), 'b@1 a@1', ['a b']],
  ]);
});

describe('within', () => {
  const definition = (includesLimit = false) => pattern([step('s'), any('m'), any('e')], within(10, includesLimit));
  holds([
    ['is measured from the first event to the last', definition(), 's1@1 s2@2 m@3 f@4 e1@11 e2@13', ['s2 m e1']],
    ['can include its bound', definition(true), 's1@1 s2@2 m@3 f@4 e1@11 e2@13', ['s1 m e1', 's2 m e1']],
  ]);

  test('reports what ran out of time as an output of its own', () => {
    const found = run(definition(), events('s1@1 s2@2 m@3 f@4 e1@11 e2@13'), { output: 'timeouts' });
    expect(found.map((match) => inShort(match, true)).sort()).toEqual(['s1 m@11', 's1@11', 's2 m@12', 's2@12']);
    expect(found.map(({ reason }) => reason)).toEqual([
      's, and no m within 10 ms',
      's, then m, and no e within 10 ms',
      's, and no m within 10 ms',
      's, then m, and no e within 10 ms',
    ]);
  });

  test('does not report what was a match by itself', () => {
    const optional = pattern([step('a'), step('b', { isOptional: true })], within(10));
    expect(matchesOf(optional, 'a@1 c@20')).toEqual(['a']);
    expect(run(optional, events('a@1 c@20'), { output: 'timeouts' })).toEqual([]);
  });
});

describe('how many events a step takes', () => {
  const c = step('c');
  const b = step('b');
  const followedBy = (options: object) => pattern([c, step('a', options), b]);
  holds([
    [
      'times(3) of six',
      pattern([step('a', { times: [3, 3] })]),
      'a1 a2 a3 a4 a5 a6',
      ['a1 a2 a3', 'a2 a3 a4', 'a3 a4 a5', 'a4 a5 a6'],
    ],
    [
      'one to three after next, in any combination',
      pattern([c, next('a', { times: [1, 3], inner: 'followedByAny' }), b]),
      'c a1 a2 a3 b',
      ['c a1 a2 a3 b', 'c a1 a2 b', 'c a1 a3 b', 'c a1 b'],
    ],
    [
      'none to two after next, in any combination',
      pattern([c, next('a', { times: [1, 2], isOptional: true, inner: 'followedByAny' }), b]),
      'c a1 a2 a3 b',
      ['c a1 a2 b', 'c a1 a3 b', 'c a1 b', 'c b'],
    ],
    [
      'one to three after any, in any combination',
      pattern([c, any('a', { times: [1, 3], inner: 'followedByAny' }), b]),
      'c f1 a1 f2 a2 a3 b',
      ['c a1 a2 a3 b', 'c a1 a2 b', 'c a1 a3 b', 'c a2 a3 b', 'c a1 b', 'c a2 b', 'c a3 b'],
    ],
    [
      'none to three after any, one right after the other',
      pattern([c, any('a', { times: [1, 3], isOptional: true, inner: 'next' }), b]),
      'c f1 a1 f2 a2 a3 b',
      ['c a2 a3 b', 'c a1 b', 'c a2 b', 'c a3 b', 'c b'],
    ],
    [
      'none to three after next, one right after the other',
      pattern([c, next('a', { times: [1, 3], isOptional: true, inner: 'next' }), b]),
      'c a1 a2 a3 b',
      ['c a1 a2 a3 b', 'c a1 a2 b', 'c a1 b', 'c b'],
    ],
    ['one to three, none of which is there', followedBy({ times: [1, 3], isOptional: true }), 'c f b', ['c b']],
    ['two or more', followedBy({ times: [2, null] }), 'c a1 a2 a3 b', ['c a1 a2 a3 b', 'c a1 a2 b']],
    [
      'none or more of equal events',
      followedBy(ZERO_OR_MORE),
      'c@1 a1@3 a1@3 a1@3 a2@4 d@5 a3@6 a3@6 b@7',
      ['c a1 a1 a1 a2 a3 a3 b', 'c a1 a1 a1 a2 a3 b', 'c a1 a1 a1 a2 b', 'c a1 a1 a1 b', 'c a1 a1 b', 'c a1 b', 'c b'],
    ],
    [
      'at the end, each further event is another match',
      pattern([step('a'), next('b', { times: ONE_OR_MORE })]),
      'a1 b1 b2 b3',
      ['a1 b1 b2 b3', 'a1 b1 b2', 'a1 b1'],
    ],
    ['an optional first step', pattern([step('a', { isOptional: true }), step('b')]), 'a1 b1', ['a1 b1', 'b1']],
    [
      'an optional step lets the one after it wait for its own event',
      pattern([step('a'), step('b', { isOptional: true }), step('c')]),
      'a1 c1 b1 c2',
      ['a1 c1', 'a1 b1 c2'],
    ],
  ]);
});

describe('greedy', () => {
  const greedy = { ...ZERO_OR_MORE, isGreedy: true };
  const many = { times: ONE_OR_MORE, isGreedy: true };
  const [c, d] = [step('c'), step('d')];
  holds([
    ['takes all that it can', pattern([c, step('a', greedy), d]), 'c a1 a2 a3 d', ['c a1 a2 a3 d']],
    ['also where others lie between', pattern([c, step('a', greedy), d]), 'c x1 a1 x2 a2 x3 a3 d', ['c a1 a2 a3 d']],
    ['also where others lie after', pattern([c, step('a', greedy), d]), 'c a1 a2 x d', ['c a1 a2 d']],
    ['takes none where there is none', pattern([c, step('a', greedy), d]), 'c x d', ['c d']],
    ['takes at least one where it must', pattern([c, step('a', many), d]), 'c x d', []],
    ['takes all of one or more', pattern([c, step('a', many), d]), 'c a1 a2 a3 d', ['c a1 a2 a3 d']],
    [
      'before an optional step',
      pattern([c, step('a', greedy), step('d', { isOptional: true }), step('e')]),
      'c a1 a2 d e',
      ['c a1 a2 e', 'c a1 a2 d e'],
    ],
    [
      'takes no more than it may',
      pattern([c, step('a', { times: [2, 3], isGreedy: true }), d]),
      'c a1 a2 a3 a4 d',
      ['c a1 a2 a3 d'],
    ],
    [
      'before an absence, gives the longest when the limit has passed',
      pattern([step('a', many), notFollowedBy('n', { kinds: 'a' })], { ...within(10), ...skip('pastLast') }),
      'a1@1 a2@4 a3@7 x@40 a4@41',
      ['a1 a2 a3', 'a4'],
    ],
  ]);
});

describe('until', () => {
  const until = (options: object, contiguity: 'followedBy' | 'followedByAny' = 'followedBy', ends = true) => {
    const loop = step('a', { kinds: 'au', times: ONE_OR_MORE, until: 'u', contiguity, ...options });
    return pattern([step('c'), loop, ...(ends ? [step('u')] : [])]);
  };
  const given = 'c a1 a2 u a3';
  holds([
    ['ends one or more', until({}), given, ['c a1 a2 u', 'c a1 u']],
    ['ends events one right after the other', until({ inner: 'next' }), given, ['c a1 a2 u', 'c a1 u']],
    ['ends none or more', until({ isOptional: true }), given, ['c a1 a2 u', 'c a1 u', 'c u']],
    [
      'ends combinations',
      until({ inner: 'followedByAny' }),
      'c a1 a2 a3 u a4',
      ['c a1 a2 a3 u', 'c a1 a2 u', 'c a1 a3 u', 'c a1 u'],
    ],
    [
      'is passed over by an entry that passes over all',
      until({}, 'followedByAny', false),
      given,
      ['c a1 a2', 'c a1', 'c a2', 'c a3'],
    ],
    [
      'ends a step before it began',
      pattern([step('c'), step('a', { ...ZERO_OR_MORE, isGreedy: true, until: 'u', kinds: 'au' }), step('d')]),
      'c u a1 a2 d',
      ['c d'],
    ],
    [
      'ends a step that needs one',
      pattern([step('c'), step('a', { times: ONE_OR_MORE, isGreedy: true, until: 'u', kinds: 'au' }), step('d')]),
      'c u a1 a2 d',
      [],
    ],
    [
      'can count what the step took',
      pattern([
        step('a'),
        step('d', { times: ONE_OR_MORE, until: { ofEvent: null, ofMatch: compare(matched('d', 'count'), 'eq', 3) } }),
      ]),
      'a1@1 d1@2 d2@2 d3@2 d4@4',
      ['a1 d1 d2 d3', 'a1 d1 d2', 'a1 d1'],
    ],
  ]);
});

describe('absence', () => {
  const [a, d] = [step('a'), step('d')];
  const not3 = pattern([a, notFollowedBy('b')], within(3));
  holds([
    ['right after: notNext', pattern([a, notNext('b'), any('c'), d]), 'a1 c1 b1 c2 d', ['a1 c1 d', 'a1 c2 d']],
    ['right after: notNext finds it', pattern([a, notNext('b'), step('c'), d]), 'a1 b1 c1 c2 d', []],
    ['anywhere between: notFollowedBy', pattern([a, notFollowedBy('b'), any('c'), d]), 'a1 c1 b1 c2 d', ['a1 c1 d']],
    [
      'before an optional step',
      pattern([a, notFollowedBy('b'), any('c', { isOptional: true }), d]),
      'a1 c1 b1 c2 d',
      ['a1 c1 d'],
    ],
    [
      'after a step that takes several',
      pattern([a, any('b', { times: [2, 2] }), notFollowedBy('c'), d]),
      'a1 d1 e1 b1 b2 c1 d2',
      [],
    ],
    [
      'begins with the last event before it',
      pattern([a, any('b', { times: [2, 2] }), notFollowedBy('c'), d]),
      'a1 b1 c b2 d',
      ['a1 b1 b2 d'],
    ],
    ['forbids the very event that would be next', pattern([a, notFollowedBy('n', { kinds: 'd' }), d]), 'a1 d', []],
    ['at the end, until the limit', not3, 'a1@1 b1@2 a2@4 c1@5 b2@10 a3@11 b3@13', ['a2']],
    ['at the end, an event at the limit is too late', not3, 'a1@1 b1@4', ['a1']],
    ['at the end, unless the limit is included', pattern([a, notFollowedBy('b')], within(3, true)), 'a1@1 b1@4', []],
    [
      'right after, at the end',
      pattern([a, notNext('b')], within(3)),
      'a1@1 c1@2 b1@3 a2@10 b2@11 a3@20',
      ['a1', 'a3'],
    ],
  ]);

  test('counts at the limit, also where no event comes', () => {
    const [match] = run(not3, events('a2@4 c1@5'), { panes: [5, 7, 100] });
    expect(match).toMatchObject({ timeMs: 7, startMs: 4, reason: 'a, and no b within 3 ms' });
    expect(run(not3, events('a2@4 b@6'), { output: 'timeouts' })).toEqual([]);
  });
});

describe('conditions on earlier events', () => {
  const [c, b] = [step('c'), step('b')];
  const belowFive = { times: ONE_OR_MORE, ...OF_PRICE, ofMatch: compare(sumWith('a'), 'lt', 5) } as const;
  const given = 'c1@1 a1=1@2 a2=2@3 c2@4 a3=3@5 a4=1@5 n@6 b@8';
  const chosen = pattern([
    step('s', { ...OF_PRICE, times: ONE_OR_MORE }),
    step('b', { ofMatch: compare(matched('s', 'sum', '0'), 'gte', 2) }),
  ]);
  holds([
    [
      'the sum of a step, with the event at hand',
      pattern([c, step('a', belowFive), b]),
      given,
      ['c1 a1 a2 a4 b', 'c1 a1 a2 b', 'c1 a1 b', 'c2 a3 a4 b', 'c2 a3 b'],
    ],
    [
      'the same in any combination',
      pattern([c, step('a', { ...belowFive, inner: 'followedByAny' }), b]),
      given,
      ['c1 a1 a2 a4 b', 'c1 a1 a2 b', 'c1 a1 a3 b', 'c1 a1 a4 b', 'c1 a1 b', 'c2 a3 a4 b', 'c2 a3 b'],
    ],
    [
      'a first step that may be absent',
      pattern([step('s', { ...OF_PRICE, ...ZERO_OR_MORE, ofMatch: compare(sumWith('s'), 'lt', 5) }), b]),
      's1=1 s2=2 s3=3 b',
      ['s1 s2 b', 's1 b', 's2 b', 's3 b', 'b'],
    ],
    ['the sum of a step before', chosen, 's1=1 s2=2 b', ['s1 s2 b', 's2 b']],
    [
      'the last event of a step before: rising prices',
      pattern([
        step('a'),
        step('b', { kinds: 'a', times: ONE_OR_MORE, ofMatch: compare(PRICE, 'gt', matched('a', 'last', 'price')) }),
      ]),
      'a1=5 a2=4 a3=6',
      ['a1 a3', 'a2 a3'],
    ],
    [
      'the mean and the greatest',
      pattern([
        step('a', { ...OF_PRICE, times: [2, 2] }),
        step('b', { ofMatch: compare(PRICE, 'gt', matched('a', 'mean', '0')) }),
        step('d', { ofMatch: compare(PRICE, 'gt', matched('a', 'max', '0')) }),
      ]),
      'a1=1 a2=5 b1=3 b2=4 d1=5 d2=6',
      ['a1 a2 b2 d2'],
    ],
    [
      'first, last and previous of the own step',
      pattern([
        step('a', {
          times: [3, 3],
          inner: 'followedByAny',
          ofMatch: {
            op: 'or',
            operands: [
              compare(matched('a', 'count'), 'lt', 2),
              compare(plus(matched('a', 'previous', 'price'), matched('a', 'last', 'price')), 'eq', PRICE),
            ],
            type: { kind: 'boolean', nullable: true },
          },
        }),
      ]),
      'a1=1 a2=2 a3=9 a4=3 a5=11',
      ['a1 a2 a4', 'a2 a3 a5'],
    ],
  ]);
});

describe('skip strategies', () => {
  const aaa = [step('a', { times: [3, 3] })];
  const six = 'a1 a2 a3 a4 a5 a6';
  const ab = [step('a'), any('b')];
  const pairs = [step('a', { kinds: 'ab', times: [2, 2] }), next('b', { kinds: 'ab', times: [2, 2] })];
  const strictly = { times: ONE_OR_MORE, inner: 'next', isGreedy: true } as const;
  const strictRun = [step('a', strictly), next('b')];
  holds([
    ['none', pattern(ab), 'a1 b1 a2 b2', ['a1 b1', 'a1 b2', 'a2 b2']],
    ['to next', pattern(ab, skip('toNext')), 'a1 b1 a2 b2', ['a1 b1', 'a2 b2']],
    [
      'to next, of a loop at the end',
      pattern([step('a'), next('b', { times: ONE_OR_MORE })], skip('toNext')),
      'a1 b1 b2 b3',
      ['a1 b1'],
    ],
    ['past last', pattern(aaa, skip('pastLast')), six, ['a1 a2 a3', 'a4 a5 a6']],
    [
      'past last takes the one that began first',
      pattern([step('a'), any('b'), any('c'), step('d')], skip('pastLast')),
      'a1 a2 b1 b2 c1 c2 d1 d2',
      ['a1 b1 c1 d1'],
    ],
    ['past last skips no other beginning', pattern([step('a'), next('b')], skip('pastLast')), 'a1 c a2 b2', ['a2 b2']],
    ['to first', pattern(pairs, skipTo('toFirst', 'b')), 'a1 b2 a3 b4 a5 b6', ['a1 b2 a3 b4', 'a3 b4 a5 b6']],
    ['to last', pattern(pairs, skipTo('toLast', 'b')), 'a1 b2 a3 b4 a5 b6 a7', ['a1 b2 a3 b4', 'b4 a5 b6 a7']],
    [
      'to last of a loop at the end',
      pattern([step('a'), next('b', { times: ONE_OR_MORE, inner: 'next' })], skipTo('toLast', 'b')),
      'a1 b1 a2 b2 b3 a3 b4',
      ['a1 b1', 'a2 b2', 'a3 b4'],
    ],
    ['a greedy beginning, none', pattern(strictRun), 'a1 a2 a3 b1', ['a1 a2 a3 b1', 'a2 a3 b1', 'a3 b1']],
    ['a greedy beginning, past last', pattern(strictRun, skip('pastLast')), 'a1 a2 a3 b1', ['a1 a2 a3 b1']],
    ['a greedy beginning, to last', pattern(strictRun, skipTo('toLast', 'a')), 'a1 a2 a3 b1', ['a1 a2 a3 b1', 'a3 b1']],
    [
      'matches that the limit completes skip as well',
      pattern([step('a'), any('c'), notFollowedBy('b')], { ...within(10), ...skip('pastLast') }),
      'a1@1 a2@2 c1@3 c2@4 a3@5 c3@6',
      ['a1 c1', 'a3 c3'],
    ],
  ]);
});
