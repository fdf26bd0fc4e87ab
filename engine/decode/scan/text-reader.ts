import type { TextColumn } from '../../columns/event-columns.ts';
import type { Block } from './block.ts';
import type { HashKey } from './hash-key.ts';
import { finishHash, Texts, tail } from './texts.ts';
import { type ColumnReader, NULL_WORD, QUOTE, UNUSUAL } from './value-reader.ts';

/** Reads texts as codes of a dictionary. */
export class TextReader implements ColumnReader, TextColumn {
  readonly kind = 'text';
  readonly codes: Int32Array;
  dictionary = new Texts();
  /** A text had no room: the stretch ends before its line, and a new dictionary begins. */
  isFull = false;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #key: HashKey;
  readonly #nullable: boolean;
  readonly #check: ((text: string) => boolean) | null;
  /** By code: whether the text passes the check. */
  #passes: boolean[] = [];

  /** `check`: what the schema asks of the text; null where that is nothing. */
  constructor({ bytes, view }: Block, { key, rows, nullable, check }: TextSettings) {
    this.#bytes = bytes;
    this.#view = view;
    this.#key = key;
    this.#nullable = nullable;
    this.#check = check;
    this.codes = new Int32Array(rows);
  }

  /** The hash of four bytes at a time, and on the way the quote that ends the text: `Skipper.text` says how it is found. */
  read(at: number, row: number): number {
    if (this.#bytes[at] !== QUOTE) return this.#null(at, row);
    const view = this.#view;
    const from = at + 1;
    let v0 = this.#key[0];
    let v1 = this.#key[1];
    let v2 = v0 ^ 0x6c796765;
    let v3 = v1 ^ 0x74656462;
    for (let to = from; ; to += 4) {
      let word = view.getInt32(to, true);
      const found = ((word ^ 0x02020202) - 0x21212121) & ~word & 0x80808080;
      if (found !== 0) {
        const left = (31 - Math.clz32(found & -found)) >> 3;
        to += left;
        word = tail(word, left, to - from);
      }
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
      if (found !== 0) {
        if (this.#bytes[to] !== QUOTE) return UNUSUAL;
        const hash = finishHash(v0, v1, v2, v3);
        let code = this.dictionary.find(hash, view, from, to);
        if (code === -1) code = this.#add(hash, from, to);
        if (code === -1 || (this.#check !== null && !this.#passes[code])) return UNUSUAL;
        this.codes[row] = code;
        return to + 1;
      }
    }
  }

  missing(row: number): void {
    this.codes[row] = -1;
  }

  /** A new dictionary, where the old one is full. */
  renew(): void {
    if (!this.isFull) return;
    this.isFull = false;
    this.dictionary = new Texts();
    this.#passes = [];
  }

  #null(at: number, row: number): number {
    if (!this.#nullable || this.#view.getInt32(at, true) !== NULL_WORD) return UNUSUAL;
    this.codes[row] = -1;
    return at + 4;
  }

  #add(hash: number, from: number, to: number): number {
    if (this.dictionary.isFullFor(to - from)) {
      this.isFull = true;
      return -1;
    }
    const code = this.dictionary.add(hash, this.#view, from, to);
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
