import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { type Forecaster, finitePoints, type Point, Z95 } from './forecaster.ts';

/** What weighs how much in exponential smoothing; 0 leaves a component out. */
export interface Weights {
  /** Of the newest value in the level. */
  readonly alpha: number;
  /** Of the newest slope in the trend. */
  readonly beta: number;
  /** How much of the trend is left at each further step: 1 goes on for ever. */
  readonly damping: number;
  /** Of the newest value in its place of each season. */
  readonly gamma: number;
}

export interface SmoothingOptions {
  readonly weights: Weights;
  /** Lengths in rows, the shortest first; at most two. */
  readonly seasons: readonly number[];
  /** Whether a season's swing is in percent of the level, which needs values above 0. */
  readonly isMultiplicative: boolean;
}

/** One-step errors are smaller than those of values that have not been fitted to: so that 95 % lie within the bounds. */
const WIDER = 1.25;
/** Errors fade: about the last 100 count. */
const FORGET = 0.99;

/**
 * Exponential smoothing: simple, Holt's with a damped trend, Holt and Winters' with one season or two. The seasons begin as
 * the first days were; bounds by the error-correction form (R. Hyndman and others, "Forecasting with Exponential Smoothing",
 * 2008, chapter 6). The multiplicative form smooths logarithms.
 */
export class Smoothing implements Forecaster {
  readonly #options: SmoothingOptions;
  readonly #seasons: readonly Float64Array[];
  #count = 0;
  #level = 0;
  #trend = 0;
  #squares = 0;
  #weight = 0;
  /** A value of 0 or less came, whose logarithm there is not. */
  #broken = false;

  constructor(options: SmoothingOptions) {
    this.#options = options;
    this.#seasons = options.seasons.map((length) => new Float64Array(length));
  }

  learn(value: number): void {
    if (this.#options.isMultiplicative && !(value > 0)) {
      this.#broken = true;
      return;
    }
    const x = this.#options.isMultiplicative ? Math.log(value) : value;
    if (this.#count === 0) this.#level = x;
    this.#correct(x - this.#next());
    if (!Number.isFinite(this.#level + this.#squares)) this.#beginAnew();
  }

  /** Sums beyond all numbers would stay so for ever. */
  #beginAnew(): void {
    for (const season of this.#seasons) season.fill(0);
    [this.#count, this.#level, this.#trend, this.#squares, this.#weight] = [0, 0, 0, 0, 0];
  }

  /** Moves each component by its share of the error. While few values are known, the shares are those of a mean. */
  #correct(error: number): void {
    const { alpha, beta, damping, gamma } = this.#options.weights;
    if (this.#count >= 2) {
      this.#squares = FORGET * this.#squares + error * error;
      this.#weight = FORGET * this.#weight + 1;
    }
    const level = Math.max(alpha, 1 / (this.#count + 1));
    this.#level += damping * this.#trend + level * error;
    this.#trend = damping * this.#trend + (this.#count === 0 ? 0 : beta * level * error);
    const rest = (1 - level) * error;
    this.#seasons.forEach((season) => {
      const rounds = Math.floor(this.#count / season.length);
      const place = this.#count % season.length;
      season[place] = (season[place] as number) + Math.max(gamma, 1 / (rounds + 2)) * rest;
    });
    this.#count++;
  }

  #next(): number {
    return this.#level + this.#options.weights.damping * this.#trend + this.#seasonal(0);
  }

  #seasonal(ahead: number): number {
    return this.#seasons.reduce((sum, season) => sum + (season[(this.#count + ahead) % season.length] as number), 0);
  }

  skip(count: number): void {
    const { damping } = this.#options.weights;
    for (let i = Math.min(count, 10_000); i > 0; i--) {
      this.#level += damping * this.#trend;
      this.#trend *= damping;
    }
    this.#count += count;
  }

  forecast(horizon: number): readonly Point[] | null {
    if (this.#broken || this.#weight === 0) return null;
    const { alpha, beta, damping, gamma } = this.#options.weights;
    const variance = this.#squares / this.#weight;
    const points: Point[] = [];
    let [slope, grown, open] = [0, 0, variance];
    for (let step = 0; step < horizon; step++) {
      grown = damping * (1 + grown);
      slope = grown * this.#trend;
      const mean = this.#level + slope + this.#seasonal(step);
      const width = Z95 * WIDER * Math.sqrt(open);
      points.push({ value: this.#back(mean), lower: this.#back(mean - width), upper: this.#back(mean + width) });
      const returns = this.#seasons.filter((season) => (step + 1) % season.length === 0).length;
      open += variance * (alpha * (1 + beta * grown) + returns * gamma * (1 - alpha)) ** 2;
    }
    return finitePoints(points);
  }

  #back(x: number): number {
    return this.#options.isMultiplicative ? Math.exp(x) : x;
  }

  write(out: ByteWriter): void {
    out.byte(this.#broken ? 1 : 0);
    out.varint(this.#count);
    for (const number of [this.#level, this.#trend, this.#squares, this.#weight]) out.float64(number);
    for (const season of this.#seasons) for (const number of season) out.float64(number);
  }

  read(input: ByteReader): void {
    this.#broken = input.byte() === 1;
    this.#count = input.varint();
    this.#level = input.float64();
    this.#trend = input.float64();
    this.#squares = input.float64();
    this.#weight = input.float64();
    for (const season of this.#seasons) for (let i = 0; i < season.length; i++) season[i] = input.float64();
  }

  maxBytes(): number {
    return 1 + 8 + 32 + this.#seasons.reduce((sum, season) => sum + 8 * season.length, 0);
  }
}
