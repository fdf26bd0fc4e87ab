import { BugError } from '../engine/ir/bug-error.ts';
/**
 * Pseudo-random numbers that are the same everywhere for the same seed, which `Math.random` cannot promise.
 *
 * The generator is sfc32 ("small fast counting", Chris Doty-Humphrey, PractRand): three words of state and a counter,
 * so that no seed has a period below 2^32. The state comes from the seed by the finalizer of MurmurHash3 over a Weyl
 * sequence (the 32-bit kin of SplitMix64), which spreads neighbouring seeds far apart. For test data, not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed a whole number from 0 to 2^53 − 1. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new BugError(`The seed is ${seed}, and must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
    }
    const low = seed >>> 0;
    const high = Math.floor(seed / 2 ** 32);
    this.#a = mix(low);
    this.#b = mix(low + GOLDEN_GAMMA) ^ mix(high);
    this.#c = mix(low + 2 * GOLDEN_GAMMA) ^ mix(high + GOLDEN_GAMMA);
    // The first outputs still show the seed.
    for (let i = 0; i < 16; i++) this.uint32();
  }

  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** At least 0 and below 1, in steps of 2^−32. */
  fraction(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number from 0 to `bound` − 1. Not exactly even, by less than `bound` / 2^32. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new BugError('There is nothing to pick from.');
    return item;
  }

  /** Time to the next event of a memoryless process with this mean. */
  exponential(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean;
  }
}

const GOLDEN_GAMMA = 0x9e3779b9;

function mix(word: number): number {
  let x = (word + GOLDEN_GAMMA) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
