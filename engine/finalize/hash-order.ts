import { type Group, groupText } from '../codec/group.ts';
import { hash32 } from '../hash/hash64.ts';
import { numberOrder } from '../lists/number-order.ts';

/** Where a group stands in the order in which a pass goes through groups: whatever the data, from 0 to 2^32 − 1. */
export function hashOf(group: Pick<Group, 'values'>): number {
  return hash32(groupText(group.values));
}

export interface HashedGroup<T> {
  readonly hash: number;
  readonly group: T;
}

/** Groups in the order of their hash, those from `fromHash` on. */
export function inHashOrder<T extends Pick<Group, 'values'>>(groups: Iterable<T>, fromHash: number): HashedGroup<T>[] {
  const hashed: HashedGroup<T>[] = [];
  for (const group of groups) {
    const hash = hashOf(group);
    if (hash >= fromHash) hashed.push({ hash, group });
  }
  return sortedByHash(hashed, ({ group }) => groupText(group.values));
}

/** Groups in the order of their hash, and those of one hash, which are few, in that of their texts. */
export function sortedByHash<T>(
  hashed: readonly HashedGroup<T>[],
  textOf: (group: HashedGroup<T>) => string,
): HashedGroup<T>[] {
  const compare = (a: HashedGroup<T>, b: HashedGroup<T>) => (textOf(a) < textOf(b) ? -1 : 1);
  const order = numberOrder(Float64Array.from(hashed, ({ hash }) => hash));
  const sorted = Array.from(order, (index) => hashed[index] as HashedGroup<T>);
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && sorted[to]?.hash === sorted[from]?.hash) to++;
    if (to > from + 1) for (const group of sorted.slice(from, to).sort(compare)) sorted[from++] = group;
    from = to;
  }
  return sorted;
}

/** Groups that are gone through between two looks at the clock. */
export interface HashRound<T> {
  readonly members: readonly T[];
  /** Of the first group of the next round; null in the last. */
  readonly nextHash: number | null;
}

/** Cuts groups in the order of their hash in rounds of a size. Groups of one hash stay together: a cursor is a hash. */
export function* hashRounds<T>(hashed: readonly HashedGroup<T>[], size: number): Generator<HashRound<T>> {
  for (let from = 0; from < hashed.length; ) {
    let to = Math.min(from + size, hashed.length);
    while (to < hashed.length && hashed[to]?.hash === hashed[to - 1]?.hash) to++;
    const members = hashed.slice(from, to).map(({ group }) => group);
    yield { members, nextHash: hashed[to]?.hash ?? null };
    from = to;
  }
}
