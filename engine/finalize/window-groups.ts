import { type Group, type Groups, groupKey } from '../codec/group.ts';
import type { GroupTable } from '../codec/group-table.ts';
import type { Member } from './aligned-rows.ts';
import { type HashRound, hashOf, hashRounds, inHashOrder } from './hash-order.ts';
import { sortedGroups } from './sort-rows.ts';

/** The groups of one window, to be gone through once. */
export interface WindowGroups {
  readonly size: number;
  /** Null where the groups are objects. */
  readonly table: GroupTable | null;
  has(values: Group['values']): boolean;
  /** Some at a time in the order of rows. */
  inOrder(size: number): Iterable<readonly Member[]>;
  /** Some at a time in the order of their hash, those from `fromHash` on. */
  rounds(fromHash: number, size: number): Iterable<HashRound<Member>>;
}

/** Groups that are objects. `silent`: others that have a row without events. */
export function objectGroups(groups: Groups, silent: readonly Member[]): WindowGroups {
  const members = () => [...groups.values(), ...silent];
  const silentKeys = new Set(silent.map(({ values }) => groupKey(values)));
  return {
    size: groups.size + silent.length,
    table: null,
    has: (values) => groups.has(groupKey(values)) || silentKeys.has(groupKey(values)),
    inOrder: (size) => partsOf(sortedGroups(members()), size, (member) => member),
    rounds: (fromHash, size) => hashRounds(inHashOrder(members(), fromHash), size),
  };
}

/** Groups of a table: each is an object for as long as it is looked at. */
export function tableGroups(table: GroupTable): WindowGroups {
  return {
    size: table.size,
    table,
    has: (values) => table.find(values) >= 0,
    inOrder: (size) => partsOf(table.inOrder(), size, (group) => table.group(group)),
    rounds: (fromHash, size) => tableRounds(table, fromHash, size),
  };
}

function* partsOf<T>(order: ArrayLike<T>, size: number, memberOf: (of: T) => Member): Generator<readonly Member[]> {
  for (let from = 0; from < order.length; from += size) {
    const members: Member[] = [];
    const to = Math.min(from + size, order.length);
    for (let at = from; at < to; at++) members.push(memberOf(order[at] as T));
    yield members;
  }
}

function* tableRounds(table: GroupTable, fromHash: number, size: number): Generator<HashRound<Member>> {
  const hashes = Uint32Array.from({ length: table.size }, (_, group) => hashOf({ values: table.valuesOf(group) }));
  const order = Uint32Array.from(hashes.keys()).sort((a, b) => (hashes[a] as number) - (hashes[b] as number));
  const hashAt = (place: number) => hashes[order[place] as number] as number;
  let from = order.findIndex((group) => (hashes[group] as number) >= fromHash);
  while (from >= 0 && from < order.length) {
    let to = Math.min(from + size, order.length);
    // Groups of one hash stay together: a cursor is a hash.
    while (to < order.length && hashAt(to) === hashAt(to - 1)) to++;
    const members = Array.from(order.subarray(from, to), (group) => table.group(group));
    yield { members, nextHash: to < order.length ? hashAt(to) : null };
    from = to;
  }
}
