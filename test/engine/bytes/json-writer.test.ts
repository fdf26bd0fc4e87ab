import fc from 'fast-check';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { JsonInstants, writeJsonNumber, writeJsonText, writeJsonValue } from '../../../engine/bytes/json-writer.ts';
import { formatInstant } from '../../../engine/time/instant.ts';

/** What is written, behind a byte that was there, by a writer that must grow. */
function written(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter(1);
  out.byte(0x21);
  write(out);
  return Buffer.from(out.finish()).toString().slice(1);
}

test('a text is what JSON.stringify makes of it', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('', '"', '\\', '\n', '\x7e', '\x7f', '\ud800'),
  );
  fc.assert(
    fc.property(text, (value) => {
      expect(written((out) => writeJsonText(value, out))).toBe(JSON.stringify(value));
    }),
    { seed: 20260104, numRuns: 500 },
  );
});

test('a number is what JSON.stringify makes of it', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.nat(),
    fc.integer(),
    fc.constantFrom(0, -0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, 2 ** 31, 2 ** 53, 1e21, -1),
  );
  fc.assert(
    fc.property(number, (value) => {
      expect(written((out) => writeJsonNumber(value, out))).toBe(JSON.stringify(value));
    }),
    { seed: 20260105, numRuns: 1000 },
  );
});

test('an instant is what formatInstant makes of it', () => {
  const DAY_MS = 86_400_000;
  const instant = fc.oneof(
    fc.integer({ min: -62_200_000_000_000, max: 253_500_000_000_000 }),
    fc.integer({ min: 0, max: 3 * DAY_MS }),
    fc.constantFrom(0, -1, DAY_MS - 1, DAY_MS, 0.5, -62_167_219_200_001, 253_402_300_800_000),
  );
  const instants = new JsonInstants();
  fc.assert(
    fc.property(instant, (ms) => {
      expect(written((out) => instants.write(ms, out))).toBe(JSON.stringify(formatInstant(ms)));
    }),
    { seed: 20260108, numRuns: 1000 },
  );
  expect(written((out) => instants.write(null, out))).toBe('null');
});

test('what JSON has not is null, and a bigint is a text', () => {
  const textOf = (value: Parameters<typeof writeJsonValue>[0]) => written((out) => writeJsonValue(value, out));
  expect([Number.NaN, Number.NEGATIVE_INFINITY, null, 2n ** 60n, true, false, [1, 'ü']].map(textOf)).toEqual([
    'null',
    'null',
    'null',
    '"1152921504606846976"',
    'true',
    'false',
    '[1,"ü"]',
  ]);
});
