import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import type { PatternDefinition } from '../../../engine/ir/pattern-definition.ts';
import { LEFT, type LogRow } from '../../../engine/joins/event-log.ts';
import { compileBits, eventTests, needsAllEvents } from '../../../engine/patterns/bits.ts';
import { KEPT_EVENTS } from '../../../engine/patterns/partial-match.ts';
import { patternOperator } from '../../../engine/patterns/pattern-operator.ts';
import type { PatternState } from '../../../engine/patterns/pattern-state.ts';
import { logPane } from '../../support/log-pane.ts';
import {
  any,
  COLUMNS,
  compare,
  encoded,
  events,
  inShort,
  matched,
  next,
  notFollowedBy,
  notNext,
  ONE_OR_MORE,
  ofKind,
  PRICE,
  pattern,
  rowsOf,
  run,
  step,
  storedAndRead,
  within,
} from './run-pattern.ts';

function operatorOf(definition: PatternDefinition) {
  return patternOperator({ pattern: definition, columns: COLUMNS, output: 'matches' });
}

function feed(definition: PatternDefinition, text: string, toMs: number) {
  const operator = operatorOf(definition);
  const state = operator.create();
  const rows = rowsOf(definition, events(text));
  const found = operator.step(state, logPane(0, toMs, rows));
  return { operator, state, found };
}

const abc = pattern([step('a'), any('b'), step('c')], within(100));

describe('which conditions an event passes', () => {
  const steps = [step('a', { kinds: 'ab' }), step('b', { times: ONE_OR_MORE, until: 'u' }), step('any')];
  const bitsOf = compileBits(
    eventTests([...steps.slice(0, 2), { ...step('any'), condition: { ofEvent: null, ofMatch: null } }]),
  );

  test('are two bits a step: its condition, and its until', () => {
    const of = (kind: string) => bitsOf({ kind });
    expect([of('a'), of('b'), of('u'), of('x')]).toEqual([0b010001, 0b010101, 0b011000, 0b010000]);
  });

  test.each([
    ['followedBy', [step('a'), step('b')], false],
    ['followedByAny', [step('a'), any('b')], false],
    ['notFollowedBy', [step('a'), notFollowedBy('b'), step('c')], false],
    ['next', [step('a'), next('b')], true],
    ['notNext', [step('a'), notNext('b'), step('c')], true],
    ['several, one right after the other', [step('a', { times: [2, 2], inner: 'next' })], true],
    ['the first step', [next('a'), step('b')], false],
  ] as const)('%s: whether events that pass none matter is told', (_, given, expected) => {
    expect(needsAllEvents(pattern(given))).toBe(expected);
  });
});

describe('a match', () => {
  test('has its events by step, its times and a reason', () => {
    const [match] = run(
      pattern([step('a', { times: [2, 2] }), notFollowedBy('x'), step('b')]),
      events('a1@1000 a2@2000 b1@3500'),
    );
    expect(match).toMatchObject({
      timeMs: 3500,
      startMs: 1000,
      reason: '2 × a, then b, within 2500 ms',
      isTruncated: false,
    });
    expect(match?.events.map((rows) => rows.map(({ values: [, id] }) => id))).toEqual([['a1', 'a2'], [], ['b1']]);
  });

  test('shows select what its steps took', () => {
    const steps = [step('a', { times: ONE_OR_MORE, inner: 'next', measures: [PRICE] }), next('b')];
    const [match] = run(pattern(steps), events('a1=1 a2=2 a3=6 b1'));
    const a = match?.scope()['matched.a'] as Record<string, unknown>;
    const { first, previous, last, count, sum, mean, min, max } = a;
    expect({ first, previous, last, count, sum, mean, min, max }).toEqual({
      first: { id: 'a1', price: 1 },
      previous: { id: 'a2', price: 2 },
      last: { id: 'a3', price: 6 },
      count: 3,
      sum: [9],
      mean: [3],
      min: [1],
      max: [6],
    });
  });

  test('shows no previous event of a step that took one', () => {
    const [match] = run(pattern([step('a'), step('b')]), events('a1 b1'));
    expect(match?.scope()['matched.b']).toMatchObject({
      first: { id: 'b1' },
      last: { id: 'b1' },
      previous: null,
      count: 1,
    });
  });

  test('of several at one event, comes by its start, its length, and its earlier events', () => {
    const loop = { kinds: 'ab', times: [1, 2], inner: 'next' } as const;
    const found = run(pattern([step('x', loop), next('y', loop)]), events('a1 a2 a3')).map(({ events: [x, y] }) =>
      [x, y].map((rows) => rows?.map(({ values }) => values[1]).join(' ')).join(' | '),
    );
    expect(found).toEqual(['a1 | a2', 'a1 a2 | a3', 'a1 | a2 a3', 'a2 | a3']);
  });

  test('shows a step that took nothing as nothing', () => {
    const [match] = run(pattern([step('a', { isOptional: true, measures: [PRICE] }), step('b')]), events('b1'));
    expect(match?.scope()['matched.a']).toMatchObject({
      first: null,
      last: null,
      previous: null,
      count: 0,
      sum: [0],
      mean: [null],
      max: [null],
    });
  });

  test('measures what is there: a null counts for nothing', () => {
    const [match] = run(pattern([step('a', { times: [3, 3], measures: [PRICE] })]), events('a1=4 a2 a3=2'));
    expect(match?.scope()['matched.a']).toMatchObject({ count: 3, sum: [6], mean: [3], min: [2] });
  });

  test('adds up exactly, in whatever order', () => {
    const rows = ['a1=0.1', 'a2=0.2', 'a3=0.3'].join(' ');
    const [match] = run(pattern([step('a', { times: [3, 3], measures: [PRICE] })]), events(rows));
    expect(match?.scope()['matched.a']).toMatchObject({ sum: [0.6] });
  });
});

