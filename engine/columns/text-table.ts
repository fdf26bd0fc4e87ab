import type { TextDictionary } from './event-columns.ts';

/** A dictionary of texts that are strings already. */
export class TextTable implements TextDictionary {
  readonly #codes = new Map<string, number>();
  readonly #texts: string[] = [];
  #starts = new Int32Array(16);
  #bytes = new Uint8Array(256);
  #length = 0;

  get size(): number {
    return this.#texts.length;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  text(code: number): string {
    return this.#texts[code] as string;
  }

  start(code: number): number {
    return this.#starts[code] as number;
  }

  end(code: number): number {
    return code + 1 < this.#texts.length ? (this.#starts[code + 1] as number) : this.#length;
  }

  /** The code of a text, which is a new one if the text is. */
  codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#texts.length;
    this.#texts.push(text);
    this.#codes.set(text, code);
    if (code === this.#starts.length) this.#starts = enlarged(this.#starts, new Int32Array(code * 2));
    this.#starts[code] = this.#length;
    const needed = this.#length + text.length * 3;
    if (needed > this.#bytes.length) this.#bytes = enlarged(this.#bytes, new Uint8Array(needed * 2));
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
    return code;
  }
}

function enlarged<T extends Int32Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

const encoder = new TextEncoder();
