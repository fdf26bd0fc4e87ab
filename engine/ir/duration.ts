import { DefinitionError } from './errors.ts';

type Unit = 'ms' | 'second' | 'seconds' | 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days';

/**
 * A span of time as text: a whole number and a unit, such as `'90 seconds'`. The literals keep an editor's completion;
 * `${bigint}` refuses `'1.5 minutes'` at compile time.
 */
export type Duration =
  | '10 seconds'
  | '1 minute'
  | '5 minutes'
  | '1 hour'
  | '1 day'
  | (`${bigint} ${Unit}` & Record<never, never>);

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
};

/** Longest duration of most settings: keeps every window end inside the years that an instant can have. */
const LONGEST_DAYS = 366;

/**
 * Milliseconds of a duration. `setting` names what is being set, as in `stream 'clicks': maxLateness`.
 * Throws a `DefinitionError` on another form, on a negative one, on zero where `atLeastMs` is 1, and beyond `atMostDays`.
 */
export function durationMs(text: Duration, setting: string, atLeastMs = 0, atMostDays = LONGEST_DAYS): number {
  if (text === undefined) throw new DefinitionError(`${setting} is missing. Give a duration, such as '5 minutes'.`);
  const match = /^(\d+) (\w+)$/.exec(text);
  const unit = match?.[2] ?? '';
  if (!match || !isUnit(unit)) {
    throw new DefinitionError(
      `${setting} is '${text}', which is not a duration. Write a whole number and a unit, such as '5 minutes'; the units are ${Object.keys(UNIT_MS).join(', ')}.`,
    );
  }
  const ms = Number(match[1]) * UNIT_MS[unit];
  if (ms < atLeastMs || ms > atMostDays * UNIT_MS.days) {
    throw new DefinitionError(
      `${setting} is '${text}': it must be at least ${atLeastMs} ms and at most ${atMostDays} days.`,
    );
  }
  return ms;
}

function isUnit(text: string): text is Unit {
  return Object.hasOwn(UNIT_MS, text);
}

/** The shortest text for a duration, for people: `300000` is `5 minutes`. */
export function formatDuration(ms: number): string {
  for (const unit of ['day', 'hour', 'minute', 'second'] as const) {
    const count = ms / UNIT_MS[unit];
    if (count >= 1 && Number.isInteger(count)) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return `${ms} ms`;
}
