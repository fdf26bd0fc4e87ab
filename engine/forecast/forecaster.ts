import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';

/** What is expected of one row to come: about 95 of 100 lie from `lower` to `upper`. */
export interface Point {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Learns one series of numbers in order, and says how it goes on. It has no clock and no chance, and one that was written
 * and read goes on as the one that was not.
 */
export interface Forecaster {
  learn(value: number): void;
  /** So many rows have no number: they count as what was expected of them, so that seasons stay in step. */
  skip(count: number): void;
  /** The next rows, the nearest first; null while too little is known, or where they would be no finite numbers. */
  forecast(horizon: number): readonly Point[] | null;
  write(out: ByteWriter): void;
  read(input: ByteReader): void;
  /** What `write` writes at most. */
  maxBytes(): number;
}

/** Standard deviations to either side of a normal variable's mean that hold 95 % of it. */
export const Z95 = 1.959_963_985;

/** The points, or null if a number in them is not finite. */
export function finitePoints(points: readonly Point[]): readonly Point[] | null {
  const numbers = points.flatMap(({ value, lower, upper }) => [value, lower, upper]);
  return numbers.every(Number.isFinite) ? points : null;
}
