import { parseCsv } from '../../../engine/text/csv.ts';

describe('parseCsv', () => {
  test.each([
    [
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\uFEFFa,b\r\n1,\r\n\r\n,2\r\n',
      [
        ['a', 'b'],
        ['1', ''],
        ['', '2'],
      ],
    ],
    ['"a ""b""","c,d\ne"\n', [['a "b"', 'c,d\ne']]],
    ['a,', [['a', '']]],
    ['""', []],
    ['', []],
    ['"a', null],
    ['"a"b', null],
  ])('reads %j', (text, records) => {
    expect(parseCsv(text)).toEqual(records);
  });
});
