import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Forecaster, Point } from './forecaster.ts';

export interface Candidate {
  readonly name: string;
  readonly forecaster: Forecaster;
  /** What its errors are multiplied by before they are compared: one that is good for most series is not left for little. */
  readonly handicap: number;
}

interface Guess {
  /** Rows until it can be compared. */
  due: number;
  readonly value: number;
}

/** Guesses that wait for their row at a time: to forecast at each row would cost more than it tells. */
const WAITING = 4;

/** Errors fade: about the last 200 count. */
const FORGET = 0.995;
/** Errors of a candidate before it is compared with the others. */
const ENOUGH = 5;

/** Several forecasters, of which the one is taken whose forecasts, so many rows ahead, were nearest lately. */
export class Chosen implements Forecaster {
  readonly #candidates: readonly Candidate[];
  readonly #ahead: number;
  readonly #every: number;
  #row = 0;
  /** Of each candidate what it said of rows to come, the nearest first. */
  readonly #said: Guess[][];
  readonly #errors: Float64Array;
  readonly #weights: Float64Array;

  /** The first candidate is taken while none has shown what it can do. */
  constructor(candidates: readonly Candidate[], ahead: number) {
    this.#candidates = candidates;
    this.#ahead = ahead;
    this.#every = Math.ceil(ahead / WAITING);
    this.#said = candidates.map(() => []);
    this.#errors = new Float64Array(candidates.length);
    this.#weights = new Float64Array(candidates.length);
  }

  learn(value: number): void {
    if (this.#candidates.length > 1) this.#compare(value);
    for (const { forecaster } of this.#candidates) forecaster.learn(value);
    this.#note();
  }

  #compare(value: number): void {
    this.#said.forEach((guesses, i) => {
      const guess = guesses[0];
      if (guess?.due !== 1) return;
      this.#errors[i] = FORGET * (this.#errors[i] as number) + Math.abs(value - guess.value);
      this.#weights[i] = FORGET * (this.#weights[i] as number) + 1;
    });
    if (this.#errors.every(Number.isFinite)) return;
    // Errors beyond all numbers would stay so for ever.
    this.#errors.fill(0);
    this.#weights.fill(0);
  }

  /** A row is over: guesses come nearer, and now and then each candidate makes a new one. */
  #note(): void {
    if (this.#candidates.length < 2) return;
    const isTime = this.#row++ % this.#every === 0;
    this.#said.forEach((guesses, i) => {
      for (const guess of guesses) guess.due--;
      if (guesses[0]?.due === 0) guesses.shift();
      if (!isTime) return;
      const value = (this.#candidates[i] as Candidate).forecaster.forecast(this.#ahead)?.[this.#ahead - 1]?.value;
      if (value !== undefined) guesses.push({ due: this.#ahead, value });
    });
  }

  skip(count: number): void {
    for (const { forecaster } of this.#candidates) forecaster.skip(count);
    for (let i = Math.min(count, this.#ahead); i > 0; i--) this.#note();
  }

  /** The candidate that is taken now, of those that can say something. */
  best(horizon: number): { readonly name: string; readonly points: readonly Point[] } | null {
    let best: { readonly name: string; readonly points: readonly Point[] } | null = null;
    let least = Number.POSITIVE_INFINITY;
    this.#candidates.forEach(({ name, forecaster, handicap }, i) => {
      const weight = this.#weights[i] as number;
      const error = weight < ENOUGH ? Number.POSITIVE_INFINITY : (handicap * (this.#errors[i] as number)) / weight;
      if (best !== null && error >= least) return;
      const points = forecaster.forecast(horizon);
      if (points === null) return;
      best = { name, points };
      least = error;
    });
    return best;
  }

  forecast(horizon: number): readonly Point[] | null {
    return this.best(horizon)?.points ?? null;
  }

  write(out: ByteWriter): void {
    out.varint(this.#row);
    this.#candidates.forEach(({ forecaster }, i) => {
      forecaster.write(out);
      out.float64(this.#errors[i] as number);
      out.float64(this.#weights[i] as number);
      const guesses = this.#said[i] as Guess[];
      out.varint(guesses.length);
      for (const { due, value } of guesses) {
        out.varint(due);
        out.float64(value);
      }
    });
  }

  read(input: ByteReader): void {
    this.#row = input.varint();
    this.#candidates.forEach(({ forecaster }, i) => {
      forecaster.read(input);
      this.#errors[i] = input.float64();
      this.#weights[i] = input.float64();
      const count = input.count();
      this.#said[i] = Array.from({ length: count }, () => ({ due: input.varint(), value: input.float64() }));
    });
  }

  maxBytes(): number {
    const each = 16 + 1 + 10 * (WAITING + 1);
    return 7 + this.#candidates.reduce((sum, { forecaster }) => sum + forecaster.maxBytes() + each, 0);
  }
}
