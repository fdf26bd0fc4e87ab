import fc from 'fast-check';
import { countDistinctOperator } from '../../../engine/aggregates/count-distinct.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import { type Entry, encoded, obeysTheLaws, stateOf, withTimes } from './laws.ts';
import { everydayNumbers, texts } from './values.ts';

const LIMIT = 6;

function distinct(entries: readonly Entry[]): number | null {
  const forms = entries.map(({ value }) => (typeof value === 'string' ? Buffer.from(value).toString('hex') : value));
  const count = forms.filter((form, i) => forms.indexOf(form) === i).length;
  return count > LIMIT ? null : count;
}

describe('countDistinct of texts', () => {
  obeysTheLaws({
    operator: countDistinctOperator(LIMIT),
    entries: withTimes(fc.array(texts, { maxLength: 10 })),
    expected: distinct,
  });
});

describe('countDistinct of numbers', () => {
  obeysTheLaws({
    operator: countDistinctOperator(LIMIT),
    entries: withTimes(fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), everydayNumbers), { maxLength: 10 })),
    expected: distinct,
  });
});

describe('countDistinct', () => {
  const operator = countDistinctOperator(3);
  const of = (...values: (string | number | boolean)[]) =>
    stateOf(
      operator,
      values.map((value) => ({ value, timeMs: 0 })),
    );

  test('of nothing is 0', () => {
    expect(operator.result(operator.create())).toBe(0);
  });

  test('is exact up to the limit and null beyond it', () => {
    expect(operator.result(of('a', 'b', 'c', 'a', 'b'))).toBe(3);
    expect(operator.result(of('a', 'b', 'c', 'd'))).toBeNull();
  });

  test('lets its values go beyond the limit', () => {
    const state = of('a', 'b', 'c', 'd');
    expect(state.values).toBeNull();
    expect(encoded(operator, state).length).toBe(1);
  });

  test('stays null once it is null, whatever it is merged with', () => {
    const [over, few] = [of(1, 2, 3, 4), of(1)];
    operator.merge(over, few);
    operator.merge(few, over);
    expect([operator.result(over), operator.result(few)]).toEqual([null, null]);
  });

  test('tells the number 1 from the text "1", and takes 0 and -0 as one', () => {
    expect(operator.result(of(1, '1'))).toBe(2);
    expect(operator.result(of(0, -0))).toBe(1);
    expect(operator.result(of(false, true, true))).toBe(2);
  });

  test('refuses a stored set that is above the limit, holds null or a value twice', () => {
    const stored = (count: number, ...values: (string | null)[]) => {
      const out = new ByteWriter();
      out.varint(count + 1);
      for (const value of values) writeValue(out, value);
      return new ByteReader(out.finish());
    };
    expect(() => operator.decode(stored(4, 'a', 'b', 'c', 'd'))).toThrow(
      'A stored set of distinct values announces 4 values; the limit is 3.',
    );
    expect(() => operator.decode(stored(2, 'a', null))).toThrow('A stored set of distinct values holds null.');
    expect(() => operator.decode(stored(2, 'a', 'a'))).toThrow('A stored set of distinct values holds a value twice.');
  });
});
