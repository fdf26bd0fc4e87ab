import { createHash } from 'node:crypto';
import { SLOTS } from '../../contracts/tables.ts';
import { compareText } from '../../engine/text/compare-text.ts';
import { END_OF_TIME_MS, formatInstant, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import { RowKeyError } from './errors.ts';

export function groupPartition(view: string, group: string): string {
  assertViewLength(view);
  return `${view}#${fittingGroup(group)}`;
}

export function windowSort(windowStartMs: number): string {
  if (windowStartMs >= START_OF_TIME_MS && windowStartMs <= END_OF_TIME_MS) return formatInstant(windowStartMs);
  throw new RowKeyError(
    `A window starts at ${windowStartMs} ms, outside the years 0 to 9999: such a row cannot be stored.`,
  );
}

export function slotPartition(view: string, slot: number): string {
  assertViewLength(view);
  return `${view}#${slot}`;
}

export function slotOf(group: string): number {
  return (createHash('sha256').update(group).digest()[0] as number) % SLOTS;
}

export function indexSort(windowStartMs: number, group: string): string {
  return `${windowSort(windowStartMs)}#${fittingGroup(group)}`;
}

/** The order of `indexSort` within one window. */
export function compareGroups(a: string, b: string): number {
  return compareText(fittingGroup(a), fittingGroup(b));
}

/** The first and the last sort key of windows with `fromMs` ≤ start < `toMs`; null if there can be none. */
export function windowBounds(fromMs: number, toMs: number): { first: string; last: string } | null {
  const first = Math.max(Math.ceil(fromMs), START_OF_TIME_MS);
  const last = Math.min(Math.ceil(toMs) - 1, END_OF_TIME_MS);
  return first <= last ? { first: windowSort(first), last: windowSort(last) } : null;
}

/** Sorts after every `indexSort` of the window with this sort key, because `$` follows `#`. */
export function afterGroupsOf(window: string): string {
  return `${window}$`;
}

/** DynamoDB's 1,024 bytes of a sort key, less a window start and `#`. */
const GROUP_BYTES = 1024 - 'yyyy-mm-ddThh:mm:ss.sssZ#'.length;
const HASH_BYTES = 64;
/** DynamoDB's 2,048 bytes of a partition key, less a group and `#`. */
const VIEW_BYTES = 2048 - GROUP_BYTES - 1;

/**
 * A group as part of a key. One that is too long keeps its beginning, followed by a hash of the whole; the row holds
 * the full text. Such groups sort correctly among all others, except those that begin with the same 935 bytes. Nobody
 * can take a cut group for a whole one, which is a JSON array and ends in `]`.
 */
function fittingGroup(group: string): string {
  if (Buffer.byteLength(group) <= GROUP_BYTES) return group;
  const bytes = Buffer.from(group);
  let end = GROUP_BYTES - HASH_BYTES;
  // Do not cut inside a character, whose later bytes begin with the bits 10.
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString() + createHash('sha256').update(bytes).digest('hex');
}

function assertViewLength(view: string): void {
  const bytes = Buffer.byteLength(view);
  if (bytes >= 1 && bytes <= VIEW_BYTES) return;
  throw new RowKeyError(
    `The key of view "${view.slice(0, 200)}" takes ${bytes} bytes: it must take 1 to ${VIEW_BYTES}. Give the view a shorter name.`,
  );
}