describe('the state', () => {
  test('is let go when its limit has passed, though no event comes', () => {
    const { operator, state } = feed(abc, 'a1@10 b1@20', 50);
    expect([operator.isEmpty(state), operator.dueMs(state)]).toEqual([false, 110]);
    operator.step(state, logPane(110, 115, []));
    expect([operator.isEmpty(state), operator.dueMs(state)]).toEqual([true, Number.POSITIVE_INFINITY]);
  });

  test('without a limit is never due', () => {
    const { operator, state } = feed(pattern([step('a'), step('b')]), 'a1', 50);
    expect(operator.dueMs(state)).toBe(Number.POSITIVE_INFINITY);
  });

  test('of a key with a null in it is none', () => {
    const operator = operatorOf(abc);
    const state = operator.create();
    const rows = rowsOf(abc, events('a1 b1 c1'));
    expect(operator.step(state, logPane(0, 9, rows, true))).toEqual([]);
    expect(operator.isEmpty(state)).toBe(true);
  });

  test('keeps an event once, whatever number of partial matches it is in', () => {
    const many = feed(abc, `a1@1 ${Array.from({ length: 50 }, (_, i) => `b${i}@${i + 2}`).join(' ')}`, 60);
    expect(many.state.open).toHaveLength(51);
    // 51 events of about 10 bytes, 51 partial matches of 4 to 6.
    expect(encoded(many.operator, many.state).length).toBeLessThan(51 * 17);
  });

  test('has the same bytes, whether it was stored in between or not', () => {
    const definition = pattern([
      step('a', { times: ONE_OR_MORE, inner: 'followedByAny', measures: [PRICE] }),
      any('b'),
      step('c'),
    ]);
    const rows = rowsOf(definition, events('a1=1 b1 a2=2 a2=2 b2 a3 x1 b3 a4=5'));
    const operator = operatorOf(definition);
    const kept = operator.create();
    let stored: PatternState = operator.create();
    rows.forEach((row, at) => {
      const pane = logPane(at, row.timeMs, [row]);
      operator.step(kept, pane);
      operator.step(stored, pane);
      stored = storedAndRead(operator, stored);
    });
    expect(encoded(operator, stored)).toEqual(encoded(operator, kept));
  });

  test.each([
    ['of an unknown step', (bytes: number[]) => bytes.with(-4, 9)],
    ['of an unknown event', (bytes: number[]) => bytes.with(-3, 7)],
    ['behind one that is not there', (bytes: number[]) => bytes.with(-2, 3)],
    ['that waits for what its step never does', (bytes: number[]) => bytes.with(-1, 8)],
    ['that is cut off', (bytes: number[]) => bytes.slice(0, -1)],
  ])('refuses a stored partial match %s', (_, change) => {
    const definition = pattern([step('a'), step('b')]);
    const operator = operatorOf(definition);
    const { state } = feed(definition, 'a1 c1', 10);
    const bytes = [...encoded(operator, state)];
    expect(() => operator.decode(new ByteReader(Uint8Array.from(change(bytes))))).toThrow(CodecError);
  });
});

