import { Random } from '../../generate/random.ts';

/** The chance that made-up series are drawn with: the same seed, the same series. */
export class Noise {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.#random.fraction();
  }

  happens(chance: number): boolean {
    return this.#random.fraction() < chance;
  }

  /** Of mean 0 and deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random.fraction())) * Math.cos(2 * Math.PI * this.#random.fraction());
  }

  /** At least 1; more than x with a chance of x^-shape: bursts, most of them small. */
  pareto(shape: number): number {
    return (1 - this.#random.fraction()) ** (-1 / shape);
  }

  /** A count of some mean, with a variance of `mean + spread × mean²`; normal where the mean is large. */
  count(mean: number, spread: number): number {
    const rate = mean * Math.exp(Math.sqrt(Math.log(1 + spread)) * this.normal() - Math.log(1 + spread) / 2);
    if (rate > 30) return Math.max(0, Math.round(rate + Math.sqrt(rate) * this.normal()));
    const limit = Math.exp(-rate);
    let product = this.#random.fraction();
    let count = 0;
    for (; product > limit; count++) product *= this.#random.fraction();
    return count;
  }

  /** Wanders around 0 with a deviation, and forgets where it was over so many rows. */
  wandering(deviation: number, rows: number): () => number {
    const kept = Math.exp(-1 / rows);
    const step = deviation * Math.sqrt(1 - kept ** 2);
    let at = deviation * this.normal();
    return () => {
      at = kept * at + step * this.normal();
      return at;
    };
  }
}
