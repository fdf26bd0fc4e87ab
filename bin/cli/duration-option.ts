import { notADuration, parseDuration } from '../../engine/ir/duration.ts';
import { UsageError } from './command.ts';

/** Milliseconds of an option that is a duration, as definitions write them: `30s`, `2h`, or `'5 minutes'` in quotes. */
export function durationOption(text: string | undefined, option: string, fallbackMs: number): number {
  if (text === undefined) return fallbackMs;
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new UsageError(`${option} ${notADuration(text)}`);
}
