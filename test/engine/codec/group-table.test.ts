import fc from 'fast-check';
import { operatorFor } from '../../../engine/aggregates/registry.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { type Group, type Groups, groupKey } from '../../../engine/codec/group.ts';
import { GroupTable } from '../../../engine/codec/group-table.ts';
import { segmentCodec } from '../../../engine/codec/segment.ts';
import type { Value } from '../../../engine/ir/node.ts';
import { additionsArbitrary, aggregated, CODEC, OPERATORS, readable } from './additions.ts';

const SEED = 20_261_129;

function tableOf(segments: readonly Uint8Array[]): GroupTable {
  const table = new GroupTable(2, OPERATORS, [7, 11]);
  for (const segment of segments) CODEC.mergeIntoTable(table, segment);
  return table;
}

function groupsOf(table: GroupTable): Groups {
  const groups = Array.from({ length: table.size }, (_, group): Group => table.group(group));
  return new Map(groups.map((group) => [groupKey(group.values), group]));
}

test('a table holds what objects do, whatever the segments', () => {
  fc.assert(
    fc.property(fc.array(additionsArbitrary, { maxLength: 5 }), (batches) => {
      const table = tableOf(batches.map((batch) => CODEC.encode(aggregated(batch))));
      const groups = groupsOf(table);
      expect(groups.size).toBe(table.size);
      expect(readable(groups)).toEqual(readable(aggregated(batches.flat())));
    }),
    { seed: SEED, numRuns: 150 },
  );
});

test('a group is found by its values, and no other is', () => {
  fc.assert(
    fc.property(additionsArbitrary, additionsArbitrary, (here, others) => {
      const groups = aggregated(here);
      const table = tableOf([CODEC.encode(groups)]);
      for (const { group } of [...here, ...others]) {
        const found = table.find(group);
        expect(found >= 0).toBe(groups.has(groupKey(group)));
        if (found >= 0) expect(table.valuesOf(found)).toEqual(group);
      }
    }),
    { seed: SEED, numRuns: 100 },
  );
});

test('sums of whole numbers go on as exact ones where a double does not hold them', () => {
  const codec = segmentCodec('0123456789ab', 1, [operatorFor({ kind: 'sum' }, { kind: 'number', nullable: false })]);
  const [sum] = [operatorFor({ kind: 'sum' }, { kind: 'number', nullable: false })];
  const table = new GroupTable(1, [sum], [0, 0]);
  const segment = (...values: readonly NonNullable<Value>[]) => {
    const state = sum.create();
    for (const value of values) sum.add(state, value, 0);
    return codec.encode(new Map([['a', { values: ['a'], states: [state] }]]));
  };
  const total = () => sum.result(table.group(0).states[0]);
  codec.mergeIntoTable(table, segment(2 ** 53 - 1));
  codec.mergeIntoTable(table, segment(2 ** 53 - 1, 1));
  codec.mergeIntoTable(table, segment(0.5));
  codec.mergeIntoTable(table, segment(-(2 ** 53)));
  codec.mergeIntoTable(table, segment(-(2 ** 53) + 1));
  expect(total()).toBe(0.5);
  codec.mergeIntoTable(table, segment(12_345_678_901_234_567_890n));
  expect(total()).toBe(Number(12_345_678_901_234_567_890n));
});

test('many groups are told apart', () => {
  const count = operatorFor({ kind: 'count' }, null);
  const codec = segmentCodec('0123456789ab', 1, [count]);
  const table = new GroupTable(1, [count], [1, 2]);
  const names = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? i : `group ${i}`));
  for (let from = 0; from < names.length; from += 5000) {
    const states = [{ count: 3 }];
    const part = names.slice(from, from + 10_000).map((name) => [name, { values: [name], states }] as const);
    codec.mergeIntoTable(table, codec.encode(new Map(part)));
  }
  expect(table.size).toBe(names.length);
  names.forEach((name, i) => {
    if (i % 100 > 0) return;
    expect(table.group(table.find([name]))).toEqual({ values: [name], states: [{ count: i < 5000 ? 3 : 6 }] });
  });
  expect(table.find(['group 2'])).toBe(-1);
});

test('a view without groups has at most one', () => {
  const count = operatorFor({ kind: 'count' }, null);
  const codec = segmentCodec('0123456789ab', 0, [count]);
  const table = new GroupTable(0, [count], [0, 0]);
  codec.mergeIntoTable(table, codec.encode(new Map()));
  expect([table.size, table.find([])]).toEqual([0, -1]);
  codec.mergeIntoTable(table, codec.encode(new Map([['[]', { values: [], states: [{ count: 2 }] }]])));
  codec.mergeIntoTable(table, codec.encode(new Map([['[]', { values: [], states: [{ count: 5 }] }]])));
  expect([table.size, table.group(0)]).toEqual([1, { values: [], states: [{ count: 7 }] }]);
});

test('a segment that names a group twice is refused', () => {
  const count = operatorFor({ kind: 'count' }, null);
  const codec = segmentCodec('0123456789ab', 1, [count]);
  const twice = new Map([1, 2].map((key) => [key, { values: ['a'], states: [{ count: 1 }] }]));
  expect(() => codec.mergeIntoTable(new GroupTable(1, [count], [0, 0]), codec.encode(twice))).toThrow(CodecError);
});
