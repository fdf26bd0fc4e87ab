import { Chosen } from '../../../engine/forecast/chosen.ts';
import type { Forecaster, Point } from '../../../engine/forecast/forecaster.ts';

/** Says the same number of each row to come. */
function constant(value: number): Forecaster {
  const points = (horizon: number): Point[] =>
    Array.from({ length: horizon }, () => ({ value, lower: value, upper: value }));
  return { learn() {}, skip() {}, forecast: points, write() {}, read() {}, maxBytes: () => 0 };
}

const mute: Forecaster = { ...constant(0), forecast: () => null };
const candidate = (name: string, forecaster: Forecaster, handicap = 1) => ({ name, forecaster, handicap });

describe('the choice of a method', () => {
  test('is the first one until errors are known, and then the one that was nearer', () => {
    const chosen = new Chosen([candidate('zero', constant(0)), candidate('ten', constant(10))], 1);
    expect(chosen.best(1)?.name).toBe('zero');
    for (let i = 0; i < 10; i++) chosen.learn(9);
    expect(chosen.best(1)?.name).toBe('ten');
  });

  test('goes by errors so many rows ahead: a guess is compared only with the row that it was for', () => {
    // "last" is right of the next row whenever values come in pairs, and wrong of the row after it.
    let now = 0;
    const last: Forecaster = {
      ...constant(0),
      learn: (value) => (now = value),
      forecast: (h) => constant(now).forecast(h),
    };
    const chosen = new Chosen([candidate('middle', constant(5)), candidate('last', last)], 2);
    for (let i = 0; i < 100; i++) chosen.learn(i % 4 < 2 ? 0 : 10);
    // Two rows ahead "last" is always off by 10, and the middle by 5.
    expect(chosen.best(2)?.name).toBe('middle');
  });

  test('forgets: whoever was good long ago gives way', () => {
    const chosen = new Chosen([candidate('zero', constant(0)), candidate('ten', constant(10))], 1);
    for (let i = 0; i < 300; i++) chosen.learn(1);
    expect(chosen.best(1)?.name).toBe('zero');
    for (let i = 0; i < 600; i++) chosen.learn(9);
    expect(chosen.best(1)?.name).toBe('ten');
  });

  test('handicaps errors: a little better is not enough', () => {
    const chosen = new Chosen([candidate('ten', constant(10)), candidate('nine', constant(9), 1.2)], 1);
    for (let i = 0; i < 20; i++) chosen.learn(0);
    expect(chosen.best(1)?.name).toBe('ten');
  });

  test('passes over a method that says nothing, and is null where none says anything', () => {
    expect(new Chosen([candidate('mute', mute), candidate('one', constant(1))], 1).best(1)?.name).toBe('one');
    expect(new Chosen([candidate('mute', mute)], 1).best(1)).toBeNull();
  });

  test('begins anew where errors are beyond all numbers', () => {
    const chosen = new Chosen([candidate('zero', constant(0)), candidate('ten', constant(10))], 1);
    for (const value of [1, 1e308, -1e308]) chosen.learn(value);
    for (let i = 0; i < 10; i++) chosen.learn(9);
    expect(chosen.best(1)?.name).toBe('ten');
  });

  test('a guess of a row in a gap is not compared with the row after it', () => {
    const chosen = new Chosen([candidate('zero', constant(0)), candidate('ten', constant(10))], 1);
    for (let i = 0; i < 50; i++) {
      chosen.learn(0);
      chosen.skip(1);
      chosen.learn(0);
    }
    expect(chosen.best(1)?.name).toBe('zero');
  });
});
