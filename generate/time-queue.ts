/**
 * A priority queue by time. Equal times come out in the order of insertion, so the order never depends on the heap's
 * layout.
 */
export class TimeQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest time, or infinity where the queue is empty. */
  get nextMs(): number {
    return this.#heap[0]?.timeMs ?? Number.POSITIVE_INFINITY;
  }

  push(timeMs: number, item: T): void {
    const heap = this.#heap;
    const entry: Entry<T> = { timeMs, order: this.#added++, item };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parentAt = (at - 1) >>> 1;
      const parent = heap[parentAt] as Entry<T>;
      if (isBefore(parent, entry)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  /** Takes the earliest item out; undefined where the queue is empty. */
  pop(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.item;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      if (childAt >= heap.length) break;
      const right = heap[childAt + 1];
      if (right !== undefined && isBefore(right, heap[childAt] as Entry<T>)) childAt++;
      const child = heap[childAt] as Entry<T>;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
    return first.item;
  }
}

interface Entry<T> {
  readonly timeMs: number;
  readonly order: number;
  readonly item: T;
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);
}
