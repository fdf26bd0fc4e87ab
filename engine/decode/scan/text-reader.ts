import type { TextColumn } from '../../columns/event-columns.ts';
import type { HashKey } from '../../hash/hash-key.ts';
import { keyedHash } from '../../hash/keyed-hash.ts';
import type { Block } from './block.ts';
import { endOfText } from './skip.ts';
import { Texts } from './texts.ts';
import { type ColumnReader, NULL_WORD, QUOTE, UNUSUAL } from './value-reader.ts';

const { clz32, imul } = Math;

/**
 * Reads texts as codes of a dictionary.
 *
 * Whoever sends events chooses the texts, and can choose them of one hash, so that each search goes through all of them. The quick
 * hash that texts are looked up by here has no defence: it is what costs least. The dictionary tells when a search is longer than it
 * can be by chance. From then on texts are looked up by a keyed hash, whose collisions nobody can choose.
 */
export class TextReader implements ColumnReader, TextColumn {
  readonly kind = 'text';
  readonly codes: Int32Array;
  dictionary = new Texts();
  /** A text had no room: the stretch ends before its line, and a new dictionary begins. */
  isFull = false;
  protected readonly bytes: Buffer;
  protected readonly view: DataView;
  readonly #key: HashKey;
  readonly #nullable: boolean;
  readonly #check: ((text: string) => boolean) | null;
  /** By code: whether the text passes the check. */
  #passes: boolean[] = [];
  #isKeyed = false;
  /** How full the dictionary was where a commit began. */
  #fillBefore = 0;

  /** `check`: what the schema asks of the text; null where that is nothing. */
  constructor({ bytes, view }: Block, { key, rows, nullable, check }: TextSettings) {
    this.bytes = bytes;
    this.view = view;
    this.#key = key;
    this.#nullable = nullable;
    this.#check = check;
    this.codes = new Int32Array(rows);
  }

  /** The hash of four bytes at a time, and on the way the quote that ends the text: `endOfText` says how it is found. */
  read(at: number, row: number): number {
    if (this.bytes[at] !== QUOTE) return this.readNull(at, row);
    const view = this.view;
    const from = at + 1;
    let hash = 0;
    for (let to = from; ; to += 4) {
      const word = view.getInt32(to, true);
      const found = ((word ^ 0x02020202) - 0x21212121) & ~word & 0x80808080;
      if (found === 0) {
        hash = imul(((hash << 5) | (hash >>> 27)) ^ word, FACTOR);
        continue;
      }
      const left = (31 - clz32(found & -found)) >> 3;
      to += left;
      if (this.bytes[to] !== QUOTE) return UNUSUAL;
      return this.take(finished(hash, word, left), from, to, row) ? to + 1 : UNUSUAL;
    }
  }

  missing(row: number): void {
    this.codes[row] = -1;
  }

  /**
   * A commit begins: a dictionary that would be full in the middle of it, were it to take as much in as the last one did, is so now.
   * What is of one group and of two dictionaries would have to be merged.
   */
  beginCommit(): void {
    const { fill } = this.dictionary;
    if (fill + (fill - this.#fillBefore) > 1) this.isFull = true;
    this.#fillBefore = fill;
  }

  /** A new dictionary, where the old one is full or crowded. It has the room of that one, for it is likely to grow as large. */
  renew(): void {
    const isAttacked = this.dictionary.isCrowded && !this.#isKeyed;
    if (!this.isFull && !isAttacked) return;
    this.#isKeyed ||= isAttacked;
    this.isFull = false;
    this.dictionary = new Texts(this.dictionary.room);
    this.#passes = [];
    this.#fillBefore = 0;
  }

  protected readNull(at: number, row: number): number {
    if (!this.#nullable || this.view.getInt32(at, true) !== NULL_WORD) return UNUSUAL;
    this.codes[row] = -1;
    return at + 4;
  }

  /** Takes a text of a quick hash into a row; false where it is unusual. */
  protected take(quick: number, from: number, to: number, row: number): boolean {
    const hash = this.#isKeyed ? keyedHash(this.view, from, to, this.#key) : quick;
    let code = this.dictionary.find(hash, this.view, from, to);
    if (code === -1) code = this.#add(hash, from, to);
    if (code === -1 || (this.#check !== null && !this.#passes[code])) return false;
    this.codes[row] = code;
    return true;
  }

  #add(hash: number, from: number, to: number): number {
    if (this.dictionary.isFullFor(to - from)) {
      this.isFull = true;
      return -1;
    }
    const code = this.dictionary.add(hash, this.view, from, to);
    if (this.#check !== null) this.#passes.push(this.#check(this.dictionary.text(code)));
    return code;
  }
}

export interface TextSettings {
  readonly key: HashKey;
  readonly rows: number;
  readonly nullable: boolean;
  readonly check: ((text: string) => boolean) | null;
}

/** Reads of texts, which are URLs, what is before `?` or `#`: for those who ask for no more than the path, whatever follows is one. */
export class UrlReader extends TextReader {
  override read(at: number, row: number): number {
    if (this.bytes[at] !== QUOTE) return this.readNull(at, row);
    const view = this.view;
    const from = at + 1;
    let hash = 0;
    for (let to = from; ; to += 4) {
      const word = view.getInt32(to, true);
      // A byte below 24 (hexadecimal), which is `#`, a quote, or one that is rare in URLs; or `?`, which is 3f.
      const found = ((word - 0x24242424) | ((word ^ 0x3f3f3f3f) - 0x01010101)) & ~word & 0x80808080;
      if (found === 0) {
        hash = imul(((hash << 5) | (hash >>> 27)) ^ word, FACTOR);
        continue;
      }
      const left = (31 - clz32(found & -found)) >> 3;
      to += left;
      const byte = this.bytes[to];
      if (byte === SPACE || byte === EXCLAMATION) return this.#readOdd(from, row);
      const end = byte === QUOTE ? to : endOfText(this.bytes, view, to);
      return end !== UNUSUAL && this.take(finished(hash, word, left), from, to, row) ? end + 1 : UNUSUAL;
    }
  }

  /** Byte by byte. */
  #readOdd(from: number, row: number): number {
    const end = endOfText(this.bytes, this.view, from);
    if (end === UNUSUAL) return UNUSUAL;
    let to = from;
    while (to < end && this.bytes[to] !== QUESTION && this.bytes[to] !== NUMBER_SIGN) to++;
    return this.take(quickHash(this.view, from, to), from, to, row) ? end + 1 : UNUSUAL;
  }
}

/** The hash that `read` finds on its way. */
export function quickHash(view: DataView, from: number, to: number): number {
  let hash = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) hash = imul(((hash << 5) | (hash >>> 27)) ^ view.getInt32(at, true), FACTOR);
  return finished(hash, view.getInt32(at, true), to - at);
}

/** With the last word, of which some bytes are left. */
function finished(hash: number, word: number, left: number): number {
  const last = (word & ((1 << (left * 8)) - 1)) | (left << 24);
  const all = imul(((hash << 5) | (hash >>> 27)) ^ last, FACTOR);
  return all ^ (all >>> 15);
}

/** 2^32 divided by the golden ratio, to the nearest odd number. */
const FACTOR = 0x9e3779b1;
const SPACE = 0x20;
const EXCLAMATION = 0x21;
const NUMBER_SIGN = 0x23;
const QUESTION = 0x3f;
