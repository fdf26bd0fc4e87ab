import { formatSpread, inYardsticks, ratioOf, spreadOf, type Turn } from '../../bench/ratios.ts';

/** The machine is half as fast in the second turn, and this tree takes three quarters of the base's time in both. */
const TURNS: readonly Turn[] = [
  { base: { parse: 2, decode: 8 }, here: { parse: 2, decode: 6 } },
  { base: { parse: 4, decode: 16 }, here: { parse: 4, decode: 12 } },
  { base: { parse: 2, decode: 8 }, here: { parse: 2, decode: 7 } },
];

test('trees are compared turn by turn, so a slow turn changes no ratio', () => {
  expect(ratioOf(TURNS, 'decode')).toEqual({ middle: 0.75, least: 0.75, greatest: 0.875 });
  expect(inYardsticks(TURNS, 'decode', 'parse')).toEqual({ middle: 3, least: 3, greatest: 3.5 });
});

test('the middle of an even number of runs lies between two of them', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ middle: 2.5, least: 1, greatest: 4 });
});

test('a figure that a tree did not measure is no number', () => {
  expect(formatSpread(ratioOf(TURNS, 'finalize'))).toBe('NaN (NaN to NaN)');
});
