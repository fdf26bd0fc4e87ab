import { append } from '../../../engine/lists/append.ts';
import { greatest, least } from '../../../engine/lists/extremes.ts';

/** More than fit on the stack as arguments. */
const MANY = Array.from({ length: 300_000 }, (_, index) => index - 150_000);

test('a list takes any number of items, and keeps those that it had', () => {
  const into = [7];
  append(into, MANY);
  append(into, new Set([1, 2]));
  expect(into.length).toBe(MANY.length + 3);
  expect([into[0], into[1], into.at(-3), into.at(-1)]).toEqual([7, -150_000, 149_999, 2]);
});

test('the least and the greatest are found among any number of values', () => {
  expect(least(MANY)).toBe(-150_000);
  expect(greatest(MANY)).toBe(149_999);
  expect(least(new Map([['a', 2]]).values())).toBe(2);
});

test('of no values the least is infinity and the greatest minus infinity, as Math.min and Math.max say', () => {
  expect(least([])).toBe(Math.min());
  expect(greatest([])).toBe(Math.max());
});
