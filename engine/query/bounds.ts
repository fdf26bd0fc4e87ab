import { formatInstant } from '../time/instant.ts';
import { BadQueryError } from './errors.ts';

/** Rows of one page at most. */
export const MAX_PAGE_ROWS = 1000;
/** Stored rows that one question reads, unless it says how many, and at most: so the work of a request is bounded. */
export const DEFAULT_ROWS_READ = 10_000;
export const MAX_ROWS_READ = 100_000;
/** Stored rows that are read at once. */
export const CHUNK_ROWS = 500;
/** Open windows that one answer shows; there are more only where events are far ahead of the watermark. */
export const MAX_OPEN_WINDOWS = 100;

/** A range of window starts, in milliseconds since 1970. */
export interface WindowRange {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/** @throws BadQueryError where the range is the wrong way round. */
export function checkRange({ fromMs, toMs }: WindowRange): void {
  if (fromMs <= toMs) return;
  throw new BadQueryError(
    `The range begins at ${formatInstant(fromMs)} and ends at ${formatInstant(toMs)}: its end must not be before its beginning.`,
  );
}

/** @throws BadQueryError where a number is not a whole one from 1 to `most`. */
export function checkLimit(what: string, limit: number, most: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return;
  throw new BadQueryError(`The ${what} is ${limit}, and must be a whole number from 1 to ${most}.`);
}
