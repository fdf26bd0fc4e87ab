import { twoSidedStudentTail } from '../../../engine/statistics/student.ts';

/** From a table of Student's t: two-sided 5 %, 1 % and 0.1 %. */
test.each<[number, number, number]>([
  [12.706_204_7, 1, 0.05],
  [2.776_445_1, 4, 0.05],
  [4.604_094_9, 4, 0.01],
  [2.262_157_2, 9, 0.05],
  [4.780_912_6, 9, 0.001],
  [1.983_971_5, 100, 0.05],
  [1.959_963_98, 1e7, 0.05],
])('|t| ≥ %d with %d degrees of freedom has probability %d', (t, degrees, probability) => {
  expect(twoSidedStudentTail(t, degrees)).toBeCloseTo(probability, 6);
  expect(twoSidedStudentTail(-t, degrees)).toBe(twoSidedStudentTail(t, degrees));
});

test('is 1 at 0, and goes down to 0', () => {
  expect(twoSidedStudentTail(0, 3)).toBe(1);
  expect(twoSidedStudentTail(1e200, 3)).toBe(0);
  const tails = [0.1, 0.5, 1, 2, 4, 8, 16].map((t) => twoSidedStudentTail(t, 5));
  expect(tails).toEqual([...tails].sort((a, b) => b - a));
});
