import fc from 'fast-check';
import { readTimestamp } from '../../../engine/decode/timestamps.ts';
import type { TimestampFormat } from '../../../engine/ir/timestamp-format.ts';

const SEED = 20150517;
const NOON = Date.parse('2015-05-17T12:00:00Z');

test.each<[TimestampFormat, string | number, number]>([
  ['iso8601', '2015-05-17T12:00:00Z', NOON],
  ['iso8601', '2015-05-17T14:00:00.0019+02:00', NOON + 1],
  ['any', '2015-05-17T12:00:00Z', NOON],
  ['any', NOON, NOON],
  ['any', NOON + 0.9, NOON],
  ['epoch-ms', NOON, NOON],
  ['epoch-ms', NOON + 0.9, NOON],
  ['epoch-ms', 0, 0],
  ['epoch-ms', -1, -1],
  ['epoch-ms', -0.5, -1],
  ['epoch-s', NOON / 1000, NOON],
  ['epoch-s', NOON / 1000 + 0.25, NOON + 250],
  ['epoch-s', 1431864000.001, NOON + 1],
  ['epoch-s', 1431864000.9999, NOON + 999],
  ['epoch-s', -0.5, -500],
  ['epoch-s', -0.0005, -1],
  ['epoch-s', -62135596800, -62135596800000],
  ['epoch-us', NOON * 1000, NOON],
  ['epoch-us', NOON * 1000 + 999, NOON],
  ['epoch-us', 999, 0],
  ['epoch-us', -1, -1],
  ['epoch-us', -1000, -1],
  ['epoch-us', -1001, -2],
  ['epoch-ns', NOON * 1e6, NOON],
  ['epoch-ns', NOON * 1e6 + 999_000, NOON],
  // The double that is nearest is the next millisecond's.
  ['epoch-ns', NOON * 1e6 + 999_999, NOON + 1],
  ['epoch-ns', -1, -1],
  ['epoch-s', '1431864000', NOON],
  ['epoch-s', '1431864000.25', NOON + 250],
  ['epoch-ms', String(NOON), NOON],
  ['epoch-us', '1431864000000000', NOON],
  ['epoch-ns', '1431864000123000000', NOON + 123],
  ['any', NOON / 1000, NOON],
  ['any', 1431864000.25, NOON + 250],
  ['any', NOON * 1000, NOON],
  ['any', NOON * 1e6, NOON],
  ['auto', NOON / 1000, NOON],
  ['auto', NOON, NOON],
  ['auto', NOON * 1000, NOON],
  ['auto', NOON * 1e6, NOON],
  ['auto', -1, -1000],
  ['auto', '1431864000', NOON],
  ['auto', '2015-05-17T12:00:00Z', NOON],
  ['auto', '17/May/2015:12:00:00 +0000', NOON],
  ['auto', 'Sun, 17 May 2015 12:00:00 GMT', NOON],
  ['common-log', '17/May/2015:10:05:03 +0000', Date.parse('2015-05-17T10:05:03Z')],
  ['common-log', '[17/May/2015:10:05:03 -0230]', Date.parse('2015-05-17T12:35:03Z')],
  ['rfc2822', 'Wed, 31 Jan 2024 12:00:00 +0100', Date.parse('2024-01-31T11:00:00Z')],
  ['rfc2822', '1 Feb 2024 12:00 UT', Date.parse('2024-02-01T12:00:00Z')],
  ['rfc2822', 'Sat, 31 Dec 2016 23:59:60 +0000', Date.parse('2017-01-01T00:00:00Z')],
])('%s %p is %d ms: finer digits are cut, towards the past', (format, value, ms) => {
  expect(readTimestamp(value, format)).toBe(ms);
});

test.each<[TimestampFormat, string | number]>([
  ['iso8601', NOON],
  ['iso8601', String(NOON)],
  ['iso8601', '2015-05'],
  ['any', 'noon'],
  ['any', String(NOON)],
  ['epoch-ms', '2015-05-17T12:00:00Z'],
  ['epoch-ms', ''],
  ['epoch-s', ' 1431864000'],
  ['epoch-us', '0x10'],
  ['epoch-ns', '1e400'],
  ['rfc2822', NOON],
  ['rfc2822', '31 Jan 24 12:00:00 +0100'],
  ['rfc2822', 'Wed, 31 Jan 2024 12:00:00'],
  ['rfc2822', '30 Feb 2024 12:00:00 GMT'],
  ['common-log', '17/Mai/2015:10:05:03 +0000'],
  ['common-log', '17/May/2015:10:05:03'],
  ['common-log', '31/Jun/2015:10:05:03 +0000'],
  ['auto', 'noon'],
  ['auto', ''],
])('%s %p is none', (format, value) => {
  expect(readTimestamp(value, format)).toBeNaN();
});

describe('a number of milliseconds is the same instant, written as', () => {
  const ms = fc.oneof(
    fc.integer({ min: Date.parse('1900-01-01T00:00:00Z'), max: Date.parse('2200-01-01T00:00:00Z') }),
    fc.integer({ min: -100_000, max: 100_000 }),
  );

  test.each<[TimestampFormat, (n: number) => string]>([
    ['epoch-ms', (n) => String(n)],
    ['epoch-us', (n) => String(n * 1000)],
    ['epoch-ns', (n) => String(BigInt(n) * 1_000_000n)],
    ['epoch-s', (n) => decimalSeconds(n)],
  ])('%s', (format, write) => {
    fc.assert(
      fc.property(ms, (n) => {
        expect(readTimestamp(JSON.parse(write(n)), format)).toBe(n === 0 ? 0 : n);
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });
});

/** `1431864000.001`, as a producer writes it: digits, not a division. */
function decimalSeconds(ms: number): string {
  const digits = String(Math.abs(ms)).padStart(4, '0');
  return `${ms < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
}
