/** Where every choice of a simulation comes from. */
export interface Choices {
  /** A whole number from 0 to below `n`. */
  below(n: number): number;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
}

/** The same choices for the same seed: xorshift128, seeded through splitmix32. */
export class SeededChoices implements Choices {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    let x = seed >>> 0;
    this.#state = Uint32Array.from({ length: 4 }, () => {
      x = (x + 0x9e3779b9) >>> 0;
      let z = x;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    });
  }

  below(n: number): number {
    const s = this.#state;
    let t = s[3] as number;
    const first = s[0] as number;
    s[3] = s[2] as number;
    s[2] = s[1] as number;
    s[1] = first;
    t ^= t << 11;
    t ^= t >>> 8;
    s[0] = t ^ first ^ (first >>> 19);
    return Math.floor(((s[0] as number) / 2 ** 32) * n);
  }

  chance(percent: number): boolean {
    return this.below(1000) < percent * 10;
  }
}

/** What a simulation asks of its choices. */
export class Random {
  readonly #choices: Choices;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  below(n: number): number {
    return n <= 1 ? 0 : this.#choices.below(n);
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True in `percent` of a hundred cases. Asks for no choice where that is 0. */
  chance(percent: number): boolean {
    return percent > 0 && this.#choices.chance(percent);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}
