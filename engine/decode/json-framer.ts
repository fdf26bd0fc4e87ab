import { MAX_EVENT_BYTES } from './limits.ts';

/** Where the bytes of an event are. It is a JSON value, or something that is none. */
export interface Frame {
  readonly from: number;
  readonly to: number;
}

/** `'more'`: that depends on bytes that are not there yet. Null: nothing but separators is left. */
export type NextFrame = Frame | 'more' | null;

export interface Frames {
  /** All bytes, or as many as there are by now. */
  readonly bytes: Buffer;
  readonly from: number;
  /** No further bytes follow. */
  readonly isEnd: boolean;
}

/**
 * Finds events where they are not one a line: without anything between them (`}{`), with commas, `\x1e`, carriage returns or the two
 * characters `\n`; over several lines; as the elements of an array. It goes by brackets, quotes and line breaks, and does not ask
 * whether a value is JSON in all else.
 *
 * What is broken must take no good event with it, so a value ends as soon as it can no longer be one:
 *
 * - No text of JSON holds a line break. Where a line ends inside of a text, the line is broken.
 * - Where a line ends inside of an object or array, the first token of the next line must be one that may come there. `{"a":` is
 *   broken as soon as a second object follows on a line of its own.
 * - A value that goes over several lines has at most `maxBytes`.
 * - Behind a value is the end of the line, a separator or the beginning of another one. Otherwise the rest of the line belongs to it,
 *   and all of it is broken: nobody knows where the value ended that its sender meant.
 *
 * What is broken ends with its line; lines that are further in belong to it, and a closing bracket as far in as it is.
 */
export class JsonFramer {
  readonly #maxBytes: number;
  #inArray = false;
  /** Brackets that are known to be without an end, from an attempt that began before them. */
  #doomed: ReadonlySet<number> = new Set();

  constructor(maxBytes = MAX_EVENT_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** It is between the elements of an array. */
  get inArray(): boolean {
    return this.#inArray;
  }

  /** The next event. The one after it is looked for from its end. */
  next(frames: Frames): NextFrame {
    const before = this.#inArray;
    const found = this.#next(frames);
    // Whoever asks again with more bytes begins at the same place.
    if (found === 'more') this.#inArray = before;
    return found;
  }

  #next(frames: Frames): NextFrame {
    const from = this.#behindSeparators(frames);
    if (typeof from !== 'number') return from;
    if (isOpening(frames.bytes[from])) return this.#value(frames, from);
    return this.#inArray ? scalar(frames, from) : lineOf(frames, from, from);
  }

  fork(): JsonFramer {
    const fork = new JsonFramer(this.#maxBytes);
    fork.#inArray = this.#inArray;
    fork.#doomed = this.#doomed;
    return fork;
  }

  /** So many bytes at the beginning went: places count from behind them. */
  passed(bytes: number): void {
    if (this.#doomed.size > 0)
      this.#doomed = new Set([...this.#doomed].map((at) => at - bytes).filter((at) => at >= 0));
  }

  #behindSeparators(frames: Frames): number | 'more' | null {
    const { bytes, isEnd } = frames;
    let at = frames.from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (isSpace(byte) || byte === RECORD_SEPARATOR) continue;
      const next = behindSpaces(bytes, at + 1);
      // What a comma, a backslash or a bracket means depends on what follows.
      if (next === bytes.length && !isEnd && MEANS_WITH_NEXT.includes(byte)) return 'more';
      if (byte === OPENING_BRACKET && bytes[next] === OPENING_BRACE) this.#inArray = true;
      else if (byte === CLOSING_BRACKET && this.#inArray) this.#inArray = false;
      else if (byte === COMMA && this.#mayFollowComma(bytes, at + 1)) continue;
      else if (isEscapedBreak(bytes, at)) at++;
      else return at;
    }
    return isEnd ? null : 'more';
  }

  #mayFollowComma(bytes: Buffer, at: number): boolean {
    if (this.#inArray) return true;
    const next = behindBlanks(bytes, at);
    const byte = bytes[next];
    return next === bytes.length || isBreak(byte) || isOpening(byte) || isEscapedBreak(bytes, next);
  }

  #value(frames: Frames, from: number): NextFrame {
    const found = this.#doomed.has(from) ? BROKEN : this.#endOf(frames, from);
    if (found === 'more') return 'more';
    if (found === BROKEN) return broken(frames, from);
    const isAlone = this.#mayFollowValue(frames, found);
    if (isAlone === 'more') return 'more';
    return isAlone ? { from, to: found } : lineOf(frames, from, found);
  }

  #mayFollowValue({ bytes, isEnd }: Frames, at: number): boolean | 'more' {
    const next = behindBlanks(bytes, at);
    if (next === bytes.length) return isEnd || 'more';
    const byte = bytes[next];
    if (byte === COMMA || byte === BACKSLASH) {
      if (behindBlanks(bytes, next + 1) === bytes.length && !isEnd) return 'more';
      return byte === COMMA ? this.#mayFollowComma(bytes, next + 1) : isEscapedBreak(bytes, next);
    }
    return isBreak(byte) || isOpening(byte) || (byte === CLOSING_BRACKET && this.#inArray);
  }

  /** Behind the bracket that closes the value. */
  #endOf(frames: Frames, from: number): number | 'more' | typeof BROKEN {
    const { bytes, isEnd } = frames;
    const open: number[] = [];
    let last = 0;
    let isFirstLine = true;
    const fail = (): typeof BROKEN => {
      if (!isFirstLine) this.#doomed = new Set(open);
      return BROKEN;
    };
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === SPACE || byte === TAB) continue;
      if (byte === QUOTE) {
        at = endOfText(bytes, at + 1);
        if (at === bytes.length) break;
        if (bytes[at] !== QUOTE) return fail();
      } else if (isOpening(byte)) open.push(at);
      else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
        // A closing bracket is the opening one and 2.
        if (bytes[open.pop() as number] !== byte - 2) return fail();
        if (open.length === 0) return at + 1;
      } else if (byte === RECORD_SEPARATOR) return fail();
      else if (isBreak(byte)) {
        const next = behindSpaces(bytes, at);
        if (next - from > this.#maxBytes) return fail();
        if (next === bytes.length || (isLetter(bytes[next]) && next + LONGEST_WORD >= bytes.length && !isEnd)) break;
        if (!mayFollow(bytes, { last, next, isObject: bytes[open.at(-1) as number] === OPENING_BRACE })) return fail();
        isFirstLine = false;
        at = next - 1;
        continue;
      }
      last = byte;
    }
    return isEnd ? fail() : 'more';
  }
}

