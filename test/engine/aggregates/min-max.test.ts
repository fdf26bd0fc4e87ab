import fc from 'fast-check';
import { maxNumberOperator, maxTextOperator } from '../../../engine/aggregates/max.ts';
import { minNumberOperator, minTextOperator } from '../../../engine/aggregates/min.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import type { Value } from '../../../engine/ir/node.ts';
import { type Entry, obeysTheLaws, stateOf, withTimes } from './laws.ts';
import { anyNumbers, texts } from './values.ts';

const numbers = withTimes(fc.array(anyNumbers, { maxLength: 8 }));
const words = withTimes(fc.array(texts, { maxLength: 8 }));

function sortedNumbers(entries: readonly Entry[]): number[] {
  return entries.map(({ value }) => (value as number) + 0).sort((a, b) => a - b);
}

/** By UTF-8 bytes, which is how a lone surrogate becomes U+FFFD too. */
function sortedTexts(entries: readonly Entry[]): string[] {
  const bytes = entries.map(({ value }) => Buffer.from(value as string));
  return bytes.sort(Buffer.compare).map((text) => text.toString());
}

describe('min of numbers', () => {
  obeysTheLaws({
    operator: minNumberOperator,
    entries: numbers,
    expected: (entries) => sortedNumbers(entries)[0] ?? null,
  });
});

describe('max of numbers', () => {
  obeysTheLaws({
    operator: maxNumberOperator,
    entries: numbers,
    expected: (entries) => sortedNumbers(entries).at(-1) ?? null,
  });
});

describe('min of texts', () => {
  obeysTheLaws({ operator: minTextOperator, entries: words, expected: (entries) => sortedTexts(entries)[0] ?? null });
});

describe('max of texts', () => {
  obeysTheLaws({
    operator: maxTextOperator,
    entries: words,
    expected: (entries) => sortedTexts(entries).at(-1) ?? null,
  });
});

describe('min and max', () => {
  const of = (...values: NonNullable<Value>[]): Entry[] => values.map((value) => ({ value, timeMs: 0 }));

  test('of nothing are null', () => {
    for (const operator of [minNumberOperator, maxNumberOperator]) {
      expect(operator.result(operator.create())).toBeNull();
    }
    for (const operator of [minTextOperator, maxTextOperator]) expect(operator.result(operator.create())).toBeNull();
  });

  test('know the largest doubles from nothing', () => {
    expect(minNumberOperator.result(stateOf(minNumberOperator, of(Number.MAX_VALUE)))).toBe(Number.MAX_VALUE);
    expect(maxNumberOperator.result(stateOf(maxNumberOperator, of(-Number.MAX_VALUE)))).toBe(-Number.MAX_VALUE);
  });

  test('know the empty text from nothing', () => {
    expect(maxTextOperator.result(stateOf(maxTextOperator, of('')))).toBe('');
  });

  test('order texts by code point', () => {
    expect(maxTextOperator.result(stateOf(maxTextOperator, of('\u{1f600}', '\uff21')))).toBe('\u{1f600}');
  });

  test('refuse stored values of another kind', () => {
    const stored = (value: Value) => {
      const out = new ByteWriter();
      writeValue(out, value);
      return new ByteReader(out.finish());
    };
    for (const operator of [minNumberOperator, maxNumberOperator]) {
      expect(() => operator.decode(stored('7'))).toThrow(
        'A stored minimum or maximum is a string; its column is of kind number.',
      );
    }
    for (const operator of [minTextOperator, maxTextOperator]) {
      expect(() => operator.decode(stored(7))).toThrow(
        'A stored minimum or maximum is a number; its column is of kind string.',
      );
    }
  });
});
