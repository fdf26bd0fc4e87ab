import { least } from '../lists/extremes.ts';

/**
 * Applies `each` to all items, at most `limit` at a time, and waits for all that it began, also where some fail: a Lambda
 * that returned with a write in flight would be frozen, and finish it at some later time. After a failure it begins no
 * more, for in an outage each would take as long as the first.
 *
 * @throws the error of the first item, in the order of the items, that failed.
 */
export async function mapSettled<T, R>(
  items: readonly T[],
  limit: number,
  each: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const failures = new Map<number, unknown>();
  let next = 0;
  const worker = async () => {
    while (next < items.length && failures.size === 0) {
      const index = next++;
      const [outcome] = await Promise.allSettled([each(items[index] as T, index)]);
      if (outcome.status === 'rejected') failures.set(index, outcome.reason);
      else results[index] = outcome.value;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.size > 0) throw failures.get(least(failures.keys()));
  return results;
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
