import { randomFillSync } from 'node:crypto';
import type { HashKey } from '../engine/hash/hash-key.ts';

/** A key that nobody who sends events knows, made anew for each process. */
export function randomHashKey(): HashKey {
  // `getRandomValues` loads all of Web Crypto.
  const [first, second] = randomFillSync(new Int32Array(2)) as Int32Array & [number, number];
  return [first, second];
}
