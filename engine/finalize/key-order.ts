import { compareGroups } from '../codec/group.ts';
import type { KeyLog } from './key-log.ts';
import { sortedGroups } from './sort-rows.ts';

/** All keys are put in order where they are at most so many times as many as those that are asked for. */
const WORTH = 8;

/** The order of a log's keys, so that keys which come again and again are compared by number. */
export class KeyOrder {
  /** In order, by rank. */
  #ranked: KeyLog[] = [];
  #added: KeyLog[] = [];

  add(key: KeyLog): void {
    this.#added.push(key);
  }

  /** Keys in the order of `compareGroups`. */
  sorted(keys: ReadonlySet<KeyLog>): KeyLog[] {
    if (this.#added.length > 0) {
      const all = this.#ranked.length + this.#added.length;
      if (all > WORTH * keys.size) {
        this.#letGo(all);
        return sortedGroups(keys);
      }
      this.#rank();
    }
    const ranks = Uint32Array.from(keys, ({ rank }) => rank).sort();
    return Array.from(ranks, (rank) => this.#ranked[rank] as KeyLog);
  }

  /** Gives all keys that are there their places. */
  #rank(): void {
    const added = sortedGroups(this.#added.filter(isThere));
    const ranked: KeyLog[] = [];
    let next = 0;
    for (const key of this.#ranked) {
      if (key.isGone) continue;
      for (; next < added.length && compareGroups((added[next] as KeyLog).values, key.values) < 0; next++) {
        ranked.push(added[next] as KeyLog);
      }
      ranked.push(key);
    }
    for (; next < added.length; next++) ranked.push(added[next] as KeyLog);
    ranked.forEach((key, rank) => {
      key.rank = rank;
    });
    [this.#ranked, this.#added] = [ranked, []];
  }

  /** Keys that are gone are held no longer than there are others as many. */
  #letGo(all: number): void {
    if (all < 2 * this.#heldAtLast) return;
    // Ranks say where a key is in the list, so what is left is ranked anew.
    this.#added = [...this.#ranked, ...this.#added].filter(isThere);
    this.#ranked = [];
    this.#heldAtLast = this.#added.length;
  }

  #heldAtLast = 64;
}

function isThere({ isGone }: KeyLog): boolean {
  return !isGone;
}
