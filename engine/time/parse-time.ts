import { parseInstant } from './instant.ts';

/**
 * The other forms in which times are written, as patterns over the whole text, in the common syntax of RE2 and Java: SQL knows the
 * same ones. A pattern says how the digits stand; whether there is such a day is asked of the calendar.
 */
const HOUR = '(?:[01][0-9]|2[0-3])';
const MINUTE = '[0-5][0-9]';
const SECONDS = '(?:[0-5][0-9]|60)(?:[.,][0-9]+)?';
const EXTENDED_DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const BASIC_DATE = '[0-9]{8}';
const EXTENDED = `${EXTENDED_DATE}[Tt ](?:${HOUR}:${MINUTE}(?::${SECONDS})?|24:00(?::00(?:[.,]0+)?)?)`;
const BASIC = `${BASIC_DATE}[Tt ](?:${HOUR}${MINUTE}(?:${SECONDS})?|2400(?:00(?:[.,]0+)?)?)`;
const ZONE = `(?: ?(?:[Zz]|UTC|GMT|[+-]${HOUR}(?::?${MINUTE})?)(?:\\[[A-Za-z0-9_+/=:!-]+\\])*)?`;

/**
 * ISO 8601: a date alone, in extended or basic form, or with a time. A zone can follow a space, be called UTC or GMT, and have its
 * name behind it in brackets (RFC 9557).
 */
export const ISO_PATTERN = `${EXTENDED_DATE}|${BASIC_DATE}|(?:${EXTENDED}|${BASIC})${ZONE}`;

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
export const MONTH_NAMES: readonly string[] = MONTHS.split('|');
const CLOCK = `${HOUR}:[0-5][0-9]:(?:[0-5][0-9]|60)`;

/** `Wed, 31 Jan 2024 12:00:00 +0100`: of mail (RFC 2822) and, with GMT, of HTTP. The name of the day is not looked at. */
export const RFC_2822_PATTERN =
  `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ?)?([0-9]{1,2}) (${MONTHS}) ([0-9]{4}) ` +
  `(${CLOCK}|${HOUR}:[0-5][0-9]) ([+-]${HOUR}[0-5][0-9]|GMT|UTC?|Z)`;

/** `17/May/2015:10:05:03 +0000`: of Apache's and nginx's logs, with their brackets or without. */
export const COMMON_LOG_PATTERN = `\\[?([0-9]{2})/(${MONTHS})/([0-9]{4}):(${CLOCK}) ([+-]${HOUR}[0-5][0-9])\\]?`;

const ISO = new RegExp(`^(?:${ISO_PATTERN})$`);
const RFC_2822 = new RegExp(`^(?:${RFC_2822_PATTERN})$`);
const COMMON_LOG = new RegExp(`^(?:${COMMON_LOG_PATTERN})$`);

/**
 * Milliseconds of ISO 8601 text, cut towards the past, or NaN where it is none. A date alone is its midnight in UTC, and so is a time
 * without a zone in UTC. 24:00 is the next day's midnight. Second 60, which a leap second has, is the next minute's first.
 */
export function parseIsoText(text: string): number {
  // The usual form, without a regular expression.
  const usual = parseInstant(text);
  if (!Number.isNaN(usual) || !ISO.test(text)) return usual;
  const bare = text.replace(/\[.*$/, '').replace(/ ?(?:[Zz]|UTC|GMT)$/, '');
  const [, year = '', month = '', day = '', rest = ''] = /^(\d{4})-?(\d\d)-?(\d\d)(.*)$/.exec(bare) ?? [];
  const midnight = parseInstant(`${year}-${month}-${day}T00:00`);
  const [, hour = '0', minute = '0', second = '0', fraction = '', offset = ''] =
    /^[Tt ](\d\d):?(\d\d):?(\d\d)?(?:[.,](\d+))?(?: ?([+-].*))?$/.exec(rest) ?? [];
  const ofDay = (Number(hour) * 60 + Number(minute) - offsetMinutes(offset)) * 60_000;
  return midnight + ofDay + Number(second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** Milliseconds of a time as mail and HTTP write it, or NaN. */
export function parseRfc2822(text: string): number {
  return ofNamedMonth(RFC_2822.exec(text));
}

/** Milliseconds of a time as web servers log it, or NaN. */
export function parseCommonLog(text: string): number {
  return ofNamedMonth(COMMON_LOG.exec(text));
}

function ofNamedMonth(found: RegExpExecArray | null): number {
  if (found === null) return Number.NaN;
  const [, day = '', month = '', year = '', clock = '', zone = ''] = found;
  const number = String(MONTH_NAMES.indexOf(month) + 1).padStart(2, '0');
  const offset = zone.length === 5 ? zone : 'Z';
  return parseIsoText(`${year}-${number}-${day.padStart(2, '0')}T${clock}${offset}`);
}

/** Minutes east of UTC of `+02:00`, `+0200` or `+02`. */
function offsetMinutes(offset: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
