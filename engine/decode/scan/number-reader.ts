import type { Block } from './block.ts';
import { DOT, isDigit, LOWER_E, MINUS, type Skipper, ZERO } from './skip.ts';

/** Digits of a whole number that a double holds, whatever they are. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, n) => 10 ** n);

/** Reads a numeral of JSON as the double that `JSON.parse` makes of it. */
export class NumeralReader {
  /** Behind the numeral; −1 where there is none. */
  end = -1;
  readonly #bytes: Buffer;
  readonly #skipper: Skipper;

  constructor({ bytes }: Block, skipper: Skipper) {
    this.#bytes = bytes;
    this.#skipper = skipper;
  }

  /**
   * The numeral at a place, NaN where there is none. Up to 15 digits are a whole number that a double holds, and divided by a
   * power of ten that a double holds it is the double nearest to the quotient.
   */
  read(at: number): number {
    const bytes = this.#bytes;
    const isNegative = bytes[at] === MINUS;
    let to = isNegative ? at + 1 : at;
    const first = to;
    let value = 0;
    for (let byte = bytes[to] as number; isDigit(byte); byte = bytes[to] as number) {
      value = value * 10 + (byte - ZERO);
      to++;
    }
    let digits = to - first;
    if (digits === 0 || (bytes[first] === ZERO && digits > 1)) return this.#none();
    if (bytes[to] === DOT) {
      const point = to++;
      for (let byte = bytes[to] as number; isDigit(byte); byte = bytes[to] as number) {
        value = value * 10 + (byte - ZERO);
        to++;
      }
      const decimals = to - point - 1;
      digits += decimals;
      if (decimals === 0) return this.#none();
      if (digits <= EXACT_DIGITS) value /= POWERS_OF_TEN[decimals] as number;
    }
    if (digits > EXACT_DIGITS || ((bytes[to] as number) | 0x20) === LOWER_E) return this.#any(at);
    this.end = to;
    return isNegative ? -value : value;
  }

  #any(at: number): number {
    const end = this.#skipper.number(at);
    if (end === -1) return this.#none();
    this.end = end;
    return Number(this.#bytes.toString('latin1', at, end));
  }

  #none(): number {
    this.end = -1;
    return Number.NaN;
  }
}
