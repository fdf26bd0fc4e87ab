import { UsageError } from './command.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a span as one types it on a command line: `250ms`, `30s`, `5m`, `2h`, `1d`. */
export function shortDurationMs(text: string | undefined, option: string, fallbackMs: number): number {
  if (text === undefined) return fallbackMs;
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (!match || unitMs === undefined) {
    throw new UsageError(
      `${option} is '${text}', and must be a whole number and a unit (ms, s, m, h, d), such as 30s.`,
    );
  }
  return Number(match[1]) * unitMs;
}
