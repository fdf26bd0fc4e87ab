import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { type ThresholdParameters, thresholdKind } from '../../../engine/row-operators/threshold.ts';
import { js, refusal, type Untyped } from '../dsl/untyped.ts';
import { rowOf } from './row-of.ts';

const LIMITS: ThresholdParameters['limits'] = [
  { state: 'critical_exceeded', side: 'above', bound: 100 },
  { state: 'warning_exceeded', side: 'above', bound: 80 },
  { state: 'warning_below', side: 'under', bound: 20 },
];

/** The states of rows with these numbers; 'no row' is a window without one. State is stored and read after each. */
function states(values: readonly (number | null | 'no row')[], hysteresis = 0, forWindows = 1): unknown[] {
  const operator = thresholdKind.compile({ limits: LIMITS, hysteresis, forWindows }, [], 60_000);
  let state = operator.create();
  return values.flatMap((value) => {
    const result = value === 'no row' ? [] : [operator.step(state, [value], { startMs: 0, endMs: 1 })];
    if (value === 'no row') operator.skip(state, 1);
    const out = new ByteWriter();
    operator.encode(state, out);
    expect(out.length).toBeLessThanOrEqual(operator.maxStateBytes);
    state = operator.decode(new ByteReader(out.finish().slice()));
    return result;
  });
}

describe('threshold', () => {
  test('a state is that of the first limit that is crossed; at a limit it is not', () => {
    expect(states([50, 80, 80.5, 100, 101, 90, 20, 19])).toEqual([
      'normal',
      'normal',
      'warning_exceeded',
      'warning_exceeded',
      'critical_exceeded',
      'warning_exceeded',
      'normal',
      'warning_below',
    ]);
  });

  test('with hysteresis a state ends only so far behind its limit', () => {
    expect(states([101, 96, 95.1, 95, 81, 76, 75], 5)).toEqual([
      'critical_exceeded',
      'critical_exceeded',
      'critical_exceeded',
      'warning_exceeded',
      'warning_exceeded',
      'warning_exceeded',
      'normal',
    ]);
    expect(states([19, 24, 25], 5)).toEqual(['warning_below', 'warning_below', 'normal']);
  });

  test('begins only after so many windows in a row, and ends at once', () => {
    expect(states([101, 101, 101, 50, 101, 101], 0, 3)).toEqual([
      'normal',
      'normal',
      'critical_exceeded',
      'normal',
      'normal',
      'normal',
    ]);
    // Each of 81 and 101 exceeds the warning: after three windows it is one, and critical after three of its own.
    expect(states([81, 101, 81, 101, 101, 101], 0, 3).at(-1)).toBe('critical_exceeded');
    expect(states([81, 101, 81], 0, 3)).toEqual(['normal', 'normal', 'warning_exceeded']);
  });

  test('without a number or a row the state stays, and counting begins again', () => {
    expect(states([101, null, 'no row', null, 50])).toEqual([
      'critical_exceeded',
      'critical_exceeded',
      'critical_exceeded',
      'normal',
    ]);
    expect(states([101, 'no row', 101, 101], 0, 2)).toEqual(['normal', 'normal', 'critical_exceeded']);
    expect(states([101, null, 101], 0, 2)).toEqual(['normal', 'normal', 'normal']);
  });

  test.each<[(row: Untyped) => unknown, string]>([
    [({ n }) => js.threshold(n, {}), 'threshold(…) needs its levels'],
    [({ n }) => js.threshold(n, { critical: {} }), "level 'critical' needs an upper or a lower limit."],
    [
      ({ n }) => js.threshold(n, { critical: { above: 3 } }),
      "level 'critical' has no limit 'above'. It has upper and lower.",
    ],
    [({ n }) => js.threshold(n, { critical: { upper: Number.NaN } }), 'upper is NaN: it must be a finite number.'],
    [
      ({ n }) => js.threshold(n, { c: { upper: 1, lower: 2 } }),
      'lower is 2 and upper 1: lower must not be above upper.',
    ],
    [({ n }) => js.threshold(n, { 'a b': { upper: 1 } }), "level 'a b': a level's name has letters"],
    [({ n }) => js.threshold(n, { c: { upper: 1 } }, { hysteresis: -1 }), 'hysteresis is -1'],
    [
      ({ n }) => js.threshold(n, { c: { upper: 1 } }, { forWindows: 0 }),
      'forWindows is 0: it must be a whole number from 1 to 1,000.',
    ],
    [({ n }) => js.threshold(n, { c: { upper: 1 } }, { for: 2 }), "threshold(…) has no setting 'for'."],
  ])('is refused where it has no meaning: case %#', (column, message) => {
    expect(refusal(() => rowOf(column))).toContain(message);
  });
});
