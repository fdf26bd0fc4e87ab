import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { type Detector, type DetectorKind, UNKNOWN, type Verdict } from './detector.ts';
import { sigmaVerdict } from './sigma-verdict.ts';

export type EwmaParameters = {
  /** The weight of the newest value: the one before it has (1 − alpha) of it, and so on. */
  readonly alpha: number;
  readonly threshold: number;
};

const FEWEST = 5;

/**
 * How far a value is from the exponentially weighted mean of those before it, in exponentially weighted standard
 * deviations (T. Finch, "Incremental calculation of weighted mean and variance", 2009). Both follow a slow drift.
 */
export const ewmaDetector: DetectorKind<EwmaParameters> = {
  kind: 'ewma',
  version: 1,
  create: (parameters) => new Ewma(parameters),
  maxStateBytes: () => 7 + 16,
  words: ({ alpha, threshold }, operand) => `${operand} beyond ${threshold} σ of its moving mean, alpha ${alpha}`,
};

class Ewma implements Detector {
  readonly #parameters: EwmaParameters;
  #count = 0;
  #mean = 0;
  #variance = 0;

  constructor(parameters: EwmaParameters) {
    this.#parameters = parameters;
  }

  step(value: number): Verdict {
    const verdict = this.#judge(value);
    this.#learn(value);
    return verdict;
  }

  #judge(value: number): Verdict {
    if (this.#count < FEWEST) return UNKNOWN;
    const { alpha, threshold } = this.#parameters;
    // So many values would know as much: the sum of the weights squared is alpha / (2 − alpha).
    const known = Math.min(this.#count, (2 - alpha) / alpha);
    const isLong = this.#count >= 2 / alpha;
    const spread = {
      middle: this.#mean,
      sigma: Math.sqrt(this.#variance),
      openness: 1 / known,
      degrees: known - 1,
      isLong,
    };
    return sigmaVerdict(value, spread, threshold);
  }

  /** The first values weigh the same, until the newest would weigh less than alpha. */
  #learn(value: number): void {
    const alpha = Math.max(this.#parameters.alpha, 1 / (this.#count + 1));
    const off = value - this.#mean;
    this.#mean += alpha * off;
    this.#variance = (1 - alpha) * (this.#variance + alpha * off * off);
    this.#count++;
    // Squares beyond all numbers would stay so for ever: it starts over.
    if (!Number.isFinite(this.#variance)) [this.#count, this.#mean, this.#variance] = [0, 0, 0];
  }

  skip(): void {}

  write(out: ByteWriter): void {
    out.varint(this.#count);
    out.float64(this.#mean);
    out.float64(this.#variance);
  }

  read(input: ByteReader): void {
    this.#count = input.varint();
    this.#mean = input.float64();
    this.#variance = input.float64();
  }
}