const BROKEN = 'broken';

/** Whether a token may come on a line after the last token of the line before, inside of an object or array. */
function mayFollow(
  bytes: Buffer,
  { last, next, isObject }: { readonly last: number; readonly next: number; readonly isObject: boolean },
): boolean {
  const byte = bytes[next] as number;
  if (last === OPENING_BRACE) return byte === QUOTE || byte === CLOSING_BRACE;
  if (last === OPENING_BRACKET) return byte === CLOSING_BRACKET || isValueAt(bytes, next);
  if (last === COMMA) return isObject ? byte === QUOTE : isValueAt(bytes, next);
  if (last === COLON) return isValueAt(bytes, next);
  return byte === COMMA || byte === CLOSING_BRACE || byte === CLOSING_BRACKET || (byte === COLON && last === QUOTE);
}

function isValueAt(bytes: Buffer, at: number): boolean {
  const byte = bytes[at] as number;
  if (byte === QUOTE || byte === MINUS || isOpening(byte) || (byte >= 0x30 && byte <= 0x39)) return true;
  return isLetter(byte) && WORD.test(bytes.toString('latin1', at, at + LONGEST_WORD + 1));
}

const WORD = /^(?:true|false|null)(?![A-Za-z0-9_])/;
const LONGEST_WORD = 5;

/** The quote that ends a text; before it the line break that it lacks one by, or the end of the bytes. */
function endOfText(bytes: Buffer, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE || isBreak(byte)) return at;
    if (byte === BACKSLASH && !isBreak(bytes[at + 1])) at++;
  }
  return bytes.length;
}

/** An element of an array that is neither an object nor an array. */
function scalar(frames: Frames, from: number): Frame | 'more' {
  const { bytes, isEnd } = frames;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfText(bytes, at + 1);
    if (byte === COMMA || byte === CLOSING_BRACKET || isBreak(bytes[at])) return { from, to: Math.max(at, from + 1) };
  }
  return isEnd ? { from, to: bytes.length } : 'more';
}

/** The rest of a line. */
function lineOf({ bytes, isEnd }: Frames, from: number, at: number): Frame | 'more' {
  const to = breakFrom(bytes, at);
  return to === bytes.length && !isEnd ? 'more' : { from, to };
}

/** The line where a value begins that has no end, with the lines that are further in, and the bracket that would close it. */
function broken(frames: Frames, from: number): Frame | 'more' {
  const { bytes, isEnd } = frames;
  const first = lineOf(frames, from, from);
  if (first === 'more') return 'more';
  const depth = depthOf(bytes, from);
  for (let { to } = first; ; ) {
    let line = to;
    while (isBreak(bytes[line]) && bytes[line] !== RECORD_SEPARATOR) line++;
    const begin = behindBlanks(bytes, line);
    if (begin === bytes.length) return isEnd ? { from, to } : 'more';
    // A closing bracket is the opening one and 2.
    if (begin - line === depth && bytes[begin] === (bytes[from] as number) + 2) return { from, to: begin + 1 };
    if (begin - line <= depth) return { from, to };
    to = breakFrom(bytes, begin);
    if (to === bytes.length && !isEnd) return 'more';
  }
}

/** How far in the line of a place begins. */
function depthOf(bytes: Buffer, at: number): number {
  let line = at;
  while (line > 0 && !isBreak(bytes[line - 1])) line--;
  return behindBlanks(bytes, line) - line;
}

function breakFrom(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && !isBreak(bytes[at])) at++;
  return at;
}

function behindBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === SPACE || bytes[at] === TAB) at++;
  return at;
}

function behindSpaces(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace(bytes[at] as number)) at++;
  return at;
}

/** The two characters of an escaped line break, which some senders put behind an event. */
function isEscapedBreak(bytes: Buffer, at: number): boolean {
  return bytes[at] === BACKSLASH && (bytes[at + 1] === 0x6e || bytes[at + 1] === 0x72);
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;
}

/** A record separator is one too: it begins a text, whatever became of the one before. */
function isBreak(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === RECORD_SEPARATOR;
}

export function isOpening(byte: number | undefined): boolean {
  return byte === OPENING_BRACE || byte === OPENING_BRACKET;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x61 && byte <= 0x7a;
}

const SPACE = 0x20;
const TAB = 0x09;
export const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
export const RECORD_SEPARATOR = 0x1e;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
export const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
export const OPENING_BRACE = 0x7b;
export const CLOSING_BRACE = 0x7d;
const MEANS_WITH_NEXT: readonly number[] = [OPENING_BRACKET, COMMA, BACKSLASH];
