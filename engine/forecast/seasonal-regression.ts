import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { type Forecaster, finitePoints, type Point, Z95 } from './forecaster.ts';
import { NormalEquations } from './normal-equations.ts';

/** The lags beside each season's own: days are not exact, and a value and its neighbours tell more than it alone. */
const AROUND = [
  [-2, -1, 0, 1, 2],
  [-1, 0, 1],
] as const;
const RECENT = [1, 2, 3, 4] as const;
/** What the coefficients' own uncertainty adds to the bounds: so that 95 % lie within, on hourly series. */
const WIDER = 1.25;

/**
 * Each value as a sum of the last ones, and of those a season and two seasons ago, with weights of least squares: an
 * autoregression with seasonal lags. Where all values are above 0 it goes by their logarithms, so that a season's swing is
 * in percent. What its forecasts leave open grows by the weights of past errors (Box and Jenkins' ψ).
 */
export class SeasonalRegression implements Forecaster {
  readonly #lags: readonly number[];
  readonly #farthest: number;
  /** The last values, the oldest first. */
  #values: number[] = [];
  /** How many of them are 0 or less. */
  #notPositive = 0;
  #origin = 0;
  readonly #plain: NormalEquations;
  readonly #logarithms: NormalEquations;
  readonly #inputs: Float64Array;

  /** `seasons`: their lengths in rows, the shortest first. */
  constructor(seasons: readonly number[]) {
    this.#lags = lagsOf(seasons);
    this.#farthest = this.#lags.at(-1) as number;
    this.#plain = new NormalEquations(this.#lags.length + 1);
    this.#logarithms = new NormalEquations(this.#lags.length + 1);
    this.#inputs = new Float64Array(this.#lags.length + 1);
  }

  learn(value: number): void {
    if (this.#values.length === 0) this.#origin = value;
    if (this.#values.length === this.#farthest) this.#learnFrom(value);
    this.#push(value);
  }

  #learnFrom(value: number): void {
    const plain = (x: number) => x - this.#origin;
    if (!this.#plain.add(this.#inputsOf(plain), plain(value))) {
      this.#logarithms.clear();
      this.#origin = value;
      return;
    }
    if (this.#notPositive === 0 && value > 0) {
      const logarithm = this.#logarithm();
      this.#logarithms.add(this.#inputsOf(logarithm), logarithm(value));
    } else this.#logarithms.clear();
  }

  #inputsOf(of: (x: number) => number): Float64Array {
    const { length } = this.#values;
    this.#lags.forEach((lag, i) => {
      this.#inputs[i] = of(this.#values[length - lag] as number);
    });
    this.#inputs[this.#lags.length] = 1;
    return this.#inputs;
  }

  #logarithm(): (x: number) => number {
    const origin = Math.log(this.#origin > 0 ? this.#origin : 1);
    return (x) => Math.log(x) - origin;
  }

  #push(value: number): void {
    this.#values.push(value);
    if (!(value > 0)) this.#notPositive++;
    if (this.#values.length <= this.#farthest) return;
    if (!((this.#values.shift() as number) > 0)) this.#notPositive--;
  }

  skip(count: number): void {
    for (let i = Math.min(count, this.#farthest); i > 0; i--) {
      const next = this.forecast(1)?.[0]?.value ?? this.#values.at(-1);
      if (next !== undefined) this.#push(next);
    }
  }

  forecast(horizon: number): readonly Point[] | null {
    if (this.#values.length < this.#farthest) return null;
    const isLogarithmic = this.#logarithms.rows > 0 && this.#logarithms.rows >= 0.9 * this.#plain.rows;
    const equations = isLogarithmic ? this.#logarithms : this.#plain;
    if (equations.rows < 2 * this.#lags.length) return null;
    const solved = equations.solve();
    if (solved === null) return null;
    const logarithm = this.#logarithm();
    const [to, from] = isLogarithmic
      ? [logarithm, (x: number) => Math.exp(x - logarithm(1))]
      : [(x: number) => x - this.#origin, (x: number) => x + this.#origin];
    const means = this.#goOn(solved.coefficients, this.#values.map(to), horizon);
    const errors = this.#errorsOf(solved.coefficients, solved.variance, horizon);
    return finitePoints(
      means.map((mean, i) => {
        const width = Z95 * WIDER * (errors[i] as number);
        return { value: from(mean), lower: from(mean - width), upper: from(mean + width) };
      }),
    );
  }

  #goOn(coefficients: Float64Array, values: number[], horizon: number): number[] {
    for (let step = 0; step < horizon; step++) {
      let next = coefficients[this.#lags.length] as number;
      for (let i = 0; i < this.#lags.length; i++) {
        next += (coefficients[i] as number) * (values[values.length - (this.#lags[i] as number)] as number);
      }
      values.push(next);
    }
    return values.slice(-horizon);
  }

  /** Standard deviation of the error of each step. */
  #errorsOf(coefficients: Float64Array, variance: number, horizon: number): number[] {
    const weights: number[] = [];
    const errors: number[] = [];
    let sum = 0;
    for (let step = 0; step < horizon; step++) {
      let weight = step === 0 ? 1 : 0;
      for (let i = 0; i < this.#lags.length && (this.#lags[i] as number) <= step; i++) {
        weight += (coefficients[i] as number) * (weights[step - (this.#lags[i] as number)] as number);
      }
      weights.push(weight);
      sum += weight * weight * variance;
      errors.push(Math.sqrt(sum));
    }
    return errors;
  }

  write(out: ByteWriter): void {
    out.float64(this.#origin);
    out.varint(this.#values.length);
    for (const value of this.#values) out.float64(value);
    this.#plain.write(out);
    this.#logarithms.write(out);
  }

  read(input: ByteReader): void {
    this.#origin = input.float64();
    const count = input.count();
    if (count > this.#farthest) {
      throw new CodecError(`A regression over ${this.#farthest} rows has ${count} of them stored.`);
    }
    this.#values = Array.from({ length: count }, () => input.float64());
    this.#notPositive = this.#values.filter((value) => !(value > 0)).length;
    this.#plain.read(input);
    this.#logarithms.read(input);
  }

  maxBytes(): number {
    return 10 + 8 * this.#farthest + this.#plain.maxBytes() + this.#logarithms.maxBytes();
  }
}

function lagsOf(seasons: readonly number[]): readonly number[] {
  const lags = new Set<number>(RECENT);
  seasons.forEach((season, i) => {
    const [near, far] = i === 0 ? AROUND : [AROUND[1], AROUND[1]];
    for (const off of near) lags.add(season + off);
    for (const off of far) lags.add(2 * season + off);
  });
  return [...lags].filter((lag) => lag > 0).sort((a, b) => a - b);
}
