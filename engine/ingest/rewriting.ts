import { itemBytes } from '../ports/commit-size.ts';
import type { ItemKey } from '../ports/state-store.ts';

/** DynamoDB bills writes by the kilobyte begun. */
const WRITE_UNIT_BYTES = 1024;

/** What a unit is paid for: a write in a transaction counts twice, the deletion at the window's end once. */
const OF_WRITE = 2;
const OF_DELETION = 1;

/** How much of an estimate is left after each decision that did not test it. */
const FADING = 0.98;

export interface Sizes {
  readonly key: ItemKey;
  /** Of the last segment, which can be written again. */
  readonly lastBytes: number;
  /** Of the new groups alone. */
  readonly newBytes: number;
}

/**
 * Whether writing a pane's last segment again, with the new groups merged in, costs less than a segment of their own. Both
 * are paid for twice: when they are written, and when the pane goes.
 *
 * Merging means to decode the last segment and to encode all of it again, and how large that comes out depends on how many
 * groups the two share. So sizes decide first: a merged segment is as large as the larger of the two and a share of the
 * smaller, which the view's merges so far tell. The estimate fades while nothing tests it, so a view whose groups come to
 * repeat is tried again.
 */
export class Rewriting {
  /** By view: by which share of the smaller part merging made the larger part grow. Nothing is known: not at all. */
  readonly #growth = new Map<string, number>();
  readonly #factor: number;
  readonly #largestBytes: number;

  /**
   * `factor`: how many times the cost of an appended segment a rewritten one may have. 1 for a bill by write units. Where
   * writes cost little, more keeps segments fewer and larger, and whoever reads a pane waits less.
   *
   * `largestBytes`: larger segments are not written again, for they are objects, whose size costs nothing.
   */
  constructor(factor = 1, largestBytes = Number.POSITIVE_INFINITY) {
    this.#factor = factor;
    this.#largestBytes = largestBytes;
  }

  /** From sizes alone: whether to merge and see. */
  mayPay(view: string, sizes: Sizes): boolean {
    const growth = this.#growth.get(view) ?? 0;
    const { lastBytes, newBytes } = sizes;
    if (lastBytes > this.#largestBytes || newBytes > this.#largestBytes) return false;
    const expected = Math.max(lastBytes, newBytes) + growth * Math.min(lastBytes, newBytes);
    const may = this.pays(sizes, expected);
    if (!may) this.#growth.set(view, growth * FADING);
    return may;
  }

  /** Whether a merged segment of so many bytes costs less than appending. */
  pays({ key, lastBytes, newBytes }: Sizes, mergedBytes: number): boolean {
    const units = (bytes: number) => Math.ceil(itemBytes(key, bytes) / WRITE_UNIT_BYTES);
    const rewritten = (OF_WRITE + OF_DELETION) * units(mergedBytes) - OF_DELETION * units(lastBytes);
    return rewritten <= this.#factor * (OF_WRITE + OF_DELETION) * units(newBytes);
  }

  /** What a merge came to. */
  learn(view: string, { lastBytes, newBytes }: Sizes, mergedBytes: number): void {
    const grown = mergedBytes - Math.max(lastBytes, newBytes);
    this.#growth.set(view, Math.max(0, grown / Math.min(lastBytes, newBytes)));
  }
}
