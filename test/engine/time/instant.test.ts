import fc from 'fast-check';
import {
  EARLIEST_EVENT_MS,
  END_OF_TIME_MS,
  formatInstant,
  LATEST_EVENT_MS,
  parseInstant,
  START_OF_TIME_MS,
} from '../../../engine/time/instant.ts';
import { casesOf } from '../../support/random-cases.ts';

const SEED = 20150517;

const YEAR_1 = Date.parse('0001-01-01T00:00:00.000Z');
const YEAR_9999 = Date.parse('9999-12-31T23:59:59.999Z');
/** Any millisecond of the years 1 to 9999, and often one near the turn of a month, a year or 1970. */
const instant = fc.oneof(
  fc.integer({ min: YEAR_1, max: YEAR_9999 }),
  fc
    .tuple(fc.integer({ min: 2, max: 9998 }), fc.integer({ min: 0, max: 11 }), fc.integer({ min: -2, max: 2 }))
    .map(
      ([year, month, ms]) => Date.parse(`${String(year).padStart(4, '0')}-01-01T00:00:00Z`) + monthMs(year, month) + ms,
    ),
  fc.integer({ min: -2000, max: 2000 }),
);

function monthMs(year: number, month: number): number {
  // A year of the same calendar that Date.UTC takes as it is.
  const same = 2000 + (year % 400);
  return Date.UTC(same, month) - Date.UTC(same, 0);
}

/** ISO-8601 text of an instant at an offset, as `Date.parse` takes it too. */
function textAt(ms: number, offsetMinutes: number | null): string {
  if (offsetMinutes === null) return new Date(ms).toISOString();
  const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.trunc(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}

const two = (n: number) => String(n).padStart(2, '0');
const offset = fc.option(fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }));
/** Texts whose local date has a year of four digits. */
const text = fc
  .tuple(instant, offset)
  .filter(([ms, minutes]) => ms + (minutes ?? 0) * 60_000 >= YEAR_1 && ms + (minutes ?? 0) * 60_000 <= YEAR_9999)
  .map(([ms, minutes]) => textAt(ms, minutes));

