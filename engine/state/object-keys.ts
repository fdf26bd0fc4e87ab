import type { ItemKey } from '../ports/state-store.ts';
import { formatInstant } from '../time/instant.ts';

/**
 * Where the object of an item lies: in a partition of the day on which it was written, which a sweep lists, under the instant,
 * a token of the attempt, and the item's key. Two attempts never share a key, whatever they know of the item: one that
 * lost would overwrite what the one that won has committed.
 */
export function objectKey(item: ItemKey, nowMs: number, token: string): ItemKey {
  return { partition: objectPartition(nowMs), sort: JSON.stringify([nowMs, token, item.partition, item.sort]) };
}

/** Of all objects that were written on the day of an instant, in UTC. */
export function objectPartition(nowMs: number): string {
  return `objects#${formatInstant(nowMs).slice(0, DATE_LENGTH)}`;
}

const DATE_LENGTH = 10;

/** When an object was written, and for which item. Null of a key that is none of an object's. */
export function readObjectKey({ sort }: ItemKey): { readonly writtenMs: number; readonly item: ItemKey } | null {
  try {
    const [writtenMs, , partition, itemSort] = JSON.parse(sort) as [number, string, string, string];
    return typeof writtenMs === 'number' ? { writtenMs, item: { partition, sort: itemSort } } : null;
  } catch {
    return null;
  }
}
