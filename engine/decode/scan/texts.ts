import type { TextDictionary } from '../../columns/event-columns.ts';

/** Texts and bytes of a dictionary at most. */
const MAX_TEXTS = 65_536;
const MAX_WORDS = 1024 * 1024;
/** Places of the hash table for each text that there is room for, at least: so that a search ends soon. */
const SPARSE = 2;
/** Places that a search goes through where the table is half full, at most: of 65,536 random hashes, some 60. */
const LONGEST_SEARCH = 128;

/** What a dictionary has room for before it grows. */
export interface TextsRoom {
  /** A power of two. */
  readonly texts: number;
  readonly words: number;
}

const LITTLE_ROOM: TextsRoom = { texts: 256, words: 4096 };

/**
 * The texts of a column, each once, found by a hash of their bytes. A text lies on whole words of four bytes with zeros behind, so
 * that two are compared word by word, and behind its code and its length, so that a search that finds it reads one place of memory
 * beside the table's.
 */
export class Texts implements TextDictionary {
  size = 0;
  bytes: Uint8Array;
  /** So many texts came to one place that their hashes were chosen. */
  isCrowded = false;
  #words: Int32Array<ArrayBuffer>;
  /** No text begins at 0, which stands for none. */
  #usedWords = 1;
  /** By code: the first word of its text. */
  #starts: Int32Array;
  /** Of each place two words: hash, and where the text begins. */
  #table: Int32Array;
  #mask: number;
  readonly #texts: string[] = [];

  constructor({ texts, words }: TextsRoom = LITTLE_ROOM) {
    this.#words = new Int32Array(words);
    this.bytes = new Uint8Array(this.#words.buffer);
    this.#starts = new Int32Array(texts);
    this.#table = new Int32Array(texts * SPARSE * 2);
    this.#mask = texts * SPARSE - 1;
  }

  /** What there is room for. */
  get room(): TextsRoom {
    return { texts: this.#starts.length, words: this.#words.length };
  }

  /** From 0 to 1, which is full. */
  get fill(): number {
    return Math.max(this.size / MAX_TEXTS, this.#usedWords / MAX_WORDS);
  }

  /** No further text of so many bytes fits. */
  isFullFor(bytes: number): boolean {
    return this.size >= MAX_TEXTS || (this.size > 0 && this.#usedWords + (bytes >> 2) + 3 > MAX_WORDS);
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
    return (this.#starts[code] as number) * 4;
  }

  end(code: number): number {
    const start = this.#starts[code] as number;
    return start * 4 + (this.#words[start - 1] as number);
  }

  /** The code of the text with a hash that lies in a block; −1 where there is none. */
  find(hash: number, view: DataView, from: number, to: number): number {
    const table = this.#table;
    const words = this.#words;
    const mask = this.#mask;
    const length = to - from;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const start = table[place * 2 + 1] as number;
      if (start === 0) return -1;
      if (table[place * 2] !== hash || words[start - 1] !== length) continue;
      const whole = to - 3;
      let at = from;
      let word = start;
      while (at < whole && view.getInt32(at, true) === words[word]) {
        at += 4;
        word++;
      }
      if (at < whole) continue;
      if (at === to || (view.getInt32(at, true) & ((1 << ((to - at) * 8)) - 1)) === words[word]) {
        return words[start - 2] as number;
      }
    }
  }

  /** The code of a text that is not here yet. */
  add(hash: number, view: DataView, from: number, to: number): number {
    const code = this.size;
    if (code === this.#starts.length) this.#growCodes();
    const length = to - from;
    const start = this.#usedWords + 2;
    const end = start + ((length + 3) >> 2);
    if (end > this.#words.length) this.#growWords(end);
    this.#words[start - 2] = code;
    this.#words[start - 1] = length;
    for (let word = start, at = from; word < end; word++, at += 4) {
      const value = view.getInt32(at, true);
      this.#words[word] = to - at >= 4 ? value : value & ((1 << ((to - at) * 8)) - 1);
    }
    this.#usedWords = end;
    this.#starts[code] = start;
    this.#place(start, hash);
    this.size = code + 1;
    return code;
  }

  #place(start: number, hash: number): void {
    const table = this.#table;
    let place = hash & this.#mask;
    let searched = 0;
    for (; table[place * 2 + 1] !== 0; place = (place + 1) & this.#mask) searched++;
    if (searched > LONGEST_SEARCH) this.isCrowded = true;
    table[place * 2] = hash;
    table[place * 2 + 1] = start;
  }

  #growCodes(): void {
    const length = this.#starts.length * 2;
    this.#starts = grown(this.#starts, length);
    const before = this.#table;
    this.#mask = length * SPARSE - 1;
    this.#table = new Int32Array(length * SPARSE * 2);
    for (let at = 0; at < before.length; at += 2) {
      const start = before[at + 1] as number;
      if (start !== 0) this.#place(start, before[at] as number);
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
