import { type Group, type Groups, groupKey } from '../codec/group.ts';
import { BugError } from '../ir/bug-error.ts';
import type { Value } from '../ir/node.ts';
import { floorTo } from '../time/floor-to.ts';

/**
 * Which states of a log are due in which pane, so that a pane looks at those alone: of a million open partial matches, at the few
 * whose limit lies in it.
 */
export class DueStates {
  readonly #paneMs: number;
  readonly #dueMsOf: (state: unknown) => number;
  readonly #panes = new Map<number, Groups>();
  readonly #paneOf = new Map<Value, number>();

  /** @param dueMsOf when a state is due; infinite for never. */
  constructor(paneMs: number, dueMsOf: (state: unknown) => number, groups: Iterable<Group>) {
    this.#paneMs = paneMs;
    this.#dueMsOf = dueMsOf;
    for (const group of groups) this.set(group);
  }

  /** The first pane that a state is due in; infinite where none is. */
  get firstPaneMs(): number {
    let firstMs = Number.POSITIVE_INFINITY;
    for (const startMs of this.#panes.keys()) firstMs = Math.min(firstMs, startMs);
    return firstMs;
  }

  /** @param pastMs up to where the state's key has been gone through. */
  set(group: Group, pastMs = Number.NEGATIVE_INFINITY): void {
    const dueMs = this.#dueMsOf(group.states[0]);
    if (dueMs < pastMs) {
      throw new BugError(`A state of a log is due at ${dueMs}, and its panes are done up to ${pastMs}.`);
    }
    this.delete(group);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const [key, startMs] = [groupKey(group.values), floorTo(this.#paneMs, dueMs)];
    const pane = this.#panes.get(startMs) ?? new Map();
    pane.set(key, group);
    this.#panes.set(startMs, pane);
    this.#paneOf.set(key, startMs);
  }

  delete({ values }: Pick<Group, 'values'>): void {
    const key = groupKey(values);
    const startMs = this.#paneOf.get(key);
    if (startMs === undefined) return;
    this.#paneOf.delete(key);
    const pane = this.#panes.get(startMs);
    pane?.delete(key);
    if (pane?.size === 0) this.#panes.delete(startMs);
  }

  /** Groups whose states are due before the end of a pane. */
  before(endMs: number): [Value, Group][] {
    return [...this.#panes].flatMap(([startMs, groups]) => (startMs < endMs ? [...groups] : []));
  }
}