describe('a step that takes very many events', () => {
  const loop = step('a', { times: ONE_OR_MORE, isGreedy: true, inner: 'next', measures: [PRICE] });
  const definition = pattern([loop, next('b', { ofMatch: compare(matched('a', 'count'), 'gt', 0) })], {
    skip: { kind: 'pastLast' },
    maxPartialMatches: 1,
  });
  const bits = compileBits(eventTests(definition.steps));
  const rowOf = (kind: string, at: number): LogRow => ({
    side: LEFT,
    timeMs: at,
    values: [bits({ kind }), `${kind}${at}`, at],
  });

  test('keeps the first ones and the last, and what all come to, stored in between or not', () => {
    const operator = operatorOf(pattern(definition.steps, { skip: { kind: 'pastLast' } }));
    let state = operator.create();
    // Only the first begins a match that is looked at: the others begin later.
    for (let at = 1; at <= 1000; at++) {
      operator.step(state, logPane(at, at + 1, [rowOf('a', at)]));
      state.open = state.open.slice(0, 1);
      if (at % 97 === 0) state = storedAndRead(operator, state);
    }
    const size = encoded(operator, state).length;
    const [match] = operator.step(state, logPane(1001, 1002, [rowOf('b', 1001)]));
    expect(match?.events[0]).toHaveLength(KEPT_EVENTS);
    expect(match?.events[0]?.at(-1)?.timeMs).toBe(1000);
    expect(match?.events[0]?.at(-2)?.timeMs).toBe(KEPT_EVENTS - 1);
    expect(match?.scope()['matched.a']).toMatchObject({
      count: 1000,
      sum: [500_500],
      first: { price: 1 },
      previous: { price: 999 },
      last: { price: 1000 },
    });
    expect(match?.reason).toBe('1000 × a, then b, within 1 second');
    expect(size).toBeLessThan(KEPT_EVENTS * 30);
  });
});

describe('too many partial matches of a key', () => {
  const bounded = pattern([step('a'), step('b')], { ...within(100), maxPartialMatches: 3 });

  test('drop those that began first, and are counted once', () => {
    const { operator, state, found } = feed(bounded, 'a1@1 a2@2 a3@3 a4@4 a5@5 b1@6', 7);
    expect(found.map((match) => inShort(match))).toEqual(['a3 b1', 'a4 b1', 'a5 b1']);
    expect(operator.takeDropped?.(state)).toBe(2);
    expect(operator.takeDropped?.(state)).toBe(0);
  });

  test('mark the matches that were open meanwhile, over any panes', () => {
    const given = events('a1@1 a2@2 a3@3 a4@4 b1@6 a5@7 b2@9');
    for (const panes of [[], [2, 4, 5, 6, 8], [5]]) {
      const found = run(bounded, given, { panes }).map((match) => [inShort(match), match.isTruncated]);
      expect(found).toEqual([
        ['a2 b1', true],
        ['a3 b1', true],
        ['a4 b1', true],
        ['a5 b2', false],
      ]);
    }
  });

  test('do not grow with combinations', () => {
    const definition = pattern([step('a', { times: ONE_OR_MORE, inner: 'followedByAny' }), step('b')], {
      maxPartialMatches: 50,
    });
    const { state } = feed(definition, Array.from({ length: 200 }, (_, i) => `a${i}`).join(' '), 1000);
    expect(state.open).toHaveLength(50);
  });
});

test('a field may be named as what every object has', () => {
  const named = { op: 'field', path: ['constructor'], type: { kind: 'string', nullable: true } } as const;
  const same = {
    op: 'compare',
    operator: 'eq',
    left: named,
    right: { ...named, path: ['matched.a', 'last', 'constructor'] },
    type: { kind: 'boolean', nullable: true },
  } as const;
  const definition = pattern([step('a'), { ...step('b'), condition: { ofEvent: ofKind('b'), ofMatch: same } }]);
  const operator = patternOperator({ pattern: definition, columns: [named], output: 'matches' });
  const rowOf = (bits: number, value: string | null, timeMs: number): LogRow => ({
    side: LEFT,
    timeMs,
    values: [bits, value],
  });
  const rows = [rowOf(1, null, 1), rowOf(1, 'x', 2), rowOf(4, 'x', 3)];
  const found = operator.step(operator.create(), logPane(0, 9, rows));
  expect(found.map(({ startMs }) => startMs)).toEqual([2]);
});
