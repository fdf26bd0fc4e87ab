import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { writeValue } from '../../../engine/bytes/value-codec.ts';
import { KeyTable, TWICE } from '../../../engine/codec/key-table.ts';
import type { Value } from '../../../engine/ir/node.ts';

/** Groups as a segment has them: field by field. */
function numbersOf(table: KeyTable, groups: readonly (readonly Value[])[]): number[] {
  const out = new ByteWriter();
  const fields = groups[0]?.length ?? 0;
  for (let field = 0; field < fields; field++) for (const group of groups) writeValue(out, group[field] as Value);
  const body = out.finish();
  const input = new ByteReader(body);
  const numbers = [...table.numbersOf(body, input, groups.length)];
  input.end();
  return numbers;
}

const A = ['a', 1];
const B = ['b', null];
const C = ['c', 1_234_567_890_123_456_789n];

test('groups are numbered as they come, and keep their numbers', () => {
  const table = new KeyTable(2, [7, 11]);
  expect(numbersOf(table, [A, B])).toEqual([0, 1]);
  expect(numbersOf(table, [C, A])).toEqual([2, 0]);
  expect([table.add(B), table.add(['d', true])]).toEqual([1, 3]);
  expect([A, B, C, ['a', 2]].map((group) => table.find(group))).toEqual([0, 1, 2, -1]);
  expect([0, 1, 2].map((number) => table.valuesOf(number))).toEqual([A, B, C]);
});

test('where one field ends and the next begins tells groups apart', () => {
  const table = new KeyTable(2, [0, 0]);
  expect(
    numbersOf(table, [
      ['ab', 'c'],
      ['a', 'bc'],
      ['', 'abc'],
    ]),
  ).toEqual([0, 1, 2]);
});

test('a segment that names a group twice is refused', () => {
  expect(() => numbersOf(new KeyTable(2, [0, 0]), [A, B, A])).toThrow(new CodecError(TWICE));
});

test('some groups alone are numbered anew, and others come behind them', () => {
  const table = new KeyTable(1, [3, 5]);
  for (let n = 0; n < 3000; n++) table.add([`group ${n}`]);
  const odd = table.only(Array.from({ length: 1500 }, (_, i) => 2 * i + 1));
  expect(odd.size).toBe(1500);
  expect([1, 3, 2999].map((n) => odd.find([`group ${n}`]))).toEqual([0, 1, 1499]);
  expect(odd.find(['group 0'])).toBe(-1);
  expect(odd.add(['group 0'])).toBe(1500);
  expect(odd.valuesOf(1500)).toEqual(['group 0']);
});

test('a value of a group is written as the segment had it', () => {
  const table = new KeyTable(2, [7, 11]);
  numbersOf(table, [A, B, C]);
  [A, B, C].forEach((group, number) => {
    group.forEach((value, field) => {
      const [out, expected] = [new ByteWriter(), new ByteWriter()];
      table.write(number, field, out);
      writeValue(expected, value);
      expect(out.finish()).toEqual(expected.finish());
    });
  });
});

test('there is one group without fields', () => {
  const table = new KeyTable(0, [0, 0]);
  expect([numbersOf(table, [[]]), table.add([]), table.valuesOf(0)]).toEqual([[0], 0, []]);
});
