import { compareGroups, groupKey, groupOfText, groupText } from '../../../engine/codec/group.ts';
import type { Value } from '../../../engine/ir/node.ts';

describe('groups', () => {
  test('have a text that tells them apart: 1 from "1", null from "null", ["a,b"] from ["a","b"]', () => {
    const groups: Value[][] = [[], [1], ['1'], [null], ['null'], [true], ['a,b'], ['a', 'b'], ['a', null], [''], ['"']];
    expect(new Set(groups.map(groupText)).size).toBe(groups.length);
    expect(groupText(['/index.html', 200])).toBe('["/index.html",200]');
  });

  test('of whole numbers beyond 2^53 have all digits in their text, and are read back from it', () => {
    const groups: Value[][] = [
      [9007199254740993n],
      [9007199254740992n],
      ['9007199254740993'],
      [-(2n ** 63n), 'a"9007199254740993', null, 7, 1.5, 1e22],
      [],
    ];
    expect(groups.map(groupText)).toEqual([
      '[9007199254740993]',
      '[9007199254740992]',
      '["9007199254740993"]',
      '[-9223372036854775808,"a\\"9007199254740993",null,7,1.5,1e+22]',
      '[]',
    ]);
    expect(groups.map(groupText).map(groupOfText)).toEqual(groups);
    expect([[9007199254740993n], [1], [9007199254740992n], [-(2n ** 63n)]].sort(compareGroups)).toEqual([
      [-(2n ** 63n)],
      [1],
      [9007199254740992n],
      [9007199254740993n],
    ]);
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
