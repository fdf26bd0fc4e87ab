/** In the place of a value: the text is no JSON. */
export class NotJson {
  /** The end of a sentence that says what was found. */
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** A JSON text's value. Half a surrogate pair in it becomes U+FFFD. */
export function parseJson(text: string): unknown {
  const why = obviousFault(text);
  if (why !== null) return new NotJson(why);
  try {
    return JSON.parse(SURROGATE_ESCAPE.test(text) ? text.replace(ESCAPE, wellFormed) : text);
  } catch (error) {
    return new NotJson((error as Error).message);
  }
}

/** Characters of a text that a message shows. */
const SHOWN = 20;

/**
 * Tells most of what is no JSON by its ends. An exception of `JSON.parse` costs as much as ten events that are parsed, and
 * a storm of events that are none must not hold the good ones up.
 */
function obviousFault(text: string): string | null {
  let first = 0;
  while (isSpace(text.charCodeAt(first))) first++;
  let last = text.length - 1;
  while (last > first && isSpace(text.charCodeAt(last))) last--;
  if (text.charCodeAt(first) === OPENING_BRACE) {
    if (text.charCodeAt(last) !== CLOSING_BRACE) {
      return `it begins with a brace and ends with ${shown(text.slice(Math.max(first, last + 1 - SHOWN), last + 1))}`;
    }
    let second = first + 1;
    while (isSpace(text.charCodeAt(second))) second++;
    const code = text.charCodeAt(second);
    if (code === QUOTE || code === CLOSING_BRACE) return null;
    return `it begins with ${shown(text.slice(first, first + SHOWN))}`;
  }
  if (BEGINNINGS.includes(text.charAt(first))) return null;
  return `it begins with ${shown(text.slice(first, first + SHOWN))}`;
}

const QUOTE = 0x22;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
/** What a JSON text that is no object can begin with. */
const BEGINNINGS = '["-0123456789tfn';

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function shown(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/**
 * Escapes are the one way for half a surrogate pair to get in. UTF-8, which state is kept in, cannot hold it: it becomes
 * U+FFFD. In the text, not in the value, as that can be nested more deeply than a function can call itself.
 */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
/** A surrogate pair, half of one, or any other escape: that a backslash is escaped tells what the next one begins. */
const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/g;

function wellFormed(escaped: string, half: string | undefined): string {
  return half === undefined ? escaped : '\\ufffd';
}
