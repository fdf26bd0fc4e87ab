import fc from 'fast-check';
import { firstOperator } from '../../../engine/aggregates/first.ts';
import { lastOperator } from '../../../engine/aggregates/last.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import type { Value } from '../../../engine/ir/node.ts';
import { type Entry, obeysTheLaws, stateOf, withTimes } from './laws.ts';
import { anyNumbers, texts } from './values.ts';

type Order = (a: NonNullable<Value>, b: NonNullable<Value>) => number;

const byNumber: Order = (a, b) => (a as number) - (b as number);
const byBoolean: Order = (a, b) => Number(a) - Number(b);
const byBytes: Order = (a, b) => Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));

function sorted(entries: readonly Entry[], order: Order): NonNullable<Value>[] {
  const byTime = [...entries].sort((a, b) => a.timeMs - b.timeMs || order(a.value, b.value));
  return byTime.map(({ value }) => {
    if (typeof value === 'number') return value + 0;
    return typeof value === 'string' ? Buffer.from(value).toString() : value;
  });
}

const KINDS: [string, fc.Arbitrary<Entry[]>, Order][] = [
  ['numbers', withTimes(fc.array(anyNumbers, { maxLength: 8 })), byNumber],
  ['texts', withTimes(fc.array(texts, { maxLength: 8 })), byBytes],
  ['booleans', withTimes(fc.array(fc.boolean(), { maxLength: 8 })), byBoolean],
];

describe.each(KINDS)('first of %s', (_, entries, order) => {
  obeysTheLaws({ operator: firstOperator, entries, expected: (list) => sorted(list, order)[0] ?? null });
});

describe.each(KINDS)('last of %s', (_, entries, order) => {
  obeysTheLaws({ operator: lastOperator, entries, expected: (list) => sorted(list, order).at(-1) ?? null });
});

describe('first and last', () => {
  const at = (timeMs: number, value: NonNullable<Value>): Entry => ({ timeMs, value });
  const first = (...entries: Entry[]) => firstOperator.result(stateOf(firstOperator, entries));
  const last = (...entries: Entry[]) => lastOperator.result(stateOf(lastOperator, entries));

  test('of nothing are null', () => {
    expect(first()).toBeNull();
    expect(last()).toBeNull();
  });

  test('go by event time, not by arrival', () => {
    const entries = [at(2, 'middle'), at(3, 'a late riser'), at(1, 'zero hour')];
    expect(first(...entries)).toBe('zero hour');
    expect(last(...entries)).toBe('a late riser');
  });

  test('take the least and the greatest value of those at the same time', () => {
    const entries = [at(1, 'b'), at(1, 'a'), at(1, 'c')];
    expect(first(...entries)).toBe('a');
    expect(last(...entries)).toBe('c');
    expect([first(at(1, true), at(1, false)), last(at(1, true), at(1, false))]).toEqual([false, true]);
  });

  test('keep false, 0 and the empty text, which are values', () => {
    for (const value of [false, 0, '']) expect([first(at(1, value)), last(at(1, value))]).toEqual([value, value]);
  });

  test('know times before 1970 and the years 1 and 8999', () => {
    const entries = [at(-62_135_596_800_000, 1), at(0, 2), at(221_845_391_999_999, 3)];
    expect([first(...entries), last(...entries)]).toEqual([1, 3]);
  });

  test('refuse a stored time that is not a number', () => {
    const out = new ByteWriter();
    writeValue(out, 'a value');
    writeValue(out, 'noon');
    expect(() => lastOperator.decode(new ByteReader(out.finish()))).toThrow(
      'The stored time of a first or last value is a string; it is a number of milliseconds.',
    );
  });
});
