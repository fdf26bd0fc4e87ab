import fc from 'fast-check';
import { Partition } from '../../../adapters/memory/partition.ts';
import type { Item } from '../../../engine/ports/state-store.ts';
import { compareText } from '../../../engine/text/compare-text.ts';

const itemOf = (sort: string, version: number): Item => ({ key: { partition: 'p', sort }, version, data: '' });

/** Few keys, so that they are written, deleted and asked for again; two of them sort otherwise by UTF-16 units. */
const sorts = fc.constantFrom('', 'a', 'aa', 'b', 'ｚ', '😀');
const bound = fc.option(sorts, { nil: undefined });
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), sort: sorts }),
  fc.record({ kind: fc.constant('delete' as const), sort: sorts }),
  fc.record({
    kind: fc.constant('range' as const),
    from: bound,
    to: bound,
    limit: fc.option(fc.nat(4), { nil: undefined }),
  }),
);

test('a partition gives what sorting all its items for each query gives', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const partition = new Partition();
      const naive = new Map<string, Item>();
      for (const [version, each] of steps.entries()) {
        if (each.kind === 'set') {
          partition.set(itemOf(each.sort, version));
          naive.set(each.sort, itemOf(each.sort, version));
        } else if (each.kind === 'delete') {
          partition.delete(each.sort);
          naive.delete(each.sort);
        } else {
          const { from, to, limit } = each;
          const inRange = [...naive.values()]
            .filter(({ key }) => from === undefined || compareText(key.sort, from) >= 0)
            .filter(({ key }) => to === undefined || compareText(key.sort, to) < 0)
            .sort((a, b) => compareText(a.key.sort, b.key.sort));
          expect(partition.range(from, to, limit)).toEqual(inRange.slice(0, limit));
        }
      }
      expect(partition.isEmpty).toBe(naive.size === 0);
    }),
    { seed: 20_261_129, numRuns: 300 },
  );
});
