import { compareGroups, groupKey, groupText } from '../../../engine/codec/group.ts';
import type { Value } from '../../../engine/ir/node.ts';

describe('groups', () => {
  test('have a text that tells them apart: 1 from "1", null from "null", ["a,b"] from ["a","b"]', () => {
    const groups: Value[][] = [[], [1], ['1'], [null], ['null'], [true], ['a,b'], ['a', 'b'], ['a', null], [''], ['"']];
    expect(new Set(groups.map(groupText)).size).toBe(groups.length);
    expect(groupText(['/index.html', 200])).toBe('["/index.html",200]');
  });

  test('of one field are keyed by the value, of several by the text', () => {
    expect(groupKey([404])).toBe(404);
    expect(groupKey([null])).toBeNull();
    expect(groupKey(['a', 1])).toBe('["a",1]');
    expect(groupKey([])).toBe('[]');
  });

  test('are ordered field by field: null, false, true, numbers by size, text by code point', () => {
    const ordered: Value[][] = [
      [null, 5],
      ['a', null],
      ['a', 99],
      ['a', 404],
      ['b', -1],
      ['\uffff', 0],
      ['😀', 0],
    ];
    expect(ordered.toReversed().sort(compareGroups)).toEqual(ordered);
    expect([[true], [false], [null]].sort(compareGroups)).toEqual([[null], [false], [true]]);
    expect(compareGroups(['a', 1], ['a', 1])).toBe(0);
  });
});
