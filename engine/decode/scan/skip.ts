import type { Block } from './block.ts';
import { ALSE_WORD, NULL_WORD, QUOTE, TRUE_WORD, UNUSUAL } from './value-reader.ts';

/** Levels of nesting in a value that nobody needs. A deeper one is left to the plain path. */
const MAX_DEPTH = 32;

/**
 * Passes over JSON, as strict as `JSON.parse` is, but for escapes: a line with a backslash is unusual, and whoever scans sees
 * to that.
 */
export class Skipper {
  readonly #bytes: Buffer;
  readonly #view: DataView;

  constructor({ bytes, view }: Block) {
    this.#bytes = bytes;
    this.#view = view;
  }

  /** The place behind the quote that ends a text. */
  text(at: number): number {
    if (this.#bytes[at] !== QUOTE) return UNUSUAL;
    const end = endOfText(this.#bytes, this.#view, at + 1);
    return end === UNUSUAL ? UNUSUAL : end + 1;
  }

  number(at: number): number {
    const bytes = this.#bytes;
    let to = at;
    if (bytes[to] === MINUS) to++;
    if (bytes[to] === ZERO) to++;
    else if (isDigit(bytes[to] as number)) to = this.#digits(to);
    else return UNUSUAL;
    if (bytes[to] === DOT) {
      if (!isDigit(bytes[to + 1] as number)) return UNUSUAL;
      to = this.#digits(to + 1);
    }
    if (((bytes[to] as number) | 0x20) !== LOWER_E) return to;
    to++;
    if (bytes[to] === PLUS || bytes[to] === MINUS) to++;
    return isDigit(bytes[to] as number) ? this.#digits(to) : UNUSUAL;
  }

  /** Any value, objects and lists included. */
  value(at: number, depth = 0): number {
    switch (this.#bytes[at]) {
      case QUOTE:
        return this.text(at);
      case OPENING_BRACE:
        return depth < MAX_DEPTH ? this.#object(at, depth + 1) : UNUSUAL;
      case OPENING_BRACKET:
        return depth < MAX_DEPTH ? this.#list(at, depth + 1) : UNUSUAL;
      case LOWER_N:
        return this.#view.getInt32(at, true) === NULL_WORD ? at + 4 : UNUSUAL;
      case LOWER_T:
        return this.#view.getInt32(at, true) === TRUE_WORD ? at + 4 : UNUSUAL;
      case LOWER_F:
        return this.#view.getInt32(at + 1, true) === ALSE_WORD ? at + 5 : UNUSUAL;
      default:
        return this.number(at);
    }
  }

  #object(at: number, depth: number): number {
    let to = this.#spaces(at + 1);
    if (this.#bytes[to] === CLOSING_BRACE) return to + 1;
    for (;;) {
      to = this.text(to);
      if (to === UNUSUAL) return UNUSUAL;
      to = this.#spaces(to);
      if (this.#bytes[to] !== COLON) return UNUSUAL;
      to = this.value(this.#spaces(to + 1), depth);
      if (to === UNUSUAL) return UNUSUAL;
      to = this.#spaces(to);
      if (this.#bytes[to] === CLOSING_BRACE) return to + 1;
      if (this.#bytes[to] !== COMMA) return UNUSUAL;
      to = this.#spaces(to + 1);
    }
  }

  #list(at: number, depth: number): number {
    let to = this.#spaces(at + 1);
    if (this.#bytes[to] === CLOSING_BRACKET) return to + 1;
    for (;;) {
      to = this.value(to, depth);
      if (to === UNUSUAL) return UNUSUAL;
      to = this.#spaces(to);
      if (this.#bytes[to] === CLOSING_BRACKET) return to + 1;
      if (this.#bytes[to] !== COMMA) return UNUSUAL;
      to = this.#spaces(to + 1);
    }
  }

  /** Not over line feeds, which end the line. */
  #spaces(at: number): number {
    let to = at;
    for (let byte = this.#bytes[to]; byte === SPACE || byte === TAB; byte = this.#bytes[to]) to++;
    return to;
  }

  #digits(at: number): number {
    let to = at;
    while (isDigit(this.#bytes[to] as number)) to++;
    return to;
  }
}

/**
 * The quote that ends a text, from a place in it on; −1 where a control character comes first. A word of four bytes has a quote (22)
 * or a control character (below 20, hexadecimal) if, after flipping the bit 2 of each byte, one of them is below 21.
 */
export function endOfText(bytes: Uint8Array, view: DataView, from: number): number {
  for (let at = from; ; at += 4) {
    const word = view.getInt32(at, true);
    const found = ((word ^ 0x02020202) - 0x21212121) & ~word & 0x80808080;
    if (found === 0) continue;
    const end = at + ((31 - Math.clz32(found & -found)) >> 3);
    return bytes[end] === QUOTE ? end : UNUSUAL;
  }
}

/** `Skipper.text` as source: statements that leave `at` behind a text's closing quote. */
export const SKIP_TEXT = [
  'if (b[at++] !== 34) break line;',
  'for (;; at += 4) {',
  'const w = v.getInt32(at, true);',
  'const found = ((w ^ 0x02020202) - 0x21212121) & ~w & 0x80808080;',
  'if (found === 0) continue;',
  'at += (31 - Math.clz32(found & -found)) >> 3;',
  'break;',
  '}',
  'if (b[at++] !== 34) break line;',
].join('\n');

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

export const ZERO = 0x30;
const NINE = 0x39;
export const MINUS = 0x2d;
const PLUS = 0x2b;
export const DOT = 0x2e;
export const LOWER_E = 0x65;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LOWER_F = 0x66;
