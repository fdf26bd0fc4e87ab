import type { PageStore } from '../ports/page-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import { objectPartition, readObjectKey } from '../state/object-keys.ts';
import { parseReference } from '../state/object-reference.ts';

const DAY_MS = 86_400_000;
/** No attempt lasts as long: a Lambda has 15 minutes. */
const MIN_AGE_MS = DAY_MS;
/** Days that are looked through. What is older and has lost its reference since stays: references go with their objects. */
const DAYS = 31;

/**
 * Removes objects that no reference names: what attempts left that failed or died between writing an object and its reference,
 * or between removing the reference and its object. Returns how many.
 *
 * `items` is the store below `LargeItems`: it gives references as they are. An object that is older than a day and not named
 * will never be, for a key is used by one attempt alone.
 */
export async function removeOrphans(items: StateStore, objects: PageStore, nowMs: number): Promise<number> {
  let removed = 0;
  for (let day = 1; day <= DAYS; day++) {
    for (const page of await objects.list(objectPartition(nowMs - day * DAY_MS))) {
      const read = readObjectKey(page.key);
      if (read === null || read.writtenMs > nowMs - MIN_AGE_MS) continue;
      const item = await items.get(read.item);
      const named = item === null ? null : parseReference(item.data);
      if (named?.object.sort === page.key.sort) continue;
      await objects.delete([page]);
      removed++;
    }
  }
  return removed;
}
