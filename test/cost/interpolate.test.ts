import { along, interpolate } from '../../cost/interpolate.ts';
import { MEASURED } from '../../cost/measured.ts';

const { groups, events, writeUnits } = MEASURED.commits;
const at = (row: number, column: number) =>
  interpolate({ rows: groups, columns: events, values: writeUnits }, row, column);

test('what was measured is given back where it was measured', () => {
  for (const [row, ofGroups] of groups.entries()) {
    for (const [column, ofEvents] of events.entries()) {
      expect(at(ofGroups, ofEvents)).toBeCloseTo(writeUnits[row]?.[column] as number, 9);
    }
  }
});

test('values rise in between and beyond, and are as at their beginning before', () => {
  const rising = [1, 10, 50, 100, 5000, 10_000, 40_000].map((each) => at(1000, each));
  expect(rising).toEqual([...rising].sort((a, b) => a - b));
  expect(rising[0]).toBeCloseTo(4.3, 9);
  expect(rising.at(-1)).toBeGreaterThan(71.4);
  expect(at(1, 1)).toBeCloseTo(4.3, 9);
});

test('where one end is zero the line is straight', () => {
  expect(along([10, 1000], [0, 4], 100)).toBeCloseTo(2, 9);
  expect(along([10, 1000], [0, 4], 1)).toBe(0);
});
