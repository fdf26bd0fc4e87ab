import { DefinitionError } from './errors.ts';

type Unit = 'ms' | 'second' | 'seconds' | 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days' | 'week' | 'weeks';
type ShortUnit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w';

/**
 * A span of time as text: a whole number and a unit, such as `'90 seconds'` or `'90s'`. A word has a blank before it, a letter
 * has none. The literals keep an editor's completion; `${bigint}` refuses `'1.5 minutes'` at compile time.
 */
export type Duration =
  | '10 seconds'
  | '1 minute'
  | '5 minutes'
  | '1 hour'
  | '1 day'
  | ((`${bigint} ${Unit}` | `${bigint}${ShortUnit}`) & Record<never, never>);

/**
 * What the compiler says of a text that is no duration. A parameter `D extends Duration ? D : NotADuration<D>` shows it; under a
 * name of its own, the compiler would show that name.
 */
export type NotADuration<D extends string> =
  `'${D}' is not a duration: write a whole number and a unit, such as '5 minutes' or '5m'`;

const UNIT_MS: Readonly<Record<Unit, number>> = {
  ms: 1,
  second: 1000,
  seconds: 1000,
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
  week: 7 * 86_400_000,
  weeks: 7 * 86_400_000,
};

const SHORT_UNITS: Readonly<Record<ShortUnit, Unit>> = {
  ms: 'ms',
  s: 'seconds',
  m: 'minutes',
  h: 'hours',
  d: 'days',
  w: 'weeks',
};

const FORMS = `a whole number and a unit, such as '5 minutes' or '5m'; the units are ${Object.keys(UNIT_MS).join(', ')}, or in short ${Object.keys(SHORT_UNITS).join(', ')}`;

/** The end of a sentence that begins with what is being set. */
export function notADuration(text: string): string {
  const meant = mostLikely(text);
  return `is '${text}', which is not a duration.${meant === null ? '' : ` Did you mean '${meant}'?`} Write ${FORMS}.`;
}

/** `5 minutes` for `5 min`, `5 Mins` and `5minutes`; null where that is a guess. */
function mostLikely(text: string): string | null {
  const [, count, unit = ''] = /^(\d+) *([a-z]+)$/.exec(String(text).toLowerCase()) ?? [];
  const known = shortUnit(unit) ?? Object.values(SHORT_UNITS).find((name) => name.startsWith(unit.replace(/s$/, '')));
  return count === undefined || known === undefined ? null : `${count} ${known}`;
}

/** Longest duration of most settings: keeps every window end inside the years that an instant can have. */
const LONGEST_DAYS = 366;

/** Milliseconds of a duration in a definition or on a command line; null where the text is none. */
export function parseDuration(text: string): number | null {
  const [, count, blank, unit = ''] = /^(\d+)( ?)([a-z]+)$/.exec(text) ?? [];
  const known = blank === '' ? shortUnit(unit) : isUnit(unit) ? unit : null;
  return known === null ? null : Number(count) * UNIT_MS[known];
}

/**
 * Milliseconds of a duration. `setting` names what is being set, as in `stream 'clicks': maxLateness`.
 * Throws a `DefinitionError` on another form, on a negative one, on zero where `atLeastMs` is 1, and beyond `atMostDays`.
 */
export function durationMs(text: string, setting: string, atLeastMs = 0, atMostDays = LONGEST_DAYS): number {
  if (text === undefined) throw new DefinitionError(`${setting} is missing. Give a duration, such as '5 minutes'.`);
  const ms = parseDuration(text);
  if (ms === null) throw new DefinitionError(`${setting} ${notADuration(text)}`);
  if (ms < atLeastMs || ms > atMostDays * UNIT_MS.days) {
    throw new DefinitionError(
      `${setting} is '${text}': it must be at least ${atLeastMs} ms and at most ${atMostDays} days.`,
    );
  }
  return ms;
}

/** The same of a duration that may be negative: `'-10 minutes'`. */
export function signedDurationMs(text: string, setting: string): number {
  const isNegative = typeof text === 'string' && text.startsWith('-');
  const ms = durationMs(isNegative ? text.slice(1) : text, setting);
  return isNegative && ms !== 0 ? -ms : ms;
}

function isUnit(text: string): text is Unit {
  return Object.hasOwn(UNIT_MS, text);
}

function shortUnit(text: string): Unit | null {
  return Object.hasOwn(SHORT_UNITS, text) ? SHORT_UNITS[text as ShortUnit] : null;
}

/** The shortest text for a duration, for people: `300000` is `5 minutes`. */
export function formatDuration(ms: number): string {
  for (const unit of ['day', 'hour', 'minute', 'second'] as const) {
    const count = ms / UNIT_MS[unit];
    if (count >= 1 && Number.isInteger(count)) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return `${ms} ms`;
}
