import { getRandomValues } from 'node:crypto';
import type { HashKey } from '../engine/hash/hash-key.ts';

/** A key that nobody who sends events knows, made anew for each process. */
export function randomHashKey(): HashKey {
  const [first, second] = getRandomValues(new Int32Array(2)) as Int32Array & [number, number];
  return [first, second];
}
