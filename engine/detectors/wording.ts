import type { Verdict } from './detector.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const DAY_MS = 86_400_000;

/** A number as a person reads it: four digits that count, none that say nothing. */
export function inWords(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-4) return value.toExponential(3).replace(/\.?0+e/, 'e');
  if (size >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(4)));
}

/** `Friday 14:00`, UTC. */
function timeOfWeek(atMs: number): string {
  const days = Math.floor(atMs / DAY_MS);
  const minutes = Math.floor((atMs - days * DAY_MS) / 60_000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${DAYS[(((days + 4) % 7) + 7) % 7]} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `512, expected 210 to 330`. */
export function besideExpected(value: number, lower: number | null, upper: number | null): string {
  if (lower === null || upper === null) return inWords(value);
  return lower === upper
    ? `${inWords(value)}, expected ${inWords(lower)}`
    : `${inWords(value)}, expected ${inWords(lower)} to ${inWords(upper)}`;
}

/**
 * A reason whose expected range begins no lower than a value can be: a detector reckons with less than no errors, and nobody
 * has seen them.
 */
export function reasonFrom(floor: number, value: number, verdict: Verdict): string | null {
  const { reason, lower, upper } = verdict;
  if (reason === null || lower === null || upper === null || lower >= floor) return reason;
  const said = besideExpected(value, lower, upper);
  if (!reason.endsWith(said)) return reason;
  return reason.slice(0, -said.length) + besideExpected(value, floor, Math.max(floor, upper));
}

/** `3.8 σ above the usual`, or `3.8 σ above the usual for Friday 14:00` of a time whose usual it is. */
export function sigmasFrom(sigmas: number, seasonMs: number | null): string {
  const size = Math.abs(sigmas);
  const text = size >= 100 ? 'more than 100' : size.toFixed(1);
  const season = seasonMs === null ? '' : ` for ${timeOfWeek(seasonMs)}`;
  return `${text} σ ${sigmas < 0 ? 'below' : 'above'} the usual${season}`;
}
