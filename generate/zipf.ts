import type { Random } from './random.ts';

/**
 * Ranks by the Zipf–Mandelbrot law: rank k (from 0) is drawn with a weight of 1 / (k + 1 + flatness). Few pages get
 * most views, and many get a few. It only divides and adds, so the table is the same on every machine.
 */
export class Zipf {
  readonly #cumulative: Float64Array;

  constructor(ranks: number, flatness = 0) {
    this.#cumulative = new Float64Array(ranks);
    let total = 0;
    for (let rank = 0; rank < ranks; rank++) {
      total += 1 / (rank + 1 + flatness);
      this.#cumulative[rank] = total;
    }
  }

  draw(random: Random): number {
    const last = this.#cumulative.length - 1;
    const target = random.fraction() * (this.#cumulative[last] as number);
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cumulative[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
