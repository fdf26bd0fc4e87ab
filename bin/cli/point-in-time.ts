import { parseDuration } from '../../engine/ir/duration.ts';
import { parseInstant } from '../../engine/time/instant.ts';
import { UsageError } from './command.ts';

/** Milliseconds of `2026-01-31`, of `2026-01-31T12:00Z`, or of `2h`: so long before now. Undefined where it is not given. */
export function pointInTimeMs(text: string | undefined, option: string, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const agoMs = parseDuration(text);
  if (agoMs !== null) return nowMs - agoMs;
  const ms = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : text);
  if (!Number.isNaN(ms)) return ms;
  throw new UsageError(
    `${option} is '${text}', and must be a time, such as 2026-01-31 or 2026-01-31T12:00:00Z, or how long ago that is, such as 2h.`,
  );
}