describe('parseInstant', () => {
  test('reads what Date.parse reads, the same', () => {
    fc.assert(
      fc.property(text, (iso) => {
        expect(parseInstant(iso)).toBe(Date.parse(iso));
      }),
      { seed: SEED, numRuns: casesOf(5000) },
    );
  });

  test('cuts digits beyond milliseconds, however many there are', () => {
    const fraction = fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(instant, fraction, fc.constantFrom('.', ','), (ms, digits, mark) => {
        const seconds = formatInstant(ms).slice(0, 19);
        const milliseconds = digits.padEnd(3, '0').slice(0, 3);
        expect(parseInstant(`${seconds}${mark}${digits}Z`)).toBe(Date.parse(`${seconds}.${milliseconds}Z`));
      }),
      { seed: SEED },
    );
  });

  test.each([
    ['2015-05-17T10:05:00Z', '2015-05-17T10:05:00.000Z'],
    ['2015-05-17T10:05:00.1Z', '2015-05-17T10:05:00.100Z'],
    ['2015-05-17T10:05:00.0009Z', '2015-05-17T10:05:00.000Z'],
    ['2015-05-17T10:05:00,123456789Z', '2015-05-17T10:05:00.123Z'],
    ['2015-05-17T10:05Z', '2015-05-17T10:05:00.000Z'],
    ['2015-05-17t10:05:00z', '2015-05-17T10:05:00.000Z'],
    ['2015-05-17 10:05:00Z', '2015-05-17T10:05:00.000Z'],
    // No zone is UTC, whatever the zone of the machine.
    ['2015-05-17T10:05:00', '2015-05-17T10:05:00.000Z'],
    ['2015-05-17 10:05', '2015-05-17T10:05:00.000Z'],
    ['2015-05-17T10:05:00+02:00', '2015-05-17T08:05:00.000Z'],
    ['2015-05-17T10:05:00+0230', '2015-05-17T07:35:00.000Z'],
    ['2015-05-17T10:05:00-02', '2015-05-17T12:05:00.000Z'],
    ['2015-05-17T10:05-02:30', '2015-05-17T12:35:00.000Z'],
    ['2015-05-17T10:05:00-00:00', '2015-05-17T10:05:00.000Z'],
    ['1970-01-01T00:00:00+23:59', '1969-12-31T00:01:00.000Z'],
    ['2016-02-29T00:00:00Z', '2016-02-29T00:00:00.000Z'],
    ['2000-02-29T23:59:59.999Z', '2000-02-29T23:59:59.999Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (iso, canonical) => {
    expect(formatInstant(parseInstant(iso))).toBe(canonical);
  });

  test('reads the beginning of 1970 as 0, not −0', () => {
    for (const zone of ['Z', '', '-00:00', '+00:00']) expect(parseInstant(`1970-01-01T00:00:00${zone}`)).toBe(0);
  });

  test.each([
    ['nothing', ''],
    ['a blank', ' '],
    ['a date alone', '2015-05-17'],
    ['a lone T', '2015-05-17T'],
    ['an hour alone', '2015-05-17T10'],
    ['an hour with a zone', '2015-05-17T10Z'],
    ['a time alone', '10:05:00Z'],
    ['month 0', '2015-00-17T10:05:00Z'],
    ['month 13', '2015-13-17T10:05:00Z'],
    ['day 0', '2015-05-00T10:05:00Z'],
    ['May 32', '2015-05-32T10:05:00Z'],
    ['April 31', '2015-04-31T10:05:00Z'],
    ['February 29 of a common year', '2015-02-29T10:05:00Z'],
    ['February 29 of 1900', '1900-02-29T10:05:00Z'],
    ['February 30', '2016-02-30T10:05:00Z'],
    ['hour 24', '2015-05-17T24:00:00Z'],
    ['minute 60', '2015-05-17T10:60:00Z'],
    ['second 60', '2015-06-30T23:59:60Z'],
    ['no digits after the point', '2015-05-17T10:05:00.Z'],
    ['no digits after the point and no zone', '2015-05-17T10:05:00.'],
    ['a fraction of a minute', '2015-05-17T10:05.5Z'],
    ['seconds of one digit', '2015-05-17T10:05:0Z'],
    ['no seconds after the colon', '2015-05-17T10:05:Z'],
    ['a month of one digit', '2015-5-17T10:05:00Z'],
    ['a year of two digits', '15-05-17T10:05:00Z'],
    ['a year of five digits', '12015-05-17T10:05:00Z'],
    ['a year with a sign', '+002015-05-17T10:05:00Z'],
    ['slashes', '2015/05/17T10:05:00Z'],
    ['no dashes', '20150517T100500Z'],
    ['another letter for the T', '2015-05-17X10:05:00Z'],
    ['two blanks', '2015-05-17  10:05:00Z'],
    ['a blank before', ' 2015-05-17T10:05:00Z'],
    ['a blank after', '2015-05-17T10:05:00Z '],
    ['a blank before the zone', '2015-05-17T10:05:00 +02:00'],
    ['a letter after the zone', '2015-05-17T10:05:00Zx'],
    ['two zones', '2015-05-17T10:05:00Z+02:00'],
    ['another letter for a zone', '2015-05-17T10:05:00A'],
    ['the name of a zone', '2015-05-17T10:05:00 UTC'],
    ['a zone of one digit', '2015-05-17T10:05:00+2'],
    ['a zone of three digits', '2015-05-17T10:05:00+020'],
    ['a zone of five digits', '2015-05-17T10:05:00+02000'],
    ['a zone without minutes after the colon', '2015-05-17T10:05:00+02:'],
    ['a zone with one digit of minutes', '2015-05-17T10:05:00+02:0'],
    ['a zone of 24 hours', '2015-05-17T10:05:00+24:00'],
    ['a zone of 60 minutes', '2015-05-17T10:05:00+02:60'],
    ['a zone with seconds', '2015-05-17T10:05:00+02:00:00'],
    ['a zone that is only a sign', '2015-05-17T10:05:00+'],
    ['a minus sign of typographers', '2015-05-17T10:05:00−02:00'],
    ['digits of another script', '２０１５-05-17T10:05:00Z'],
    ['letters', 'yesterday at noon'],
    ['milliseconds as text', '1431857100000'],
    ['a NUL after', '2015-05-17T10:05:00Z\0'],
  ])('is NaN for %s', (_, damaged) => {
    expect(parseInstant(damaged)).toBeNaN();
  });

  test('takes no text that the grammar does not, and every one that it does', () => {
    const letters = fc.constantFrom(...'0123459 :.,-+TtZzx');
    const change = fc.record({ at: fc.nat(30), remove: fc.nat(2), insert: fc.array(letters, { maxLength: 2 }) });
    const shape = fc.constantFrom(
      '2015-05-17T10:05:00.123Z',
      '2016-02-29T23:59:59+02:00',
      '1900-02-28 00:00',
      '2015-12-31T10:05:00,5-0230',
      '0001-01-01T00:00:00+23',
    );
    fc.assert(
      fc.property(shape, fc.array(change, { maxLength: 2 }), (iso, changes) => {
        let damaged = iso;
        for (const { at, remove, insert } of changes) {
          damaged = damaged.slice(0, at) + insert.join('') + damaged.slice(at + remove);
        }
        expect(parseInstant(damaged)).toBe(naiveInstant(damaged));
      }),
      { seed: SEED, numRuns: casesOf(10_000) },
    );
  });
});

