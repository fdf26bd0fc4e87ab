import fc from 'fast-check';
import { TOP_TEXT_LENGTH, topKOperator } from '../../../engine/aggregates/top-k.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import { type ColumnValue, type JsonValue, toJson } from '../../../engine/ir/node.ts';
import { type Entry, encoded, obeysTheLaws, stateOf, withTimes } from './laws.ts';
import { everydayNumbers, texts } from './values.ts';

const LIMIT = 6;

/** Takes the most frequent one out, `k` times. */
function naiveTop(entries: readonly Entry[], k: number): ColumnValue {
  const left = new Set(entries.map(({ value }) => (typeof value === 'string' ? value.toWellFormed() : value)));
  if (left.size > LIMIT) return null;
  const count = (value: unknown) =>
    entries.filter((entry) => {
      const other = typeof entry.value === 'string' ? entry.value.toWellFormed() : entry.value;
      return other === value;
    }).length;
  // The order of code points is that of UTF-8 bytes.
  const isLess = (a: unknown, b: unknown) =>
    typeof a === 'string'
      ? Buffer.compare(Buffer.from(a), Buffer.from(b as string)) < 0
      : (a as number) < (b as number);
  const top: { value: JsonValue; count: number; error: number }[] = [];
  while (top.length < k && left.size > 0) {
    const best = [...left].reduce((a, b) => (count(b) > count(a) || (count(b) === count(a) && isLess(b, a)) ? b : a));
    left.delete(best);
    top.push({ value: typeof best === 'number' ? best + 0 : toJson(best), count: count(best), error: 0 });
  }
  return top;
}

describe.each([1, 100])('top %d of texts', (k) => {
  obeysTheLaws({
    operator: topKOperator(k, LIMIT, false),
    entries: withTimes(fc.array(texts, { maxLength: 12 })),
    expected: (entries) => naiveTop(entries, k),
  });
});

describe('top 2 of numbers', () => {
  obeysTheLaws({
    operator: topKOperator(2, LIMIT, false),
    entries: withTimes(fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), everydayNumbers), { maxLength: 10 })),
    expected: (entries) => naiveTop(entries, 2),
  });
});

describe('topK', () => {
  const operator = topKOperator(2, 3, false);
  const of = (...values: (string | number | boolean)[]) =>
    stateOf(
      operator,
      values.map((value) => ({ value, timeMs: 0 })),
    );

  test('lists the most frequent first, and of two as frequent the lesser one', () => {
    expect(operator.result(of('b', 'a', 'c', 'c'))).toEqual([
      { value: 'c', count: 2, error: 0 },
      { value: 'a', count: 1, error: 0 },
    ]);
    expect(operator.result(of(true, false))).toEqual([
      { value: false, count: 1, error: 0 },
      { value: true, count: 1, error: 0 },
    ]);
  });

  test('of nothing is an empty list', () => {
    expect(operator.result(of())).toEqual([]);
  });

  test('is null beyond the limit of different values, lets them go and stays null', () => {
    const over = of('a', 'b', 'c', 'd');
    expect([operator.result(over), encoded(operator, over).length]).toEqual([null, 1]);
    const few = of('a');
    operator.merge(few, over);
    operator.merge(over, of('a'));
    operator.add(over, 'a', 0);
    expect([operator.result(few), operator.result(over)]).toEqual([null, null]);
  });

  test('shows instants as text', () => {
    const ofInstants = topKOperator(1, 3, true);
    const state = stateOf(ofInstants, [{ value: 1_431_857_100_000, timeMs: 0 }]);
    expect(ofInstants.result(state)).toEqual([{ value: '2015-05-17T10:05:00.000Z', count: 1, error: 0 }]);
  });

  test('tells texts apart by their first 500 code points', () => {
    const long = '\u{1f600}'.repeat(TOP_TEXT_LENGTH);
    expect(operator.result(of(long, `${long}a`, `${long}\ud800`, `a${long}`))).toEqual([
      { value: long, count: 3, error: 0 },
      { value: `a${'\u{1f600}'.repeat(TOP_TEXT_LENGTH - 1)}`, count: 1, error: 0 },
    ]);
    const halfway = `a${long}`;
    expect(operator.result(of(halfway.slice(0, TOP_TEXT_LENGTH)))).toEqual([
      { value: halfway.slice(0, TOP_TEXT_LENGTH).toWellFormed(), count: 1, error: 0 },
    ]);
  });

  test('refuses stored counts that are above the limit, or of null, of one value twice, or of none', () => {
    const refusal = (...pairs: [string | null, number][]) => {
      const out = new ByteWriter();
      out.varint(pairs.length + 1);
      for (const [value, count] of pairs) {
        writeValue(out, value);
        out.varint(count);
      }
      return () => operator.decode(new ByteReader(out.finish()));
    };
    const never = 'Stored counts of values hold null, a value twice, or one that never came.';
    expect(refusal(['a', 1], ['b', 1], ['c', 1], ['d', 1])).toThrow(
      'Stored counts of values announce 4 values; the limit is 3.',
    );
    expect(refusal([null, 1])).toThrow(never);
    expect(refusal(['a', 1], ['a', 1])).toThrow(never);
    expect(refusal(['a', 0])).toThrow(never);
  });
});
