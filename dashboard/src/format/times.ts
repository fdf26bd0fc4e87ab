/** Times as the page shows them: 24 hours, UTC or local by choice, with the date where it is not the day at hand. */

export type Zone = 'UTC' | 'local';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Two parts at most: 40 ms; 0.4 s; 12 s; 1 min 2 s; 2 h 30 min; 3 d 4 h. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'not known';
  const size = Math.abs(ms);
  if (size > 0 && size < SECOND / 10) return `${Math.ceil(size)} ms`;
  if (size < 10 * SECOND && size % SECOND !== 0) return `${(size / SECOND).toFixed(1)} s`;
  // Rounded to its lesser unit before the greater one is chosen, or 59.6 s would be 60 s.
  const seconds = roundTo(size, SECOND);
  if (seconds < MINUTE) return `${seconds / SECOND} s`;
  if (seconds < HOUR) return twoParts(seconds, MINUTE, 'min', SECOND, 's');
  const minutes = roundTo(size, MINUTE);
  if (minutes < DAY) return twoParts(minutes, HOUR, 'h', MINUTE, 'min');
  return twoParts(roundTo(size, HOUR), DAY, 'd', HOUR, 'h');
}

function roundTo(ms: number, unit: number): number {
  return Math.round(ms / unit) * unit;
}

function twoParts(ms: number, greater: number, greaterName: string, lesser: number, lesserName: string): string {
  const whole = Math.floor(ms / greater);
  const rest = Math.round((ms - whole * greater) / lesser);
  return rest === 0 ? `${whole} ${greaterName}` : `${whole} ${greaterName} ${rest} ${lesserName}`;
}

interface Parts {
  readonly date: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function partsOf(ms: number, zone: Zone): Parts {
  const at = new Date(ms);
  const utc = zone === 'UTC';
  const day = utc ? at.getUTCDay() : at.getDay();
  const date = utc ? at.getUTCDate() : at.getDate();
  const month = utc ? at.getUTCMonth() : at.getMonth();
  return {
    date: `${WEEKDAYS[day]} ${date} ${MONTHS[month]}`,
    hour: two(utc ? at.getUTCHours() : at.getHours()),
    minute: two(utc ? at.getUTCMinutes() : at.getMinutes()),
    second: two(utc ? at.getUTCSeconds() : at.getSeconds()),
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** 18:35; with seconds 18:35:41. */
export function formatClock(ms: number, zone: Zone, seconds = false): string {
  const { hour, minute, second } = partsOf(ms, zone);
  return seconds ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

/** Tue 19 May. */
export function formatDate(ms: number, zone: Zone): string {
  return partsOf(ms, zone).date;
}

/** 18:25–18:30, with the date where that is not the day of `now`. Seconds where a window is not of whole minutes. */
export function formatWindow(startMs: number, endMs: number, zone: Zone, nowMs: number): string {
  const seconds = startMs % MINUTE !== 0 || endMs % MINUTE !== 0;
  const [start, end] = [formatClock(startMs, zone, seconds), formatClock(endMs, zone, seconds)];
  const date = formatDate(startMs, zone);
  const endDate = formatDate(endMs, zone);
  const head = date === formatDate(nowMs, zone) ? '' : `${date} `;
  return date === endDate || end === '00:00' ? `${head}${start}–${end}` : `${date} ${start}–${endDate} ${end}`;
}

/** 18:02, with the date where that is not the day of `now`: Tue 19 May 18:02. With seconds by choice. */
export function formatMoment(ms: number, zone: Zone, nowMs: number, seconds = false): string {
  const date = formatDate(ms, zone);
  return `${date === formatDate(nowMs, zone) ? '' : `${date} `}${formatClock(ms, zone, seconds)}`;
}

/** 25 Nov 2026 18:21:17.204 UTC. */
export function formatInstant(ms: number, zone: Zone): string {
  const { hour, minute, second, date } = partsOf(ms, zone);
  const at = new Date(ms);
  const year = zone === 'UTC' ? at.getUTCFullYear() : at.getFullYear();
  const millis = String(((ms % 1000) + 1000) % 1000).padStart(3, '0');
  return `${date.slice(4)} ${year} ${hour}:${minute}:${second}.${millis} ${zoneName(zone)}`;
}

export function zoneName(zone: Zone): string {
  return zone === 'UTC' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
}
