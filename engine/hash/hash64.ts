/**
 * 64-bit hashes of text and numbers, for sketches and routing. Not for secrets, and not safe against an adversary.
 *
 * Stored state depends on them (HyperLogLog registers, the bucket of a group): changing any constant below would break
 * stored sketches. Tests pin values.
 *
 * Design: two 32-bit lanes take in two UTF-16 units at a time by xor, multiplication and a shift right. Each step is a
 * bijection of a lane for a given input and of the input for a given lane, so texts that differ in one word never
 * collide, and texts that differ in more must cancel out in both lanes, whose constants and shifts differ. At the end
 * the length goes in (so that "a" and "a\0" differ) and the lanes are mixed with each other, as either lane alone is
 * weak.
 */
export interface Hash64 {
  /** Signed 32 bits: small enough that V8 stores them in place and a hash allocates nothing. */
  high: number;
  low: number;
}

const { imul } = Math;

const SEED_A = 0x3c6ef372;
const SEED_B = 0x5be0cd19;
/** A number's own seeds: the number 1 and the text "\0…" of the same bits are other values. */
const NUMBER_SEED_A = 0x1f83d9ab;
const NUMBER_SEED_B = 0x510e527f;
const MULTIPLY_A = 0x9e3779b1;
const MULTIPLY_B = 0x85ebca77;

/** Writes the hash of a text to `out`. */
export function hashText(text: string, out: Hash64): void {
  const { length } = text;
  const paired = length & ~1;
  let a = SEED_A;
  let b = SEED_B;
  for (let i = 0; i < paired; i += 2) {
    const word = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
    a = imul(a ^ word, MULTIPLY_A);
    b = imul(b ^ word, MULTIPLY_B);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  if (paired !== length) {
    const word = text.charCodeAt(paired);
    a = imul(a ^ word, MULTIPLY_A);
    b = imul(b ^ word, MULTIPLY_B);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  finish(a ^ length, b, out);
}

/**
 * The same of a text that lies in bytes of ASCII, without making it. False where the bytes are others. Behind them, up to three
 * more are read.
 */
export function hashAscii(view: DataView, from: number, to: number, out: Hash64): boolean {
  let a = SEED_A;
  let b = SEED_B;
  let at = from;
  let others = 0;
  for (; at + 4 <= to; at += 4) {
    const four = view.getInt32(at, true);
    others |= four;
    const first = (four & 0xff) | ((four << 8) & 0xff0000);
    a = imul(a ^ first, MULTIPLY_A);
    b = imul(b ^ first, MULTIPLY_B);
    a ^= a >>> 15;
    b ^= b >>> 13;
    const second = ((four >>> 16) & 0xff) | ((four >>> 8) & 0xff0000);
    a = imul(a ^ second, MULTIPLY_A);
    b = imul(b ^ second, MULTIPLY_B);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  const left = at === to ? 0 : view.getInt32(at, true) & ((1 << ((to - at) * 8)) - 1);
  others |= left;
  if ((others & 0x80808080) !== 0) return false;
  for (let units = to - at, word = left; units > 0; units -= 2, word >>>= 16) {
    const pair = (word & 0xff) | ((word << 8) & 0xff0000);
    a = imul(a ^ pair, MULTIPLY_A);
    b = imul(b ^ pair, MULTIPLY_B);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  finish(a ^ (to - from), b, out);
  return true;
}

/** Writes the hash of a number to `out`: of its 64 bits, with -0 taken as 0. */
export function hashNumber(value: number, out: Hash64): void {
  bits.setFloat64(0, value + 0);
  const high = bits.getInt32(0);
  const low = bits.getInt32(4);
  let a = imul(NUMBER_SEED_A ^ high, MULTIPLY_A);
  let b = imul(NUMBER_SEED_B ^ high, MULTIPLY_B);
  a = imul(a ^ (a >>> 15) ^ low, MULTIPLY_A);
  b = imul(b ^ (b >>> 13) ^ low, MULTIPLY_B);
  finish(a ^ (a >>> 15), b ^ (b >>> 13), out);
}

/** 32 bits of a text's hash, unsigned: which bucket a group belongs to. */
export function hash32(text: string): number {
  hashText(text, scratch);
  // Both halves count, so that a bucket says nothing of the register that a sketch picks by the high half.
  return (scratch.high ^ imul(scratch.low, MULTIPLY_A)) >>> 0;
}

/** Mixes the lanes until each bit of the result depends on each bit of both. */
function finish(laneA: number, laneB: number, out: Hash64): void {
  let a = laneA;
  let b = laneB;
  a ^= b >>> 16;
  a = imul(a, 0x21f0aaad);
  b ^= a >>> 15;
  b = imul(b, 0x735a2d97);
  a ^= (b >>> 15) ^ b;
  a = imul(a, 0xc2b2ae35);
  b ^= (a >>> 16) ^ a;
  b = imul(b, 0x27d4eb2f);
  out.high = a ^ (a >>> 15) ^ b;
  out.low = b ^ (b >>> 16);
}

const bits = new DataView(new ArrayBuffer(8));
const scratch: Hash64 = { high: 0, low: 0 };
