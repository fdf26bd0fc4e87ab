import { Digest } from '../../../../engine/detectors/auto/digest.ts';
import { SpacePart } from '../../../../engine/detectors/auto/parts/space.ts';

const digest = new Digest();
const surprises = (values: readonly number[]) => {
  const part = new SpacePart();
  return values.map((x, index) => part.step({ index, x, scale: 10, atMs: 0, digest }));
};

test('a value outside all others surprises, the more the farther', () => {
  const known = Array.from({ length: 100 }, (_, i) => i % 10);
  const [near, far] = [12, 40].map((x) => surprises([...known, x])[100] as number);
  expect(near).toBeCloseTo(2 + 2 * Math.log10(31), 10);
  expect(far as number).toBeGreaterThan(near as number);
  expect(surprises([...known, 4])[100]).toBe(0);
});

test('in a series that grows, a new maximum is usual', () => {
  const growing = surprises(Array.from({ length: 500 }, (_, i) => i));
  expect(growing[499]).toBe(0);
  expect(growing[20]).toBeGreaterThan(2);
});
