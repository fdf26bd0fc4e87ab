import type { JsonValue } from '../../engine/ir/node.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';

/** `1234567` is `1,234,567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * A value of a row for people: whole numbers grouped, others with three digits after the point, null as –, of a list how
 * long it is, and of a struct its values. `fractional` gives whole numbers three digits as well, for a column in which others have them.
 */
export function formatCell(value: JsonValue | undefined, fractional = false): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (typeof value === 'object')
    return Object.values(value)
      .map((field) => formatCell(field))
      .join(' / ');
  return typeof value === 'number' ? formatNumber(value, fractional) : String(value);
}

function formatNumber(value: number, fractional: boolean): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size < 0.0005 && size > 0)) return value.toExponential(2);
  const sign = value < 0 ? '-' : '';
  if (Number.isInteger(value) && !fractional) return sign + formatCount(size);
  const [whole, fraction] = size.toFixed(3).split('.');
  return `${sign}${formatCount(Number(whole))}.${fraction}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `17 May`, UTC; always six characters. */
export function formatDay(ms: number): string {
  const date = new Date(ms);
  return `${String(date.getUTCDate()).padStart(2)} ${MONTHS[date.getUTCMonth()]}`;
}

/** `10:05`, UTC, with seconds or milliseconds only where they are not 0. */
export function formatClock(ms: number): string {
  const time = new Date(ms).toISOString().slice(11, 23);
  return time.endsWith(':00.000') ? time.slice(0, 5) : time.endsWith('.000') ? time.slice(0, 8) : time;
}

const DAY_MS = 86_400_000;

/** `10:05–10:10`; a window that ends on another day than midnight's names the day: `00:00–18 May 00:00`. */
export function formatWindow(startMs: number, endMs: number): string {
  const longer = endMs - startMs > DAY_MS || Math.floor(startMs / DAY_MS) !== Math.floor((endMs - 1) / DAY_MS);
  const end = longer ? `${formatDay(endMs).trim()} ${formatClock(endMs)}` : formatClock(endMs);
  return `${formatClock(startMs)}–${end}`;
}

export function sameDay(a: number, b: number): boolean {
  return Math.floor(a / DAY_MS) === Math.floor(b / DAY_MS);
}

/** `2015-05-17 10:05:59`, UTC: to the second. */
export function formatWatermark(ms: number | null): string {
  if (ms === null || ms <= START_OF_TIME_MS) return 'none yet';
  return ms >= END_OF_TIME_MS ? 'end of input' : `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
