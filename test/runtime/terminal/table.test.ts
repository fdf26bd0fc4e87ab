import { type TableColumn, tableLayout } from '../../../runtime/terminal/table.ts';
import { renderLine } from '../../../runtime/terminal/text.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: 'page', align: 'left', leastWidth: 8 },
  { name: 'views', align: 'right' },
  { name: 'share', align: 'right' },
];
const ROWS = [
  { cells: ['/a/long/path/of/a/page', '1,234', '0.500'], style: 'plain' as const },
  { cells: ['/', '7', '0.125'], style: 'plain' as const },
];
const shown = (width: number, before?: readonly number[]) => {
  const { lines, leftOut, widths } = tableLayout(COLUMNS, ROWS, width, before);
  return { text: lines.map((line) => renderLine(line, width, false)), leftOut, widths };
};

test('columns are as wide as what is in them, numbers on the right', () => {
  expect(shown(Number.POSITIVE_INFINITY)).toEqual({
    text: [
      'page                    views  share',
      '/a/long/path/of/a/page  1,234  0.500',
      '/                           7  0.125',
    ],
    leftOut: [],
    widths: [22, 5, 5],
  });
});

test('texts are cut where there is no room, and numbers never', () => {
  expect(shown(24).text).toEqual(['page        views  share', '/a/long/p…  1,234  0.500', '/               7  0.125']);
});

test('the last columns are left out, and named, where even that is too much', () => {
  expect(shown(18)).toMatchObject({
    leftOut: ['share'],
    text: ['page         views', '/a/long/pa…  1,234', '/                7'],
  });
  expect(shown(8).leftOut).toEqual(['views', 'share']);
});

test('a table that goes on keeps the widths that it had', () => {
  expect(shown(100, [30, 5, 9]).widths).toEqual([30, 5, 9]);
});

test('nothing in a cell acts on the terminal', () => {
  const { lines } = tableLayout(
    [{ name: 'x', align: 'left' }],
    [{ cells: ['a\u001b[2J\nb\u202e'], style: 'plain' }],
    80,
  );
  expect(lines.map((line) => renderLine(line, 80, false))[1]).toBe('a\\x1b[2J\\nb\\u{202e}');
});
