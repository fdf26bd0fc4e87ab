/**
 * Reads sorted items from one place, some at a time; null after the last. `atLeast` says how many the caller needs now.
 */
export type Fetch<T> = (atLeast: number) => Promise<readonly T[] | null>;

/** Items of one sorted source, fetched on demand. Each fetch asks for twice as many as the one before. */
export class SortedSource<T> {
  readonly #fetch: Fetch<T>;
  #items: readonly T[] = [];
  #at = 0;
  #size: number;

  constructor(fetch: Fetch<T>, firstSize: number) {
    this.#fetch = fetch;
    this.#size = firstSize;
  }

  /** The next item, without taking it; null at the end. */
  async peek(): Promise<T | null> {
    while (this.#at === this.#items.length) {
      const items = await this.#fetch(this.#size);
      if (items === null) return null;
      this.#items = items;
      this.#at = 0;
      this.#size *= 2;
    }
    return this.#items[this.#at] as T;
  }

  skip(): void {
    this.#at++;
  }
}

/** The first `limit` items of all sources together, in order. */
export async function mergeSorted<T>(
  sources: readonly SortedSource<T>[],
  compare: (a: T, b: T) => number,
  limit: number,
): Promise<T[]> {
  const heads = await Promise.all(sources.map((source) => source.peek()));
  const merged: T[] = [];
  while (merged.length < limit) {
    let least = -1;
    for (const [i, head] of heads.entries()) {
      if (head !== null && (least === -1 || compare(head, heads[least] as T) < 0)) least = i;
    }
    if (least === -1) break;
    merged.push(heads[least] as T);
    const source = sources[least] as SortedSource<T>;
    source.skip();
    heads[least] = await source.peek();
  }
  return merged;
}
