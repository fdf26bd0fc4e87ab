/**
 * Instants are milliseconds since 1970-01-01T00:00:00Z, UTC.
 *
 * Event times lie in the years 1 to 8999, so every window start has a four-digit year. Its ISO-8601 text, which state
 * keys hold, then sorts as time does.
 */

/** Watermark of a shard that has seen nothing. Below every event time. */
export const START_OF_TIME_MS = -62_167_219_200_000; // 0000-01-01T00:00:00.000Z

/** The watermark of an input that has ended: no window ends after it. */
export const END_OF_TIME_MS = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

export const EARLIEST_EVENT_MS = -62_135_596_800_000; // 0001-01-01T00:00:00.000Z
export const LATEST_EVENT_MS = 221_845_392_000_000 - 1; // 8999-12-31T23:59:59.999Z

const DAY_MS = 86_400_000;

/** ISO-8601 UTC with milliseconds, such as `2015-05-17T10:05:00.000Z`. */
export function formatInstant(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (day !== formatted.day) {
    const text = new Date(ms).toISOString();
    // Years of more than four digits have another layout, and there is no year of a time that is none.
    if (text.length !== ISO_LENGTH || !Number.isInteger(ms)) return text;
    formatted.day = day;
    formatted.date = text.slice(0, TIME_AT);
  }
  if (!Number.isInteger(ms)) return new Date(ms).toISOString();
  const ofDay = ms - day * DAY_MS;
  const [second, minute] = [Math.floor(ofDay / 1000), Math.floor(ofDay / 60_000)];
  const hour = Math.floor(minute / 60);
  return `${formatted.date}${TWO[hour]}:${TWO[minute % 60]}:${TWO[second % 60]}.${THREE[ofDay % 1000]}Z`;
}

/** The last date that was formatted: instants that follow each other are mostly of one day. */
const formatted = { day: Number.NaN, date: '' };
const ISO_LENGTH = 24;
const TIME_AT = 11;
const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

/**
 * Milliseconds of an ISO-8601 date and time, or NaN if the text is none.
 *
 * Takes `2015-05-17T10:05:00.123Z`, a space for the `T`, no seconds, any number of fraction digits (cut to
 * milliseconds), and `Z`, `+02:00`, `+0200` or no zone at all, which means UTC. `Date.parse` would read the last as the
 * machine's zone.
 */
export function parseInstant(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const separator = text.charCodeAt(10);
  if (
    text.charCodeAt(4) !== DASH ||
    text.charCodeAt(7) !== DASH ||
    (separator !== UPPER_T && separator !== SPACE && separator !== LOWER_T) ||
    text.charCodeAt(13) !== COLON ||
    !(
      year >= 0 &&
      month >= 1 &&
      month <= 12 &&
      day >= 1 &&
      day <= daysInMonth(year, month) &&
      hour <= 23 &&
      minute <= 59
    )
  ) {
    return Number.NaN;
  }
  let at = 16;
  let second = 0;
  let milliseconds = 0;
  if (text.charCodeAt(at) === COLON) {
    second = digits(text, at + 1, 2);
    if (!(second <= 59)) return Number.NaN;
    at += 3;
    const mark = text.charCodeAt(at);
    if (mark === DOT || mark === COMMA) {
      const first = at + 1;
      let end = first;
      while (isDigit(text.charCodeAt(end))) end++;
      if (end === first) return Number.NaN;
      for (let i = 0; i < 3; i++)
        milliseconds = milliseconds * 10 + (first + i < end ? text.charCodeAt(first + i) - ZERO : 0);
      at = end;
    }
  }
  const offsetMinutes = parseZone(text, at);
  return (
    civilDays(year, month, day) * DAY_MS + (hour * 60 + minute - offsetMinutes) * 60_000 + second * 1000 + milliseconds
  );
}

const ZERO = 48;
const COLON = 58;
const DASH = 45;
const PLUS = 43;
const DOT = 46;
const COMMA = 44;
const SPACE = 32;
const UPPER_T = 84;
const LOWER_T = 116;
const UPPER_Z = 90;
const LOWER_Z = 122;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

function digits(text: string, from: number, length: number): number {
  let value = 0;
  for (let i = from; i < from + length; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - ZERO;
  }
  return value;
}

/** Minutes east of UTC, or NaN if the rest of the text is not a zone. */
function parseZone(text: string, at: number): number {
  if (at === text.length) return 0;
  const mark = text.charCodeAt(at);
  if (mark === UPPER_Z || mark === LOWER_Z) return at + 1 === text.length ? 0 : Number.NaN;
  if (mark !== PLUS && mark !== DASH) return Number.NaN;
  const hours = digits(text, at + 1, 2);
  const hoursOnly = text.length === at + 3;
  const minutesAt = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3;
  const minutes = hoursOnly ? 0 : digits(text, minutesAt, 2);
  const complete = hoursOnly || text.length === minutesAt + 2;
  if (!complete || !(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (mark === PLUS ? 1 : -1) * (hours * 60 + minutes);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Days since 1970-01-01 in the proleptic Gregorian calendar, without the Date object that `Date.UTC` costs.
 * Years begin in March, so that the leap day is a year's last.
 */
function civilDays(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
