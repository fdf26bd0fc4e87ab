import type { TextDictionary } from '../../columns/event-columns.ts';

/** Texts and bytes of a dictionary at most. */
const MAX_TEXTS = 65_536;
const MAX_WORDS = 1024 * 1024;
/** Places of the hash table for each text that there is room for, at least: so that a search ends soon. */
const SPARSE = 2;
/** Words of a place. */
const PLACE = 4;

/**
 * The texts of a column, each once, found by a hash of their bytes. Each text lies on whole words of four bytes with zeros behind,
 * so that two texts are compared word by word.
 *
 * Whoever sends events chooses the texts, so the hash is keyed: HalfSipHash-1-3, which the Linux kernel has in its hash tables for
 * the same reason (https://www.aumasson.jp/siphash/). With a hash that everybody can compute, texts of one hash make each search
 * as long as there are texts.
 */
export class Texts implements TextDictionary {
  size = 0;
  bytes: Uint8Array;
  #words = new Int32Array(4096);
  #usedWords = 0;
  #starts = new Int32Array(256);
  #ends = new Int32Array(256);
  /** Of each place four words that lie together: code and one (0 is a free place), hash, start in words, and length. */
  #table = new Int32Array(512 * PLACE);
  #mask = 511;
  readonly #texts: string[] = [];

  constructor() {
    this.bytes = new Uint8Array(this.#words.buffer);
  }

  /** No further text of so many bytes fits. */
  isFullFor(bytes: number): boolean {
    return this.size >= MAX_TEXTS || (this.#usedWords > 0 && this.#usedWords + (bytes >> 2) + 1 > MAX_WORDS);
  }

  text(code: number): string {
    const known = this.#texts[code];
    if (known !== undefined) return known;
    const from = this.start(code);
    const text = Buffer.from(this.bytes.buffer, from, this.end(code) - from).toString('utf8');
    // Not in the order of codes: an array with holes would be a slow one.
    while (this.#texts.length < code) this.#texts.push(undefined as unknown as string);
    this.#texts[code] = text;
    return text;
  }

  start(code: number): number {
    return this.#starts[code] as number;
  }

  end(code: number): number {
    return this.#ends[code] as number;
  }

  /** The code of the text with a hash that lies in a block; −1 where there is none. */
  find(hash: number, view: DataView, from: number, to: number): number {
    const table = this.#table;
    for (let place = hash & this.#mask; ; place = (place + 1) & this.#mask) {
      const at = place * PLACE;
      const code = table[at] as number;
      if (code === 0) return -1;
      if (table[at + 1] !== hash || table[at + 3] !== to - from) continue;
      if (this.#isAt(table[at + 2] as number, view, from, to)) return code - 1;
    }
  }

  /** The code of a text that is not here yet. */
  add(hash: number, view: DataView, from: number, to: number): number {
    const code = this.size;
    if (code === this.#starts.length) this.#growCodes();
    const start = this.#usedWords;
    const length = to - from;
    const words = (length + 3) >> 2;
    if (start + words > this.#words.length) this.#growWords(start + words);
    for (let i = 0; i < words; i++) {
      const left = length - i * 4;
      const word = view.getInt32(from + i * 4, true);
      this.#words[start + i] = left >= 4 ? word : word & ((1 << (left * 8)) - 1);
    }
    this.#usedWords = start + words;
    this.#starts[code] = start * 4;
    this.#ends[code] = start * 4 + length;
    this.#place(code, hash);
    this.size = code + 1;
    return code;
  }

  #isAt(start: number, view: DataView, from: number, to: number): boolean {
    const words = this.#words;
    const whole = to - 3;
    let word = start;
    let at = from;
    for (; at < whole; at += 4) if (view.getInt32(at, true) !== words[word++]) return false;
    return at === to || (view.getInt32(at, true) & ((1 << ((to - at) * 8)) - 1)) === words[word];
  }

  #place(code: number, hash: number): void {
    let place = hash & this.#mask;
    while (this.#table[place * PLACE] !== 0) place = (place + 1) & this.#mask;
    const at = place * PLACE;
    const start = this.#starts[code] as number;
    this.#table[at] = code + 1;
    this.#table[at + 1] = hash;
    this.#table[at + 2] = start >> 2;
    this.#table[at + 3] = (this.#ends[code] as number) - start;
  }

  #growCodes(): void {
    const length = this.#starts.length * 2;
    this.#starts = grown(this.#starts, length);
    this.#ends = grown(this.#ends, length);
    const before = this.#table;
    this.#mask = length * SPARSE - 1;
    this.#table = new Int32Array(length * SPARSE * PLACE);
    for (let at = 0; at < before.length; at += PLACE) {
      const code = before[at] as number;
      if (code !== 0) this.#place(code - 1, before[at + 1] as number);
    }
  }

  #growWords(least: number): void {
    this.#words = grown(this.#words, Math.max(least, this.#words.length * 2));
    this.bytes = new Uint8Array(this.#words.buffer);
  }
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** The last word: the bytes that are left, up to three, and the length of all. */
export function tail(word: number, left: number, length: number): number {
  return (word & ((1 << (left * 8)) - 1)) | (length << 24);
}

/** The last three rounds of HalfSipHash-1-3; `TextReader` has the others. */
export function finishHash(a: number, b: number, c: number, d: number): number {
  let v0 = a;
  let v1 = b;
  let v2 = c ^ 0xff;
  let v3 = d;
  for (let round = 0; round < 3; round++) {
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
  }
  return v1 ^ v3;
}
