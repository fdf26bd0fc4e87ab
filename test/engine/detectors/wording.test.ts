import { reasonFrom } from '../../../engine/detectors/wording.ts';

const said = (reason: string | null, lower: number | null, upper: number | null) =>
  ({ score: 1, isAnomaly: true, expected: null, lower, upper, reason }) as const;

test.each([
  [
    'begins at the floor',
    '5.9 σ above the usual: 15, expected -5.147 to 9.963',
    -5.147,
    9.963,
    '5.9 σ above the usual: 15, expected 0 to 9.963',
  ],
  [
    'stays above it',
    '5.9 σ above the usual: 15, expected 2 to 9.963',
    2,
    9.963,
    '5.9 σ above the usual: 15, expected 2 to 9.963',
  ],
  [
    'is the floor alone where all of it lies below',
    'off a flat line: 15, expected -1',
    -1,
    -1,
    'off a flat line: 15, expected 0',
  ],
  ['that is not said stays so', 'the mean has moved from 3 to 15', -1, 4, 'the mean has moved from 3 to 15'],
])('an expected range %s', (_, reason, lower, upper, shown) => {
  expect(reasonFrom(0, 15, said(reason, lower, upper))).toBe(shown);
});

test('no reason stays none, and so does one without a range', () => {
  expect(reasonFrom(0, 15, said(null, -1, 4))).toBeNull();
  expect(reasonFrom(0, 15, said('unusual: 15', null, null))).toBe('unusual: 15');
});
