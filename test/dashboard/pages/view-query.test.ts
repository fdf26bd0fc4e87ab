import {
  groupParameters,
  parseGroups,
  parseRowFilter,
  passes,
  writeGroups,
} from '../../../dashboard/src/pages/view-query.ts';

test('groups of any values go into the address and come back', () => {
  const groups = [{ path: '/a?b=c&d' }, { path: null }, { path: '' }, { path: 7 }, { path: '<img src=x>' }];
  expect(parseGroups(writeGroups(groups) as string, ['path'])).toEqual(groups);
  expect(writeGroups([])).toBeNull();
});

test('an address that was typed wrong chooses nothing', () => {
  for (const text of ['', '{', '{}', '[1]', '[["a","b"]]', '[[{}]]']) expect(parseGroups(text, ['path'])).toEqual([]);
  expect(parseGroups('[["a"],["b"],["c"],["d"],["e"],["f"]]', ['path'])).toHaveLength(5);
});

test('a group is named to the API by its fields, nulls by is_null', () => {
  expect(groupParameters({ path: '/', status: 200, up: true })).toEqual({
    'group.path': '/',
    'group.status': '200',
    'group.up': 'true',
  });
  expect(groupParameters({ path: null, status: null })).toEqual({ is_null: ['path', 'status'] });
  expect(groupParameters(null)).toEqual({});
});

test('rows by their state', () => {
  const rows = [
    { is_final: false, revision: 0 },
    { is_final: true, revision: 1 },
    { is_final: true, revision: 3 },
  ];
  const shown = (filter: string) =>
    rows.filter((row) => passes(parseRowFilter(filter), row)).map(({ revision }) => revision);
  expect([shown('all'), shown('final'), shown('open'), shown('revised'), shown('nonsense')]).toEqual([
    [0, 1, 3],
    [1, 3],
    [0],
    [3],
    [0, 1, 3],
  ]);
});
