import { RowPlaces } from '../../../../adapters/embedded/spool/row-places.ts';

test('a place is found under its hash, and under no other', () => {
  const places = new RowPlaces(4);
  const hashOf = (i: number) => (i >>> 1) * 0x9e3779b1;
  for (let i = 0; i < 5000; i++) places.add(hashOf(i) | 0, i + 1);
  for (let i = 0; i < 5000; i++) expect(places.find(hashOf(i) | 0)).toContain(i + 1);
  places.replace(hashOf(4) | 0, 5, 7_000_000);
  expect([...places.find(hashOf(4) | 0)].sort()).toEqual([6, 7_000_000]);
  expect(places.find(12_345)).toEqual([]);
});

test('of rows that share a place, as all of a run do, the one under the hash moves', () => {
  const places = new RowPlaces(1024);
  // Both begin their search in the same part of the table.
  const [hash, other] = [5, 5 + 1024];
  places.add(hash, 1);
  places.add(other, 1);
  places.replace(other, 1, 2);
  expect(places.find(hash)).toEqual([1]);
  expect(places.find(other)).toEqual([2]);
});
