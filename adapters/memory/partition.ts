import type { Item } from '../../engine/ports/state-store.ts';
import { compareText } from '../../engine/text/compare-text.ts';

/** The items of one partition. Their order is made when a query asks for it, and kept until a key comes or goes. */
export class Partition {
  readonly #items = new Map<string, Item>();
  #order: readonly string[] | null = null;

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }

  get(sort: string): Item | undefined {
    return this.#items.get(sort);
  }

  set(item: Item): void {
    if (!this.#items.has(item.key.sort)) this.#order = null;
    this.#items.set(item.key.sort, item);
  }

  delete(sort: string): void {
    if (this.#items.delete(sort)) this.#order = null;
  }

  /** Items from `from` on and before `to`, at most `limit` of them, in the order of their keys. */
  range(from: string | undefined, to: string | undefined, limit: number | undefined): Item[] {
    this.#order ??= [...this.#items.keys()].sort(compareText);
    const begin = from === undefined ? 0 : firstNotBefore(this.#order, from);
    const end = to === undefined ? this.#order.length : firstNotBefore(this.#order, to);
    const keys = this.#order.slice(begin, limit === undefined ? end : Math.min(end, begin + limit));
    return keys.map((sort) => this.#items.get(sort) as Item);
  }
}

/** The index of the first text that does not come before `text`, by halving. */
function firstNotBefore(order: readonly string[], text: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(order[middle] as string, text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
