import type { AggregateOperator } from '../aggregates/operator.ts';
import { compareGroups, type Groups } from '../codec/group.ts';
import { copyGroup, mergeStates } from '../codec/merge-groups.ts';

/** A sum of panes from one of them to the edge. */
interface SumToEdge {
  readonly fromMs: number;
  readonly groups: Groups;
}

/**
 * Sums of panes for windows that overlap and come in the order of time. Nothing can be taken out of a sum again, such as what was the
 * least, so there are two kinds of them, and a window is one of each:
 *
 *   panes       1   2   3   4   5   6 ┃ 7   8
 *   to the edge ├───────────────────┤ ┃ ├───┤  since the edge: one sum, to which each new pane is added
 *                   ├───────────────┤ ┃
 *                       ├───────────┤ ┃           window 3–8 is the third sum on the left, and that on the right
 *
 * A window that begins behind the edge makes its end the next one. So a pane is added to three sums, and not to each window that it
 * is in. Any order of merging comes to the same states (`test/engine/aggregates/laws.ts`).
 *
 * Sums share the groups that they have in common, for no group of a sum is ever changed.
 */
export class PaneSums {
  readonly #operators: readonly AggregateOperator[];
  #edgeMs = Number.NEGATIVE_INFINITY;
  /** Of the last window. */
  #startMs = Number.NEGATIVE_INFINITY;
  #untilMs = Number.NEGATIVE_INFINITY;
  /** The latest first. */
  #toEdge: readonly SumToEdge[] = [];
  #sinceEdge: Groups = new Map();
  #size = 0;

  constructor(operators: readonly AggregateOperator[]) {
    this.#operators = operators;
  }

  /** The sum of a window's panes, which are given in the order of time. */
  of(panes: ReadonlyMap<number, Groups>, startMs: number, endMs: number): Groups {
    const isNext = startMs >= this.#startMs && endMs >= this.#untilMs;
    const isKnown = isNext && startMs < this.#edgeMs;
    if (!isKnown) this.#moveEdge(panes, endMs);
    else {
      for (const [paneMs, groups] of panes) if (paneMs >= this.#untilMs) this.#add(this.#sinceEdge, groups);
    }
    [this.#startMs, this.#untilMs] = [startMs, endMs];
    const toEdge = this.#toEdge.findLast(({ fromMs }) => fromMs >= startMs);
    const sum: Groups = new Map(toEdge?.groups);
    const sumFromMs = toEdge?.fromMs ?? this.#edgeMs;
    for (const [paneMs, groups] of panes) if (paneMs < sumFromMs) this.#add(sum, groups);
    this.#add(sum, this.#sinceEdge);
    this.#size = sum.size;
    return sum;
  }

  #moveEdge(panes: ReadonlyMap<number, Groups>, edgeMs: number): void {
    const stride = this.#strideOf(panes);
    let sum: Groups = new Map();
    const toEdge: SumToEdge[] = [];
    [...panes].reverse().forEach(([fromMs, groups], index) => {
      this.#add(sum, groups);
      if (index % stride !== 0) return;
      // In the order of rows, in which almost all are already: what a window adds is then sorted in a few comparisons a row.
      sum = new Map([...sum].sort(([, a], [, b]) => compareGroups(a.values, b.values)));
      toEdge.push({ fromMs, groups: new Map(sum) });
    });
    this.#toEdge = toEdge;
    this.#sinceEdge = new Map();
    this.#edgeMs = edgeMs;
  }

  /** A sum is kept for each so many panes: so all sums have no more groups than all panes have. */
  #strideOf(panes: ReadonlyMap<number, Groups>): number {
    let all = 0;
    let largest = this.#size;
    for (const { size } of panes.values()) {
      all += size;
      largest = Math.max(largest, size);
    }
    return Math.max(1, Math.ceil((largest * panes.size) / Math.max(1, all)));
  }

  #add(sum: Groups, groups: Groups): void {
    const operators = this.#operators;
    for (const [key, group] of groups) {
      const known = sum.get(key);
      if (known === undefined) sum.set(key, group);
      else {
        const both = copyGroup(known, operators);
        mergeStates(both, group, operators);
        sum.set(key, both);
      }
    }
  }
}
