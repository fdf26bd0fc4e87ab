import type { Digest } from './digest.ts';

/** Beyond these shares of the values the axis is bent. */
const [LOW, HIGH] = [0.05, 0.95];

/**
 * An axis for a series' values that is straight where most of them lie, and logarithmic far outside: so that the difference
 * of two bursts is no more surprising than that of two usual values.
 */
export class Axis {
  #middle = 0;
  #spread = 0;

  /** By the values so far; false while all are one. */
  fit(digest: Digest): boolean {
    this.#middle = digest.quantile(0.5);
    this.#spread = digest.quantile(HIGH) - digest.quantile(LOW);
    if (!(this.#spread > 0)) this.#spread = digest.quantile(0.99) - digest.quantile(0.01);
    return this.#spread > 0;
  }

  at(x: number): number {
    return Math.asinh((x - this.#middle) / this.#spread);
  }
}
