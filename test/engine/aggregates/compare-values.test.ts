import fc from 'fast-check';
import { compareValues, storedForm } from '../../../engine/aggregates/compare-values.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { readValue, writeValue } from '../../../engine/bytes/value-codec.ts';
import { casesOf } from '../../support/random-cases.ts';
import { anyNumbers, texts } from './values.ts';

const SEED = 19720101;
const value = fc.oneof(fc.boolean(), anyNumbers, texts);

describe('compareValues', () => {
  test('puts false before true, numbers by size and texts by code point', () => {
    const sorted = [false, true, -1, 0.5, 10, '', '10', '9', '\uff21', '\u{1f600}'];
    expect(sorted.toReversed().sort(compareValues)).toEqual(sorted);
  });

  test('is a total order over values of all kinds', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        const [x, y, z] = [a, b, c].sort(compareValues) as [typeof a, typeof a, typeof a];
        expect(compareValues(x, y) <= 0 && compareValues(y, z) <= 0 && compareValues(x, z) <= 0).toBe(true);
      }),
      { seed: SEED, numRuns: casesOf(1000) },
    );
  });
});

test('the stored form of a value is what comes back from its bytes', () => {
  fc.assert(
    fc.property(value, (given) => {
      const out = new ByteWriter();
      writeValue(out, given);
      expect(readValue(new ByteReader(out.finish()))).toBe(storedForm(given));
    }),
    { seed: SEED, numRuns: casesOf(1000) },
  );
});
