import fc from 'fast-check';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import type { Groups } from '../../../engine/codec/group.ts';
import { joinedGroups } from '../../../engine/codec/joined-groups.ts';
import { mergeGroups } from '../../../engine/codec/merge-groups.ts';
import type { PackedGroups } from '../../../engine/codec/packed-groups.ts';
import { type Addition, additionsArbitrary, aggregated, CODEC, OPERATORS, readable } from './additions.ts';

const SHAPE = { groupFields: 2, operators: OPERATORS, hashKey: [7, 11] } as const;

/** Groups as a commit has them that are kept in columns. */
function packed(additions: readonly Addition[]): PackedGroups {
  const groups = aggregated(additions);
  return {
    size: groups.size,
    writeValues(field, out) {
      for (const { values } of groups.values()) writeValue(out, values[field] ?? null);
    },
    writeStates(index, out) {
      for (const { states } of groups.values()) OPERATORS[index]?.encode(states[index], out);
    },
    addTo: (into) => mergeGroups(into, groups, OPERATORS),
  };
}

const decoded = (bytes: Uint8Array): Groups => {
  const groups: Groups = new Map();
  CODEC.mergeInto(groups, bytes);
  return groups;
};

test('parts come to what all their events come to, those that are objects first', () => {
  fc.assert(
    fc.property(fc.option(additionsArbitrary), fc.array(additionsArbitrary, { maxLength: 4 }), (objects, others) => {
      const parts = { objects: objects === null ? null : aggregated(objects), packed: others.map(packed) };
      const all = [...(objects ?? []), ...others.flat()];
      const joined = decoded(CODEC.encode(joinedGroups(parts, SHAPE)));
      expect(readable(joined)).toEqual(readable(aggregated(all)));
      expect([...joined.keys()]).toEqual([...aggregated(all).keys()]);
    }),
    { seed: 20_261_129, numRuns: 100 },
  );
});

test('a part alone stays as it is', () => {
  const [objects, columns] = [aggregated([]), packed([])];
  expect(joinedGroups({ objects, packed: [] }, SHAPE)).toBe(objects);
  expect(joinedGroups({ objects: null, packed: [columns] }, SHAPE)).toBe(columns);
});
