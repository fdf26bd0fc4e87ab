import type { HashKey } from './hash-key.ts';

/** Rounds that finish a hash. */
const LAST_ROUNDS = 3;

/**
 * HalfSipHash-1-3 of bytes: one round for each word, three at the end. The Linux kernel has it in its hash tables
 * against texts that are chosen to collide (https://www.aumasson.jp/siphash/). Behind the bytes, up to four more are read.
 */
export function keyedHash(view: DataView, from: number, to: number, [k0, k1]: HashKey): number {
  let v0 = k0;
  let v1 = k1;
  let v2 = v0 ^ 0x6c796765;
  let v3 = v1 ^ 0x74656462;
  const words = ((to - from) >> 2) + 1;
  for (let n = 0; n < words + LAST_ROUNDS; n++) {
    const word = n < words ? wordAt(view, from, to, n) : 0;
    if (n === words) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}

/** The last word has the bytes that are left, up to three, and the length of all. */
function wordAt(view: DataView, from: number, to: number, n: number): number {
  const at = from + n * 4;
  const word = view.getInt32(at, true);
  return at + 4 <= to ? word : (word & ((1 << ((to - at) * 8)) - 1)) | ((to - from) << 24);
}
