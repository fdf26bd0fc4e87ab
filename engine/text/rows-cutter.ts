/** Where a row lies in its text, without its line break. */
export interface Row {
  readonly from: number;
  readonly end: number;
  /** A quote opens a field of it, and none closes it before the text ends or too much has passed: the row is one line. */
  readonly isOpen: boolean;
}

export interface CutterSettings {
  /** Between the fields of a row, which may be quoted and then hold line breaks. Null: no line break is quoted. */
  readonly delimiter: string | null;
  /** The most characters of a row over several lines. */
  readonly maxRow?: number;
  /** Not set: the text tells. Of a part of a text, its beginning told. */
  readonly lineEnd?: LineEnd;
}

export type LineEnd = '\n' | '\r';

const LINE_FEED = '\n';
const CARRIAGE_RETURN = '\r';
const QUOTE = '"';

/**
 * Cuts a text into rows at line breaks: LF, CRLF, or CR in a text that has no LF. Those in quotes belong to their field.
 *
 * A quote that is never closed would take all that follows into one row. So such a row is one line, and what follows is cut as
 * if the line were not there: it costs one event.
 */
export class RowsCutter {
  readonly #text: string;
  readonly #settings: CutterSettings;
  readonly #lineEnd: LineEnd;
  /** The first quote at or behind the place; beyond the text where there is none. */
  #quote = -1;
  #at = 0;

  constructor(text: string, settings: CutterSettings) {
    this.#text = text;
    this.#settings = settings;
    this.#lineEnd = settings.lineEnd ?? lineEndOf(text);
  }

  /** Behind the row that came last, and its line break. */
  get at(): number {
    return this.#at;
  }

  /** The next row; null where there is none left. */
  next(): Row | null {
    const from = this.#at;
    if (from >= this.#text.length) return null;
    const lineEnd = this.#lineEndFrom(from);
    const { delimiter } = this.#settings;
    if (delimiter === null || this.#quoteFrom(from) >= lineEnd) return this.#row(from, lineEnd, false);
    const end = this.#endOfRow(from, delimiter);
    return end === -1 ? this.#row(from, lineEnd, true) : this.#row(from, end, false);
  }

  text({ from, end }: Row): string {
    return from === 0 && end === this.#text.length ? this.#text : this.#text.slice(from, end);
  }

  /** A second cutter, which goes on from here by itself. */
  fork(): RowsCutter {
    const fork = new RowsCutter(this.#text, this.#settings);
    fork.#at = this.#at;
    return fork;
  }

  #row(from: number, lineEnd: number, isOpen: boolean): Row {
    this.#at = lineEnd + 1;
    let end = lineEnd;
    while (end > from && this.#text.charAt(end - 1) === CARRIAGE_RETURN) end--;
    return { from, end, isOpen };
  }

  #lineEndFrom(from: number): number {
    const end = this.#text.indexOf(this.#lineEnd, from);
    return end === -1 ? this.#text.length : end;
  }

  #quoteFrom(from: number): number {
    if (this.#quote < from) {
      const found = this.#text.indexOf(QUOTE, from);
      this.#quote = found === -1 ? this.#text.length : found;
    }
    return this.#quote;
  }

  /** The end of a row that has quotes; −1 where it is open. */
  #endOfRow(from: number, delimiter: string): number {
    const text = this.#text;
    const most = from + (this.#settings.maxRow ?? Number.POSITIVE_INFINITY);
    for (let at = from; ; at++) {
      if (text.charAt(at) === QUOTE) {
        at = closingQuote(text, at) + 1;
        if (at === 0 || at > most) return -1;
      }
      while (at < text.length && text.charAt(at) !== delimiter && text.charAt(at) !== this.#lineEnd) at++;
      if (at >= text.length || text.charAt(at) === this.#lineEnd) return at;
    }
  }
}

/** Where the quote is that closes a field whose quote is at a place; −1 where there is none. */
export function closingQuote(text: string, opening: number): number {
  let at = text.indexOf(QUOTE, opening + 1);
  while (at !== -1 && text.charAt(at + 1) === QUOTE) at = text.indexOf(QUOTE, at + 2);
  return at;
}

/** What ends the lines of a text: LF, also behind CR, unless it has CR alone. */
export function lineEndOf(text: string): LineEnd {
  return text.includes(LINE_FEED) || !text.includes(CARRIAGE_RETURN) ? LINE_FEED : CARRIAGE_RETURN;
}
