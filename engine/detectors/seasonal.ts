import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { type Detector, type DetectorKind, UNKNOWN, type Verdict } from './detector.ts';
import { type Spread, sigmaVerdict } from './sigma-verdict.ts';
import { Slots } from './slots.ts';

export type SeasonalParameters = { readonly threshold: number };

const HOUR_MS = 3_600_000;
const [DAY, WEEK] = [24, 168];
/** Values in a slot before it is asked: of the hour of a day, and of a week. */
const FEWEST = 2;
const FORGET = 0.98;

/**
 * How far a value is from what its hour usually has: the hour of the week, the hour of the day, or any hour, whichever was
 * nearest to the values lately. A slot is an hour, UTC; its mean and deviation weigh the last values of that hour most.
 */
export const seasonalDetector: DetectorKind<SeasonalParameters> = {
  kind: 'seasonal',
  version: 1,
  create: (parameters) => new Seasonal(parameters),
  maxStateBytes: () => new Seasonal({ threshold: 1 }).maxBytes(),
  words: ({ threshold }, operand) => `${operand} beyond ${threshold} σ of its time of day and week`,
};

class Seasonal implements Detector {
  readonly #threshold: number;
  /** From the coarsest to the finest. */
  readonly #guesses = [new Guess(1), new Guess(DAY), new Guess(WEEK)] as const;

  constructor({ threshold }: SeasonalParameters) {
    this.#threshold = threshold;
  }

  step(value: number, atMs: number): Verdict {
    const hour = Math.floor(atMs / HOUR_MS);
    let best: Guess | null = null;
    for (const guess of this.#guesses) if (guess.isBetterThan(best, hour)) best = guess;
    const spread = best?.spread(hour) ?? null;
    const seasonMs = best?.isSeasonal === true ? atMs : null;
    const verdict = spread === null ? UNKNOWN : sigmaVerdict(value, spread, this.#threshold, seasonMs);
    for (const guess of this.#guesses) guess.learn(value, hour);
    return verdict;
  }

  skip(): void {}

  write(out: ByteWriter): void {
    for (const guess of this.#guesses) guess.write(out);
  }

  read(input: ByteReader): void {
    for (const guess of this.#guesses) guess.read(input);
  }

  maxBytes(): number {
    return this.#guesses.reduce((sum, guess) => sum + guess.maxBytes(), 0);
  }
}

/** One guess at what an hour has, and how far off it was lately. */
class Guess {
  readonly #slots: Slots;
  readonly isSeasonal: boolean;
  #error = 0;
  #weight = 0;

  constructor(slots: number) {
    this.#slots = new Slots(slots);
    this.isSeasonal = slots > 1;
  }

  isBetterThan(other: Guess | null, hour: number): boolean {
    if (this.#slots.count(hour) < (this.isSeasonal ? FEWEST : 5)) return false;
    if (this.isSeasonal && this.#weight < 5) return false;
    return other === null || this.#meanError() < other.#meanError();
  }

  #meanError(): number {
    return this.#weight === 0 ? Number.POSITIVE_INFINITY : this.#error / this.#weight;
  }

  /** A slot's own deviation, or, where it has had few values, what all errors of the guess have lately been. */
  spread(hour: number): Spread {
    const count = this.#slots.count(hour);
    const sigma = Math.max(this.#slots.deviation(hour), 0.5 * Math.sqrt(Math.PI / 2) * this.#meanError());
    return {
      middle: this.#slots.mean(hour),
      sigma,
      openness: 1 / count,
      degrees: Math.max(count, 8),
      isLong: count >= 8,
    };
  }

  learn(value: number, hour: number): void {
    if (this.#slots.count(hour) >= FEWEST) {
      this.#error = FORGET * this.#error + Math.abs(value - this.#slots.mean(hour));
      this.#weight = FORGET * this.#weight + 1;
      if (!Number.isFinite(this.#error)) [this.#error, this.#weight] = [0, 0];
    }
    this.#slots.add(value, hour);
  }

  write(out: ByteWriter): void {
    out.float64(this.#error);
    out.float64(this.#weight);
    this.#slots.write(out);
  }

  read(input: ByteReader): void {
    this.#error = input.float64();
    this.#weight = input.float64();
    this.#slots.read(input);
  }

  maxBytes(): number {
    return 16 + this.#slots.maxBytes();
  }
}
