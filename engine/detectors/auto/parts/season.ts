import type { ByteReader } from '../../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import type { Digest } from '../digest.ts';
import { Season } from '../season.ts';

/** Rows by which the series' cadence is told: the median of the steps between them. */
const CADENCE_ROWS = 50;
const DAY_MS = 86_400_000;

/** Unusual for the time of day: blocks of a day, and runs of them. It begins when the cadence is known. */
export class SeasonPart {
  #season: Season | null = null;
  #lastMs = 0;
  #steps: number[] = [];
  #values: number[] = [];
  /** The surprise at the run of blocks that the last row ended. */
  run = 0;

  /** The surprise at the block that a row ends. `digest` is of all values so far, this one included. */
  step(x: number, atMs: number, digest: Digest): number {
    this.run = 0;
    if (this.#season === null) {
      this.#learnCadence(x, atMs, digest);
      return 0;
    }
    this.#season.step(x, digest);
    this.run = this.#season.run;
    return this.#season.level;
  }

  /** What is usual for the next row, by the days before. */
  expected(): number | null {
    return this.#season?.expected() ?? null;
  }

  skip(count: number): void {
    this.#season?.skip(count);
  }

  #learnCadence(x: number, atMs: number, digest: Digest): void {
    if (this.#values.length > 0) this.#steps.push(atMs - this.#lastMs);
    this.#lastMs = atMs;
    this.#values.push(x);
    if (this.#values.length <= CADENCE_ROWS) return;
    const sorted = this.#steps.sort((a, b) => a - b);
    const cadenceMs = sorted[sorted.length >> 1] as number;
    this.#season = new Season(cadenceMs > 0 ? DAY_MS / cadenceMs : DAY_MS);
    for (const value of this.#values) this.#season.step(value, digest);
    this.#values = [];
    this.#steps = [];
  }

  /** Whether the cadence is known; then the season, else the last time and each value with the step before it. */
  write(out: ByteWriter): void {
    out.byte(this.#season === null ? 0 : 1);
    if (this.#season !== null) {
      this.#season.write(out);
      return;
    }
    out.float64(this.#lastMs);
    out.varint(this.#values.length);
    for (const value of this.#values) out.float64(value);
    for (const step of this.#steps) out.float64(step);
  }

  read(input: ByteReader): void {
    if (input.byte() === 1) {
      this.#season = new Season(1);
      this.#season.read(input);
      return;
    }
    this.#lastMs = input.float64();
    const count = input.count();
    this.#values = Array.from({ length: count }, () => input.float64());
    this.#steps = Array.from({ length: Math.max(0, count - 1) }, () => input.float64());
  }

  maxBytes(): number {
    return 1 + Math.max(Season.maxBytes(), 10 + 2 * CADENCE_ROWS * 8);
  }
}
