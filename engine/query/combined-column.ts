import { compareValues } from '../aggregates/compare-values.ts';
import { ExactSum } from '../aggregates/exact-sum.ts';
import type { HistogramBucket } from '../aggregates/histogram.ts';
import type { ColumnValue, JsonValue, Value } from '../ir/node.ts';
import type { CombinedOver } from './columns-over-windows.ts';

/** One column of one group over several windows: takes the value of each, in any order. */
export interface CombinedColumn {
  add(value: ColumnValue, windowStartMs: number): void;
  result(): ColumnValue;
}

export function combinedColumn({ how }: CombinedOver): CombinedColumn {
  switch (how) {
    case 'sum':
      return new Sum();
    case 'sumOfBuckets':
      return new SumOfBuckets();
    case 'max':
      return new Chosen((value, best) => compareValues(value, best) > 0);
    case 'min':
      return new Chosen((value, best) => compareValues(value, best) < 0);
    case 'first':
      return new Chosen((_, __, atMs, bestMs) => atMs < bestMs);
    case 'last':
      return new Chosen((_, __, atMs, bestMs) => atMs > bestMs);
  }
}

/** Exact until it is rounded once, so that it does not depend on the order of windows. Null where one of them is beyond doubles. */
class Sum implements CombinedColumn {
  readonly #sum = new ExactSum();
  #isBeyond = false;

  add(value: ColumnValue): void {
    if (typeof value === 'bigint') this.#sum.addWhole(value);
    else if (typeof value === 'number') this.#sum.add(value);
    else this.#isBeyond = true;
  }

  result(): ColumnValue {
    return this.#isBeyond ? null : this.#sum.value();
  }
}

/** Null where a row lacks its list, which was too long for it. */
class SumOfBuckets implements CombinedColumn {
  #buckets: HistogramBucket[] | null = [];

  add(value: ColumnValue): void {
    if (!Array.isArray(value)) this.#buckets = null;
    if (this.#buckets === null) return;
    const counts = this.#buckets.map(({ count }) => count);
    this.#buckets = (value as unknown as readonly HistogramBucket[]).map((bucket, index) => ({
      ...bucket,
      count: bucket.count + (counts[index] ?? 0),
    }));
  }

  result(): ColumnValue {
    return this.#buckets as unknown as JsonValue;
  }
}

type IsBetter = (value: NonNullable<Value>, best: NonNullable<Value>, atMs: number, bestMs: number) => boolean;

/** One of the values: nulls are passed over. Of nothing: null. */
class Chosen implements CombinedColumn {
  readonly #isBetter: IsBetter;
  #best: { readonly value: NonNullable<Value>; readonly atMs: number } | null = null;

  constructor(isBetter: IsBetter) {
    this.#isBetter = isBetter;
  }

  add(given: ColumnValue, atMs: number): void {
    const value = given as Value;
    if (value === null) return;
    const best = this.#best;
    if (best === null || this.#isBetter(value, best.value, atMs, best.atMs)) this.#best = { value, atMs };
  }

  result(): ColumnValue {
    return this.#best?.value ?? null;
  }
}
