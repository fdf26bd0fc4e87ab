import { type Group, groupKey } from '../codec/group.ts';

/**
 * Groups that a revision of the rows below took out of a window. With rows for empty windows the group had rows after that
 * window as well, which nothing else tells of.
 */
export class WithdrawnGroups {
  readonly #keptMs: number;
  /** With the start of the last window that the group was taken out of. */
  readonly #groups = new Map<Group['values'][number], { readonly values: Group['values']; lastMs: number }>();
  /** Start of the last window that may have a row to take back. */
  rowsToMs = Number.NEGATIVE_INFINITY;

  /** `keptMs`: from a window with events to the last one after it that the group has a row in. */
  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** Notes groups that were taken out of a window. Tell of windows in the order of time. */
  note(groups: readonly Pick<Group, 'values'>[], startMs: number): void {
    for (const { values } of groups) this.#groups.set(groupKey(values), { values, lastMs: startMs });
    if (groups.length > 0) this.rowsToMs = startMs + this.#keptMs;
    if (startMs > this.rowsToMs) this.#groups.clear();
  }

  /** Groups that may have a row in a window by an earlier revision, but for those that have one now. */
  at(startMs: number, isThere: (values: Group['values']) => boolean): Pick<Group, 'values'>[] {
    const found: Pick<Group, 'values'>[] = [];
    for (const { values, lastMs } of this.#groups.values()) {
      if (startMs - lastMs <= this.#keptMs && !isThere(values)) found.push({ values });
    }
    return found;
  }
}
