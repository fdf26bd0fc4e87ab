import { ColorSlots } from '../../../dashboard/src/charts/color-slots.ts';

test('a group keeps its colour whatever its rank', () => {
  const slots = new ColorSlots(5);
  expect(slots.of(['a', 'b', 'c'])).toEqual([0, 1, 2]);
  expect(slots.of(['c', 'a', 'd'])).toEqual([2, 0, 3]);
});

test('who comes when all are given takes the colour of one that is not shown', () => {
  const slots = new ColorSlots(2);
  slots.of(['a', 'b']);
  expect(slots.of(['b', 'c'])).toEqual([1, 0]);
  expect(slots.of(['a', 'c'])).toEqual([0, 1]);
});
