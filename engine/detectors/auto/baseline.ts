import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { Tail } from './tail.ts';

/** What was to be expected of a value, made of what was there before. */
export interface Expectation {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** How far values usually are from it: 68 % are nearer. */
  readonly sigma: number;
  /** Whether it goes by the time of day. */
  readonly isSeasonal: boolean;
}

const LEVEL = 0.3;
const FORGET = 0.98;
/** Share of values within the bounds. */
const INSIDE = 0.99;
/** Errors of fewer values than this are widened: so much is not known yet. */
const ENOUGH = 50;

/** Two guesses of the next value, by the level lately and by the time of day. Whichever was better so far is taken. */
export class Baseline {
  #level = 0;
  #count = 0;
  readonly #errors = [new Tail({ min: 1, perOctave: 4 }), new Tail({ min: 1, perOctave: 4 })] as const;
  readonly #meanErrors = [0, 0];
  #seasonalCount = 0;

  /** `seasonal`: the guess by the time of day; null while there is none. */
  expect(seasonal: number | null): Expectation | null {
    if (this.#count < 2) return null;
    const isSeasonal = seasonal !== null && this.#seasonalCount > 20 && this.#relativeError(1) < this.#relativeError(0);
    const expected = isSeasonal ? seasonal : this.#level;
    const errors = this.#errors[isSeasonal ? 1 : 0] as Tail;
    const widened = 1 + ENOUGH / (10 * errors.count);
    const width = errors.quantile(INSIDE) * widened;
    return { expected, lower: expected - width, upper: expected + width, sigma: errors.quantile(0.683), isSeasonal };
  }

  learn(x: number, seasonal: number | null): void {
    if (this.#count > 0) this.#note(0, Math.abs(x - this.#level));
    if (seasonal !== null) {
      this.#note(1, Math.abs(x - seasonal));
      this.#seasonalCount++;
    }
    this.#level = this.#count === 0 ? x : this.#level + LEVEL * (x - this.#level);
    this.#count++;
  }

  #note(guess: 0 | 1, error: number): void {
    (this.#errors[guess] as Tail).add(error);
    this.#meanErrors[guess] = FORGET * (this.#meanErrors[guess] as number) + (1 - FORGET) * error;
  }

  #relativeError(guess: 0 | 1): number {
    const seen = guess === 0 ? this.#count - 1 : this.#seasonalCount;
    return (this.#meanErrors[guess] as number) / (1 - FORGET ** Math.max(1, seen));
  }

  write(out: ByteWriter): void {
    out.float64(this.#level);
    out.varint(this.#count);
    out.varint(this.#seasonalCount);
    for (const mean of this.#meanErrors) out.float64(mean);
    for (const errors of this.#errors) errors.write(out);
  }

  read(input: ByteReader): void {
    this.#level = input.float64();
    this.#count = input.varint();
    this.#seasonalCount = input.varint();
    for (const guess of [0, 1] as const) this.#meanErrors[guess] = input.float64();
    for (const errors of this.#errors) errors.read(input);
  }

  static readonly MAX_BYTES = 24 + 14 + 2 * Tail.MAX_BYTES;
}
