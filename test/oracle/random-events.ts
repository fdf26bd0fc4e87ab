/** A small generator of random numbers (mulberry32): the same seed gives the same events everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

export interface Timeline {
  readonly events: number;
  readonly startMs: number;
  readonly endMs: number;
  /** An event is at most this much earlier than the latest one before it. */
  readonly disorderMs: number;
  /** Some events are exactly at a multiple of this, or 1 ms before or after. */
  readonly edgeMs: number;
}

/** Event times that go on, with disorder, and with many at the edges of windows. */
export function eventTimes(random: Random, { events, startMs, endMs, disorderMs, edgeMs }: Timeline): number[] {
  return Array.from({ length: events }, (_, index) => {
    const latest = startMs + Math.floor(((endMs - startMs) * index) / events);
    const time = latest - random.below(disorderMs);
    if (!random.chance(0.2)) return time;
    const edge = Math.floor(time / edgeMs) * edgeMs + random.pick([-1, 0, 0, 1]);
    return edge > latest - disorderMs && edge <= latest ? edge : time;
  });
}

export const PAGES = [
  '/',
  '/index.html?utm=1',
  '/Index.html',
  'https://example.com',
  'https://example.com/a/b#top',
  '/café',
  '/cafe\u0301',
  '/\uff5e',
  '/😀?x=1',
  '/\u{10ffff}',
  '',
  "/it's",
  '/a"b\\c',
  '/tab\tand\nline',
] as const satisfies readonly [string, ...string[]];
