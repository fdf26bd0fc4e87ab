import { hashOf, inHashOrder } from '../../../engine/finalize/hash-order.ts';

const groupOf = (n: number) => ({ values: [`user-${n}`] });
/** Each two of one hash. */
const PAIRS = [
  [40_359, 27_232],
  [7905, 52_315],
] as const;

test('groups are in the order of their hash, and of one hash in that of their texts', () => {
  for (const pair of PAIRS) expect(new Set(pair.map((n) => hashOf(groupOf(n)))).size).toBe(1);
  const groups = [...Array.from({ length: 100 }, (_, n) => groupOf(n)), ...PAIRS.flat().map(groupOf)];
  const ordered = inHashOrder(groups, 0);
  const naive = groups
    .map((group) => ({ hash: hashOf(group), group }))
    .sort((a, b) => a.hash - b.hash || (JSON.stringify(a.group.values) < JSON.stringify(b.group.values) ? -1 : 1));
  expect(ordered).toEqual(naive);
  expect(inHashOrder(groups, 2 ** 31)).toEqual(naive.filter(({ hash }) => hash >= 2 ** 31));
});
