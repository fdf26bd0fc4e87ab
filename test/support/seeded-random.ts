export interface SeededRandom {
  /** In [0, 1). */
  next(): number;
  /** A whole number from 0 to one less than `below`. */
  whole(below: number): number;
  chance(share: number): boolean;
}

/** The same numbers for the same seed: xorshift. */
export function seededRandom(seed: number): SeededRandom {
  let state = (seed * 2654435761) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
  return { next, whole: (below) => Math.floor(next() * below), chance: (share) => next() < share };
}
