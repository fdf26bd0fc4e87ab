import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';

/** What a detector says of one value, in the light of those before it and of none after it. */
export interface Verdict {
  /** From 0, as usual, to 1: one less the probability of a value at least as unusual, as far as the detector can tell. */
  readonly score: number;
  readonly isAnomaly: boolean;
  /** What was to be expected before the value was there; null while nothing is known. */
  readonly expected: number | null;
  /** Where values were to be expected: about 99 % lie from `lower` to `upper`. Null while nothing is known. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why it is an anomaly, in words; null where it is none. */
  readonly reason: string | null;
}

/**
 * Watches one series of numbers, in order. It has no clock and no chance: the same values at the same times give the same
 * verdicts to the last bit, and a detector that was written and read goes on as the one that was not.
 *
 * @example
 * const detector = zScoreDetector.create({ rows: 10, threshold: 2 });
 * detector.step(12, Date.UTC(2026, 0, 1));   // { score: 0, isAnomaly: false, expected: null, … }
 */
export interface Detector {
  /** Judges a value, and only then learns from it. `atMs`: when the value's window starts. */
  step(value: number, atMs: number): Verdict;
  /** So many values are missing before the next one. */
  skip(count: number): void;
  write(out: ByteWriter): void;
  /** Goes on where the detector stood that wrote this. Only a new one with the same parameters reads. */
  read(input: ByteReader): void;
}

/** One way to detect: all that the rest of the engine needs to know of it. `P` are its parameters, as data. */
export interface DetectorKind<P> {
  readonly kind: string;
  /** Raised where the same values and parameters give another verdict or another state. */
  readonly version: number;
  create(parameters: P): Detector;
  /** What `write` writes at most. */
  maxStateBytes(parameters: P): number;
  /** The detector as a person says it. */
  words(parameters: P, operand: string): string;
}

/** Of a value about which nothing is known yet. */
export const UNKNOWN: Verdict = {
  score: 0,
  isAnomaly: false,
  expected: null,
  lower: null,
  upper: null,
  reason: null,
};
