import fc from 'fast-check';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { readValue, writeValue } from '../../../engine/bytes/value-codec.ts';
import type { Value } from '../../../engine/ir/node.ts';
import { casesOf } from '../../support/random-cases.ts';

const SEED = 19730501;

function bytesOf(value: Value): Uint8Array {
  const out = new ByteWriter();
  writeValue(out, value);
  return out.finish().slice();
}

function roundTrip(value: Value): Value {
  const input = new ByteReader(bytesOf(value));
  const back = readValue(input);
  input.end();
  return back;
}

describe('values in bytes', () => {
  test('read back as they were written', () => {
    const any = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(any, (value) => {
        expect(roundTrip(value)).toBe(value);
      }),
      { seed: SEED, numRuns: casesOf(2000) },
    );
  });

  test.each([
    0,
    1,
    -1,
    63,
    -64,
    2 ** 31,
    2 ** 52 - 1,
    -(2 ** 52 - 1),
    2 ** 52,
    -(2 ** 52),
    Number.MAX_SAFE_INTEGER,
    2 ** 53 + 2,
    1e300,
    0.1,
    Number.MIN_VALUE,
    -Number.MAX_VALUE,
  ])('%d reads back', (value) => {
    expect(roundTrip(value)).toBe(value);
  });

  test.each([2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])('%d reads back', (value) => {
    expect(roundTrip(value)).toBe(value);
    expect(bytesOf(value)).toHaveLength(9);
  });

  test('a whole number that needs no 64 bits is refused in them: it would be another group than in its usual form', () => {
    const out = new ByteWriter();
    out.byte(6);
    out.int64(404n);
    expect(() => readValue(new ByteReader(out.finish()))).toThrow('A stored value is 404 in 64 bits');
  });

  test('-0 becomes 0, a lone surrogate U+FFFD, and a byte order mark stays', () => {
    expect(roundTrip(-0)).toBe(0);
    expect(roundTrip('a\ud800b')).toBe('a\ufffdb');
    expect(roundTrip('\ufeffa')).toBe('\ufeffa');
  });

  test('null and booleans take one byte, small whole numbers two, others nine', () => {
    const sizes = [null, false, true, 63, -64, 1_431_857_100_000, 0.5].map((value) => bytesOf(value).length);
    expect(sizes).toEqual([1, 1, 1, 2, 2, 7, 9]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d is not written', (value) => {
    expect(() => bytesOf(value)).toThrow(`${value} is not a value of an event: numbers are finite.`);
  });

  test('an unknown tag and a number that is not finite are refused', () => {
    expect(() => readValue(new ByteReader(Uint8Array.of(7)))).toThrow('A stored value has the tag 7');
    const out = new ByteWriter();
    out.byte(4);
    out.float64(Number.NaN);
    expect(() => readValue(new ByteReader(out.finish()))).toThrow(
      'A stored value is NaN; numbers of events are finite.',
    );
  });

  test('any bytes read as a value or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        try {
          const value = readValue(new ByteReader(bytes));
          expect(roundTrip(value)).toBe(value);
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
        }
      }),
      { seed: SEED, numRuns: casesOf(3000) },
    );
  });
});
