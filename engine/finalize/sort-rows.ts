import { compareGroups, type Group } from '../codec/group.ts';
import type { Row } from './drafts.ts';

/** Groups in the order of rows. */
export function sortedGroups<T extends Pick<Group, 'values'>>(groups: Iterable<T>): T[] {
  return [...groups].sort((a, b) => compareGroups(a.values, b.values));
}

/** Rows by window start, then group. */
export function sortedRows<T extends Row>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => a.window.startMs - b.window.startMs || compareGroups(a.group.values, b.group.values));
}
