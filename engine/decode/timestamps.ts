import {
  type EpochFormat,
  isEpochFormat,
  MAGNITUDES,
  type TimestampFormat,
  takesNumbers,
} from '../ir/timestamp-format.ts';
import { numberOfText } from '../text/numeral.ts';
import { parseCommonLog, parseIsoText, parseRfc2822 } from '../time/parse-time.ts';

/** Milliseconds of a timestamp on the wire, or NaN. Cuts finer digits, towards the past. */
export function readTimestamp(value: unknown, format: TimestampFormat): number {
  if (typeof value === 'string') return textMs(value, format);
  return typeof value === 'number' && takesNumbers(format) ? epochMs(value, format) : Number.NaN;
}

function textMs(value: string, format: TimestampFormat): number {
  switch (format) {
    case 'iso8601':
    case 'any':
      return parseIsoText(value);
    case 'rfc2822':
      return parseRfc2822(value);
    case 'common-log':
      return parseCommonLog(value);
    case 'auto':
      return firstOf(parseIsoText(value), () => firstOf(epochOfText(value, format), () => ofNamedMonth(value)));
    default:
      return epochOfText(value, format);
  }
}

function firstOf(ms: number, otherwise: () => number): number {
  return Number.isNaN(ms) ? otherwise() : ms;
}

function ofNamedMonth(text: string): number {
  return firstOf(parseRfc2822(text), () => parseCommonLog(text));
}

function epochOfText(text: string, format: TimestampFormat): number {
  const value = numberOfText(text);
  return value === null ? Number.NaN : epochMs(value, format);
}

function epochMs(value: number, format: TimestampFormat): number {
  switch (isEpochFormat(format) ? format : formatByMagnitude(value)) {
    case 'epoch-s':
      return secondsToMs(value);
    case 'epoch-ms':
      return Math.floor(value);
    case 'epoch-us':
      return Math.floor(value / 1000);
    case 'epoch-ns':
      return nanosecondsToMs(value);
  }
}

function formatByMagnitude(value: number): EpochFormat {
  const size = Math.abs(value);
  for (const [below, format] of MAGNITUDES) if (size < below) return format;
  return 'epoch-ns';
}

/**
 * The last millisecond at or before the seconds. `value * 1000` can fall just below the whole number that the producer
 * wrote (547046643.055 × 1000), but a whole number divided by 1000 is exactly the double of its decimal text.
 */
function secondsToMs(value: number): number {
  const nearest = Math.round(value * 1000);
  return nearest / 1000 > value ? nearest - 1 : nearest;
}

/**
 * The last millisecond at or before the nanoseconds. Doubles of our time are 256 nanoseconds apart, so a whole millisecond need not
 * be one of them: it is found as the double that stands for it. What is less than 128 nanoseconds before it counts as it.
 */
function nanosecondsToMs(value: number): number {
  const nearest = Math.round(value / 1e6);
  return nearest * 1e6 > value ? nearest - 1 : nearest;
}

/** Words for what text or a number is not, where it is no timestamp of a format. */
export function noTimestampWords(format: TimestampFormat): string {
  if (format === 'any') return 'neither ISO-8601 text nor a number since 1970';
  return format === 'auto' ? 'a timestamp in no format that there is' : `no timestamp of format ${format}`;
}
