import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Detector, DetectorKind, Verdict } from '../detector.ts';
import { Baseline, type Expectation } from './baseline.ts';
import { probabilityOf, reportedScore, thresholdOf } from './calibration.ts';
import { Digest } from './digest.ts';
import { Novelty } from './novelty.ts';
import { SeasonPart } from './parts/season.ts';
import { type Kilobytes, PartsSum, WEIGHTS, type Weights } from './parts-sum.ts';
import { type Facts, reasonOf } from './reason.ts';

export type AutoParameters = {
  /** From 0, almost silent, to 1: 0.5 is about one alarm in 1,600 usual rows. */
  readonly sensitivity: number;
  /** Kilobytes of state a series at most. */
  readonly memory: Kilobytes;
  /** Rows before the first alarm. */
  readonly warmUp: number;
};

/** Beyond this, distances leave the range of 32-bit floats, in which memories are kept. */
const FARTHEST = 1e30;
/** While few rows are known, as much evidence is needed more. */
const [YOUNG_ROWS, YOUNG_PENALTY] = [150, 4];

/**
 * Eight ways of being unusual, summed up: values never seen, between those seen, too quiet, a moved level, unusual for the
 * time of day, and courses of values that were never there. Each gives a surprise against its own past; evidence leaks over
 * some rows, so that parts which see the same thing at different rows add up; what repeats becomes usual.
 */
export const autoDetector: DetectorKind<AutoParameters> = {
  kind: 'anomaly',
  version: 1,
  create: (parameters) => new Auto(parameters),
  maxStateBytes: (parameters) => new Auto(parameters).maxBytes(),
  words: ({ sensitivity }, operand) =>
    `anomalies of ${operand}${sensitivity === 0.5 ? '' : `, sensitivity ${sensitivity}`}`,
};

/** The same with other weights of its parts: to learn what each of them is worth. */
export function autoWith(parameters: AutoParameters, weights: Weights): Detector {
  return new Auto(parameters, weights);
}

class Auto implements Detector {
  readonly #threshold: number;
  readonly #warmUp: number;
  #row = 0;
  /** The series' first value, and the first distance from it: all else is kept in units of these. */
  #origin = 0;
  #unit = 0;
  readonly #digest = new Digest();
  readonly #season = new SeasonPart();
  readonly #parts: PartsSum;
  readonly #novelty = new Novelty();
  readonly #baseline = new Baseline();

  constructor({ sensitivity, memory, warmUp }: AutoParameters, weights: Weights = WEIGHTS) {
    this.#threshold = thresholdOf(sensitivity);
    this.#warmUp = warmUp;
    this.#parts = new PartsSum(memory, this.#season, weights);
  }

  step(value: number, atMs: number): Verdict {
    const index = this.#row++;
    if (index === 0) this.#origin = value;
    if (this.#unit === 0 && value !== this.#origin) this.#unit = Math.abs(value - this.#origin);
    const x = this.#unit === 0 ? 0 : Math.max(-FARTHEST, Math.min(FARTHEST, (value - this.#origin) / this.#unit));
    const seasonal = this.#season.expected();
    const expectation = this.#baseline.expect(seasonal);
    this.#baseline.learn(x, seasonal);
    this.#digest.add(x);
    const scale = this.#digest.quantile(0.99) - this.#digest.quantile(0.01);
    const evidence = this.#parts.step({ index, x, scale, atMs, digest: this.#digest });
    const { score, isRecord } = this.#novelty.step(evidence);
    const penalty = YOUNG_PENALTY * Math.max(0, 1 - index / YOUNG_ROWS);
    const reported = index < this.#warmUp ? 0 : reportedScore(score - penalty, isRecord);
    return this.#verdict(value, atMs, reported, expectation);
  }

  #verdict(value: number, atMs: number, score: number, expectation: Expectation | null): Verdict {
    const isAnomaly = score >= this.#threshold;
    const expected = expectation === null ? null : this.#back(expectation.expected);
    const lower = expectation === null ? null : this.#back(expectation.lower);
    const upper = expectation === null ? null : this.#back(expectation.upper);
    const reason = isAnomaly ? this.#reason({ value, atMs, lower, upper }, expectation) : null;
    return { score: 1 - probabilityOf(score), isAnomaly, expected, lower, upper, reason };
  }

  /** In the series' own unit. */
  #back(x: number): number {
    return this.#origin + x * this.#unit;
  }

  #reason(facts: Pick<Facts, 'value' | 'atMs' | 'lower' | 'upper'>, expectation: Expectation | null): string {
    const isKnown = expectation !== null && expectation.sigma !== 0;
    return reasonOf({
      ...facts,
      sigmas: isKnown ? (facts.value - this.#back(expectation.expected)) / (expectation.sigma * this.#unit) : null,
      isSeasonal: expectation?.isSeasonal ?? false,
      part: this.#parts.loudest(),
    });
  }

  skip(count: number): void {
    this.#season.skip(count);
  }

  write(out: ByteWriter): void {
    out.varint(this.#row);
    out.float64(this.#origin);
    out.float64(this.#unit);
    for (const part of this.#all()) part.write(out);
  }

  read(input: ByteReader): void {
    this.#row = input.varint();
    this.#origin = input.float64();
    this.#unit = input.float64();
    for (const part of this.#all()) part.read(input);
  }

  maxBytes(): number {
    return (
      7 +
      16 +
      Digest.MAX_BYTES +
      this.#season.maxBytes() +
      this.#parts.maxBytes() +
      Novelty.MAX_BYTES +
      Baseline.MAX_BYTES
    );
  }

  #all() {
    return [this.#digest, this.#season, this.#parts, this.#novelty, this.#baseline] as const;
  }
}
