import type { AggregateOperator } from './operator.ts';

/**
 * How many numbers are in each bucket `[from, to)` between ascending bounds, and below the first and from the last one on,
 * where `from` or `to` is null. Always all buckets; of nothing, each with 0.
 */
export function histogramOperator(bounds: readonly number[]): AggregateOperator<number[]> {
  return {
    create: () => new Array(bounds.length + 1).fill(0),
    add(counts, value) {
      counts[bucketOf(value as number, bounds)]! += 1;
    },
    merge(into, from) {
      for (let bucket = 0; bucket < into.length; bucket++) into[bucket]! += from[bucket] as number;
    },
    /** A varint for each bucket. */
    encode(counts, out) {
      for (const count of counts) out.varint(count);
    },
    decode: (input) => Array.from({ length: bounds.length + 1 }, () => input.varint()),
    result: (counts) =>
      counts.map((count, bucket) => ({ from: bounds[bucket - 1] ?? null, to: bounds[bucket] ?? null, count })),
  };
}

/** How many bounds a number has reached. */
function bucketOf(value: number, bounds: readonly number[]): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value >= (bounds[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