const GRAMMAR =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d+))?)?(?:[Zz]|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)?$/;

/** The grammar as one pattern, and the calendar of `Date`. */
function naiveInstant(iso: string): number {
  const match = GRAMMAR.exec(iso);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second = '00', fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] =
    match;
  const date = `${year}-${month}-${day}`;
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  // Date.parse takes February 30 for March 1.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) return Number.NaN;
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return sign === '-' ? ms + zone : ms - zone;
}

describe('formatInstant', () => {
  test('is what Date gives, for any time in any order', () => {
    const near = fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 });
    const any = fc.oneof(instant, near, fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }));
    fc.assert(
      fc.property(any, (ms) => {
        expect(formatInstant(ms)).toBe(new Date(ms).toISOString());
      }),
      { seed: SEED, numRuns: 5000 },
    );
    expect(() => formatInstant(Number.NaN)).toThrow(RangeError);
  });

  test('is read back as the same instant', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        expect(parseInstant(formatInstant(ms))).toBe(ms);
      }),
      { seed: SEED },
    );
  });

  test('sorts as time does, from the start of time to its end', () => {
    const time = fc.oneof(
      instant,
      fc.constantFrom(START_OF_TIME_MS, EARLIEST_EVENT_MS, LATEST_EVENT_MS, END_OF_TIME_MS),
    );
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [x, y] = [formatInstant(a), formatInstant(b)];
        expect(x < y ? -1 : x > y ? 1 : 0).toBe(Math.sign(a - b) + 0);
        expect(x).toHaveLength(24);
      }),
      { seed: SEED, numRuns: casesOf(2000) },
    );
  });

  test.each([
    [START_OF_TIME_MS, '0000-01-01T00:00:00.000Z'],
    [EARLIEST_EVENT_MS, '0001-01-01T00:00:00.000Z'],
    [LATEST_EVENT_MS, '8999-12-31T23:59:59.999Z'],
    [END_OF_TIME_MS, '9999-12-31T23:59:59.999Z'],
  ])('%d is %s', (ms, iso) => {
    expect(formatInstant(ms)).toBe(iso);
  });
});
