import { BugError } from '../ir/bug-error.ts';
import { floorTo } from '../time/floor-to.ts';

/** What knows the pane that its state is due in; infinite for none. */
export interface Due {
  duePaneMs: number;
}

/**
 * Which states of a log are due in which pane, so that a pane looks at those alone: of a million open partial matches, at the few
 * whose limit lies in it.
 */
export class DueStates<T extends Due> {
  readonly #paneMs: number;
  readonly #panes = new Map<number, Set<T>>();

  constructor(paneMs: number) {
    this.#paneMs = paneMs;
  }

  /** The first pane that a state is due in; infinite where none is. */
  get firstPaneMs(): number {
    let firstMs = Number.POSITIVE_INFINITY;
    for (const startMs of this.#panes.keys()) firstMs = Math.min(firstMs, startMs);
    return firstMs;
  }

  /**
   * @param dueMs infinite for never.
   * @param pastMs up to where the state's key has been gone through.
   */
  set(of: T, dueMs: number, pastMs = Number.NEGATIVE_INFINITY): void {
    if (dueMs < pastMs) {
      throw new BugError(`A state of a log is due at ${dueMs}, and its panes are done up to ${pastMs}.`);
    }
    const startMs = dueMs === Number.POSITIVE_INFINITY ? dueMs : floorTo(this.#paneMs, dueMs);
    if (startMs === of.duePaneMs) return;
    this.delete(of);
    of.duePaneMs = startMs;
    if (startMs === Number.POSITIVE_INFINITY) return;
    const pane = this.#panes.get(startMs);
    if (pane === undefined) this.#panes.set(startMs, new Set([of]));
    else pane.add(of);
  }

  delete(of: T): void {
    const { duePaneMs } = of;
    if (duePaneMs === Number.POSITIVE_INFINITY) return;
    of.duePaneMs = Number.POSITIVE_INFINITY;
    const pane = this.#panes.get(duePaneMs);
    pane?.delete(of);
    if (pane?.size === 0) this.#panes.delete(duePaneMs);
  }

  /** What is due before the end of a pane. */
  before(endMs: number): T[] {
    return [...this.#panes].flatMap(([startMs, due]) => (startMs < endMs ? [...due] : []));
  }
}
