/**
 * Applies `each` to all items, at most `limit` at a time, and waits for all of them, also where some fail: a Lambda that
 * returned with a write in flight would be frozen, and finish it at some later time.
 *
 * @throws the error of the first item, in the order of the items, that failed.
 */
export async function mapSettled<T, R>(
  items: readonly T[],
  limit: number,
  each: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const outcomes = new Array<PromiseSettledResult<R>>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      [outcomes[index]] = (await Promise.allSettled([each(items[index] as T, index)])) as [PromiseSettledResult<R>];
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
