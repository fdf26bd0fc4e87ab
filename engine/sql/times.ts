import { MAGNITUDES, type TimestampFormat } from '../ir/timestamp-format.ts';
import { NUMERAL_PATTERN } from '../text/numeral.ts';
import { COMMON_LOG_PATTERN, ISO_PATTERN, MONTH_NAMES, RFC_2822_PATTERN } from '../time/parse-time.ts';
import { floorMs, indent } from './text.ts';

/** What the text of times is taken apart with. Arguments and results are SQL; patterns are plain text. */
export interface TimeDialect {
  /** Whether a pattern matches the whole text. */
  matches(text: string, pattern: string): string;
  /** A group of the first match. Without a match, or where the group took no part: null or the empty text. */
  extract(text: string, pattern: string, group: number): string;
  /** Milliseconds since 1970 of text such as 2024-01-31; null where there is no such day. */
  dateToMs(text: string): string;
}

/**
 * Milliseconds since 1970 of text in a format, as `readTimestamp` reads it; null where it is none. The parts of the text are added up,
 * so that second 60 and 24:00 are what they are there.
 */
export function textToMs(text: string, format: TimestampFormat, dialect: TimeDialect): string {
  switch (format) {
    case 'iso8601':
    case 'any':
      return isoToMs(text, dialect);
    case 'rfc2822':
      return namedMonthToMs(text, RFC_2822_PATTERN, dialect);
    case 'common-log':
      return namedMonthToMs(text, COMMON_LOG_PATTERN, dialect);
    case 'auto': {
      const formats = ['iso8601', 'rfc2822', 'common-log'] as const;
      const numeral = `CASE WHEN ${dialect.matches(text, NUMERAL_PATTERN)} THEN ${numberToMs(asDouble(text), 'any')} END`;
      const all = [...formats.map((each) => textToMs(text, each, dialect)), numeral];
      return `COALESCE(\n  ${all.map(indent).join(',\n  ')}\n)`;
    }
    default:
      return numberToMs(asDouble(text), format);
  }
}

/** Milliseconds since 1970, cut towards the past, of a double in the unit of a format, or in the one that its magnitude tells. */
export function numberToMs(double: string, format: TimestampFormat): string {
  switch (format) {
    case 'epoch-s':
      // The product can fall just below the millisecond that was written; a whole number divided by 1000 does not.
      return nearestNotAfter(double, `round(${double} * 1000)`, (nearest) => `${nearest} / 1000`);
    case 'epoch-ms':
      return floorMs(double);
    case 'epoch-us':
      return floorMs(`${double} / 1000`);
    case 'epoch-ns':
      // A whole millisecond need not be a double of nanoseconds: it is found by the one that stands for it.
      return nearestNotAfter(double, `round(${double} / 1e6)`, (nearest) => `${nearest} * 1e6`);
    default: {
      const cases = MAGNITUDES.map(([below, each]) => {
        const ms = numberToMs(double, each);
        return below === Number.POSITIVE_INFINITY
          ? `ELSE ${ms}`
          : `WHEN abs(${double}) < ${exponential(below)} THEN ${ms}`;
      });
      return `CASE\n  ${cases.join('\n  ')}\nEND`;
    }
  }
}

function nearestNotAfter(double: string, nearest: string, back: (nearest: string) => string): string {
  return `TRY_CAST(${nearest} - CASE WHEN ${back(nearest)} > ${double} THEN 1 ELSE 0 END AS BIGINT)`;
}

function exponential(double: number): string {
  return double.toExponential().replace('+', '');
}

function asDouble(text: string): string {
  return `TRY_CAST(${text} AS DOUBLE)`;
}

const DATE = '^([0-9]{4})-?([0-9]{2})-?([0-9]{2})';
/** Of a time behind its date: only what the whole pattern matches gets here. */
const HOURS = '[Tt ]([0-9]{2})';
const MINUTES = '[Tt ][0-9]{2}:?([0-9]{2})';
const SECONDS = '[Tt ][0-9]{2}:?[0-9]{2}:?([0-9]{2}(?:[.,][0-9]{1,3})?)';
const OFFSET = '[Tt ][0-9:.,]+ ?([+-][0-9:]+)';

function isoToMs(text: string, dialect: TimeDialect): string {
  const date = [1, 2, 3].map((group) => dialect.extract(text, DATE, group)).join(" || '-' || ");
  const part = (pattern: string) => dialect.extract(text, pattern, 1);
  const sum = [
    dialect.dateToMs(date),
    `${whole(part(HOURS))} * 3600000`,
    `${whole(part(MINUTES))} * 60000`,
    seconds(part(SECONDS)),
  ].join('\n  + ');
  return whenMatching(text, ISO_PATTERN, `${sum}\n  - ${offsetMs(part(OFFSET))}`, dialect);
}

/** Of a pattern with five groups: day, name of the month, year, time, zone. */
function namedMonthToMs(text: string, pattern: string, dialect: TimeDialect): string {
  const part = (group: number) => dialect.extract(text, pattern, group);
  const months = MONTH_NAMES.map((name, index) => `WHEN '${name}' THEN '${String(index + 1).padStart(2, '0')}'`);
  const month = `CASE ${part(2)} ${months.join(' ')} END`;
  const clock = (from: number) => whole(`substr(${part(4)}, ${from}, 2)`);
  const sum = [
    dialect.dateToMs(`${part(3)} || '-' || ${month} || '-' || lpad(${part(1)}, 2, '0')`),
    `${clock(1)} * 3600000`,
    `${clock(4)} * 60000`,
    `${clock(7)} * 1000`,
  ].join('\n  + ');
  return whenMatching(text, pattern, `${sum}\n  - ${offsetMs(part(5))}`, dialect);
}

function whenMatching(text: string, pattern: string, ms: string, dialect: TimeDialect): string {
  return `CASE\n  WHEN ${dialect.matches(text, pattern)}\n  THEN ${ms}\nEND`;
}

/** 0 where there is none. */
function whole(digits: string): string {
  return `COALESCE(TRY_CAST(${digits} AS BIGINT), 0)`;
}

/** Milliseconds of `+02:00`, `+0200` or `+02`, as the number 200, in which an hour is 100; 0 of a zone's name. */
function offsetMs(offset: string): string {
  const number = whole(`rpad(replace(${offset}, ':', ''), 5, '0')`);
  return `CAST(${number} - 40 * trunc(${number} / 1e2) AS BIGINT) * 60000`;
}

/** Milliseconds of seconds with up to three decimals. */
function seconds(text: string): string {
  return `CAST(COALESCE(TRY_CAST(replace(${text}, ',', '.') AS DECIMAL(5, 3)), 0) * 1000 AS BIGINT)`;
}
