import type { TextColumn } from '../../columns/event-columns.ts';
import type { Block } from './block.ts';
import { matches } from './matches.ts';
import { Texts } from './texts.ts';
import { type ColumnReader, NULL_WORD, UNUSUAL } from './value-reader.ts';

/** Texts of a list that are compared one by one; a longer list is looked up. */
const MAX_TEXTS = 8;

/** Reads one of few texts that a schema lists. Their codes are their numbers. */
export class EnumReader implements ColumnReader, TextColumn {
  readonly kind = 'text';
  readonly codes: Int32Array;
  readonly dictionary = new Texts();
  readonly #nullable: boolean;
  readonly #block: Block;
  /** With their quotes. */
  readonly #texts: readonly Buffer[];

  constructor(block: Block, texts: readonly string[], { rows, nullable }: { rows: number; nullable: boolean }) {
    this.#block = block;
    this.#nullable = nullable;
    this.#texts = texts.map((text) => Buffer.from(JSON.stringify(text)));
    this.codes = new Int32Array(rows);
    for (const [code, text] of this.#texts.entries()) {
      // A hash that tells them apart is enough: nobody but the schema chooses them.
      const padded = Buffer.concat([text.subarray(1, -1), Buffer.alloc(4)]);
      const view = new DataView(padded.buffer, padded.byteOffset, padded.length);
      this.dictionary.add(code, view, 0, text.length - 2);
    }
  }

  /** Whether a list is for it: short, of different texts, none of which JSON writes with escapes. */
  static takes(texts: readonly unknown[]): texts is readonly string[] {
    const isPlain = (text: unknown) => typeof text === 'string' && JSON.stringify(text).length === text.length + 2;
    return texts.length <= MAX_TEXTS && texts.every(isPlain) && new Set(texts).size === texts.length;
  }

  read(at: number, row: number): number {
    const { bytes, view } = this.#block;
    for (let code = 0; code < this.#texts.length; code++) {
      const text = this.#texts[code] as Buffer;
      if (bytes.compare(text, 0, text.length, at, at + text.length) !== 0) continue;
      this.codes[row] = code;
      return at + text.length;
    }
    if (!this.#nullable || view.getInt32(at, true) !== NULL_WORD) return UNUSUAL;
    this.missing(row);
    return at + 4;
  }

  source(local: (value: unknown) => string): string {
    const codes = local(this.codes);
    const take = (code: number, length: number) => `{ ${codes}[row] = ${code}; at += ${length}; }`;
    const cases = this.#texts.map((text, code) => `if (${matches(text)}) ${take(code, text.length)}`);
    if (this.#nullable) cases.push(`if (v.getInt32(at, true) === ${NULL_WORD}) ${take(-1, 4)}`);
    return [...cases, 'break line;'].join('\nelse ');
  }

  missing(row: number): void {
    this.codes[row] = -1;
  }
}
