import fc from 'fast-check';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import type { Chosen } from '../../../engine/forecast/chosen.ts';
import { chosenForecaster, type Method } from '../../../engine/forecast/methods.ts';
import { normalOf } from './series.ts';

const METHODS: readonly Method[] = ['auto', 'simple', 'holt', 'holtWinters', 'holtWintersMultiplicative', 'regression'];
const make = (method: Method, seasons: readonly number[] = [4]) =>
  chosenForecaster({ method, ahead: 3, seasons, weights: {} });

type Step = number | 'gap';
const take = (forecaster: Chosen, step: Step) => (step === 'gap' ? forecaster.skip(1) : forecaster.learn(step));

function written(forecaster: Chosen): Uint8Array {
  const out = new ByteWriter();
  forecaster.write(out);
  return out.finish().slice();
}

function restored(method: Method, bytes: Uint8Array): Chosen {
  const forecaster = make(method);
  const input = new ByteReader(bytes);
  forecaster.read(input);
  input.end();
  return forecaster;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }) },
    { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { weight: 1, arbitrary: fc.constantFrom(-0, 1e308, -1e308, 5e-324, 2 ** 53) },
    { weight: 1, arbitrary: fc.constant('gap' as const) },
  ),
  { maxLength: 90 },
);

describe.each(METHODS)('%s', (method) => {
  test('goes on from stored state as from its own, in a bounded number of bytes', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 7 }), (values, every) => {
        const plain = make(method);
        let stored = make(method);
        values.forEach((step, i) => {
          take(plain, step);
          take(stored, step);
          expect(stored.best(5)).toEqual(plain.best(5));
          if (i % every > 0) return;
          const bytes = written(stored);
          expect(bytes.length).toBeLessThanOrEqual(stored.maxBytes());
          stored = restored(method, bytes);
          expect(written(stored)).toEqual(bytes);
        });
      }),
      { seed: 31, numRuns: 40 },
    );
  });

  test('gives finite bounds around the value, or nothing', () => {
    fc.assert(
      fc.property(steps, (values) => {
        const forecaster = make(method);
        for (const step of values) take(forecaster, step);
        for (const { value, lower, upper } of forecaster.forecast(6) ?? []) {
          expect([value, lower, upper].every(Number.isFinite)).toBe(true);
          expect(lower <= value && value <= upper).toBe(true);
        }
      }),
      { seed: 32, numRuns: 60 },
    );
  });

  test('does not look ahead: what it says of a series cut short is what it said there', () => {
    const values = normalOf(9, 80).map((noise, i) => 20 + (i % 4) + noise);
    const whole = make(method);
    const said = values.map((value) => {
      whole.learn(value);
      return whole.forecast(2);
    });
    const cut = make(method);
    for (const value of values.slice(0, 50)) cut.learn(value);
    expect(cut.forecast(2)).toEqual(said[49]);
  });

  test('has about 95 of 100 values to come within its bounds', () => {
    const values = normalOf(77, 1500).map((noise, i) => 100 + ([0, 8, -3, 5][i % 4] as number) + 2 * noise);
    const forecaster = make(method);
    let [inside, all] = [0, 0];
    values.forEach((value, i) => {
      if (i >= 300 && i % 5 === 0) {
        const points = forecaster.forecast(5) ?? [];
        points.forEach(({ lower, upper }, step) => {
          const actual = values[i + step];
          if (actual === undefined) return;
          all++;
          if (actual >= lower && actual <= upper) inside++;
        });
      }
      forecaster.learn(value);
    });
    expect(all).toBe(1200);
    expect(inside / all).toBeGreaterThan(0.93);
  });
});

test('a weight that is given is taken, and one that is not is fitted to the series', () => {
  const jumps = Array.from({ length: 400 }, (_, i) => 10 * (Math.floor(i / 20) % 2));
  const said = (weights: { alpha?: number }) => {
    const forecaster = chosenForecaster({ method: 'simple', ahead: 1, seasons: [], weights });
    for (const value of [...jumps, 0, 0, 10]) forecaster.learn(value);
    return forecaster.forecast(1)?.[0]?.value ?? Number.NaN;
  };
  expect(said({ alpha: 1 })).toBeCloseTo(10, 9);
  expect(said({ alpha: 0.05 })).toBeLessThan(7);
  // A level that jumps and stays is followed best by the largest weight of those that are tried.
  expect(said({})).toBe(said({ alpha: 0.8 }));
});
