import { quantileOperator } from '../../../engine/aggregates/quantile.ts';
import { MAX_BINS, MAX_EXACT } from '../../../engine/aggregates/quantile-sketch.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import { encoded, stateOf, throughBytes } from './laws.ts';

const operator = quantileOperator(0.5, 0.01);
const of = (values: readonly number[]) =>
  stateOf(
    operator,
    values.map((value) => ({ value, timeMs: 0 })),
  );
const read = (write: (out: ByteWriter) => void) => {
  const out = new ByteWriter();
  write(out);
  return operator.decode(new ByteReader(out.finish()));
};

/** The bin of 1.0, with 64 parts to an octave. */
const ONE = 1023 * 64;
const [EXACT, COARSER] = [MAX_BINS + 2, MAX_BINS + 3];

describe('a stored quantile', () => {
  test.each([
    ['whole numbers', Array.from({ length: 100 }, (_, i) => 1000 + 3 * i), 5 + 2 * 100],
    ['prices', Array.from({ length: 100 }, (_, i) => (1999 + 7 * i) / 100), 5 + 2 * 100],
    ['any doubles', Array.from({ length: 100 }, (_, i) => Math.sqrt(i + 2)), 4 + 9 * 100],
    ['no numbers', [], 1],
  ])('of %s takes the bytes that they need', (_, values, bytes) => {
    expect(encoded(operator, of(values)).length).toBe(bytes);
    expect(operator.result(throughBytes(operator, of(values)))).toBe(operator.result(of(values)));
  });

  test('is the same bytes for the same numbers', () => {
    const [one, other] = [of([3, -1, 2, 2, 0.5]), of([2, 0.5, -1])];
    operator.merge(other, of([3, 2]));
    expect(encoded(operator, other)).toEqual(encoded(operator, one));
  });

  test('that an earlier version wrote is read, as bins', () => {
    const earlier = () =>
      read((out) => {
        for (const number of [3, 2 * ONE, 1, 64, 1]) out.varint(number);
        for (const end of [1, 2]) writeValue(out, end);
      });
    expect(operator.result(earlier())).toBe(1);
    const more = of([2, 2, 2]);
    operator.merge(more, earlier());
    // The middle of the bin of 2, no further out than the greatest number.
    expect(operator.result(more)).toBe(2);
    expect(more.content.kind).toBe('bins');
  });

  test('whose numbers an earlier version dropped stays null, whatever is added', () => {
    const lost = read((out) => out.varint(0));
    operator.add(lost, 1, 0);
    operator.merge(lost, of([2]));
    const other = of(Array.from({ length: MAX_EXACT + 1 }, (_, i) => i));
    operator.merge(lost, other);
    operator.merge(other, lost);
    expect([lost, other].map(operator.result)).toEqual([null, null]);
    expect(encoded(operator, lost)).toEqual(Uint8Array.of(0));
  });

  const bins = (numbers: readonly number[], ...ends: (number | string | null)[]) => {
    return () =>
      read((out) => {
        const [size = 0, first = 0, ...rest] = numbers;
        out.varint(size + 1);
        out.signedVarint(first);
        for (const number of rest) out.varint(number);
        for (const end of ends) writeValue(out, end);
      });
  };
  const exact = (decimals: number, size: number, first: number, ...rest: number[]) => {
    return () =>
      read((out) => {
        out.varint(EXACT);
        out.byte(decimals);
        out.varint(size);
        out.signedVarint(first);
        for (const number of rest) out.varint(number);
      });
  };
  const doubles = (...values: number[]) => {
    return () =>
      read((out) => {
        out.varint(EXACT);
        out.byte(10);
        out.varint(values.length);
        for (const value of values) {
          out.float64(value);
          out.varint(1);
        }
      });
  };
  const coarser = (bits: number, size: number) => {
    return () =>
      read((out) => {
        out.varint(COARSER);
        out.byte(bits);
        out.varint(size + 1);
        out.signedVarint(1023 * 2 ** bits);
        out.varint(5);
        for (const end of [1, 1]) writeValue(out, end);
      });
  };
  const mismatch = 'A stored quantile has bins that do not go with its least and greatest number.';
  const order = 'A stored quantile has numbers that are not finite, or not in their order.';

  test('is read where it can be', () => {
    expect(operator.result(bins([1, ONE, 3], 1, 1)())).toBe(1);
    expect(operator.result(exact(1, 2, -7, 3, 2, 1)())).toBe(-0.7);
    expect(operator.result(doubles(-0.1, 0.3)())).toBe(-0.1);
    expect(operator.result(coarser(5, 1)())).toBe(1);
  });

  test.each([
    ['too many bins', bins([MAX_BINS + 3]), 'A stored quantile announces 4099 bins; it has from 1 to 4096.'],
    ['no bins', coarser(5, 0), 'A stored quantile announces 0 bins; it has from 1 to 4096.'],
    ['coarser bins that are not', coarser(6, 1), 'has coarser bins of 6 bits; the finest have 6.'],
    ['a bin of nothing', bins([1, ONE, 0], 1, 1), 'A stored quantile counts a number that never came.'],
    ['a bin twice', bins([2, ONE, 1, 0, 1], 1, 1), 'A stored quantile has a bin twice.'],
    ['a bin next to 0', bins([2, 0, 1, 5, 1], 0, 0), 'A stored quantile has a bin that no number is in.'],
    ['large counts', bins([2, ONE, 2 ** 52, 64, 2 ** 52], 1, 2), 'add up beyond 2^53'],
    ['another least number', bins([1, ONE, 3], 2, 2), mismatch],
    ['another greatest number', bins([2, ONE, 3, 64, 1], 1, 1), mismatch],
    ['a least number above the greatest', bins([1, ONE, 3], 1.01, 1), mismatch],
    ['a text', bins([1, ONE, 3], 1, 'a'), 'holds a string in place of its least or greatest number.'],
    ['unknown decimals', exact(11, 1, 1, 1), 'Stored numbers of a quantile have 11 decimals.'],
    ['too many numbers', exact(0, MAX_EXACT + 1, 1, 1), 'announces 257 numbers; it has from 1 to 256.'],
    ['no numbers', exact(0, 0, 1, 1), 'announces 0 numbers; it has from 1 to 256.'],
    ['a number twice', exact(0, 2, 1, 1, 0, 1), order],
    ['a number beyond 2^52', exact(0, 2, 1, 1, 2 ** 52, 1), order],
    ['a number of nothing', exact(0, 1, 1, 0), 'A stored quantile counts a number that never came.'],
    ['large counts of numbers', exact(0, 2, 1, 2 ** 52, 1, 2 ** 52), 'add up beyond 2^53'],
    ['NaN', doubles(Number.NaN), order],
    ['infinity', doubles(1, Number.POSITIVE_INFINITY), order],
    ['minus infinity', doubles(Number.NEGATIVE_INFINITY, 1), order],
    ['doubles out of order', doubles(2, 1), order],
  ])('with %s is refused', (_, decode, message) => {
    expect(decode).toThrow(message);
  });
});
