import { randomBytes } from 'node:crypto';

/**
 * HalfSipHash-1-3 of bytes, with a key of this process: 64 bits in two halves. Groups are named by whoever sends events, and
 * without the key nobody can make up names that fall together.
 */
export class KeyedHash {
  high = 0;
  low = 0;
  readonly #key: readonly [number, number];

  constructor(key: Uint8Array = randomBytes(8)) {
    const view = new DataView(key.buffer, key.byteOffset);
    this.#key = [view.getInt32(0), view.getInt32(4)];
  }

  /** Leaves the hash of `bytes` from `from` to `to` in `high` and `low`. */
  of(bytes: Uint8Array, from: number, to: number): void {
    const [k0, k1] = this.#key;
    let [v0, v1, v2, v3] = [k0, k1 ^ 0xee, 0x6c796765 ^ k0, 0x74656462 ^ k1];
    const round = () => {
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
    };
    const whole = from + ((to - from) & ~3);
    let at = from;
    for (; at < whole; at += 4) {
      const word =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
      v3 ^= word;
      round();
      v0 ^= word;
    }
    let last = (to - from) << 24;
    for (let shift = 0; at < to; at++, shift += 8) last |= (bytes[at] as number) << shift;
    v3 ^= last;
    round();
    v0 ^= last;
    v2 ^= 0xee;
    round();
    round();
    round();
    this.high = v1 ^ v3;
    v1 ^= 0xdd;
    round();
    round();
    round();
    this.low = v1 ^ v3;
  }
}
