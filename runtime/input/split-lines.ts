import { CLOSING_BRACE, isOpening, OPENING_BRACE, RECORD_SEPARATOR } from '../../engine/decode/json-framer.ts';
import { MAX_EVENT_BYTES } from '../../engine/decode/limits.ts';
import { FramedBytes } from './framed-bytes.ts';
import { type InputLine, isBlank, isBlankByte, LINE_FEED, type LineRun, MAX_LINE_BYTES, SPACE } from './input-line.ts';
import { PendingLine } from './pending-line.ts';

/** How an input is cut. */
export type Cutting =
  /** At line feeds alone. */
  | { readonly kind: 'lines' }
  /** At line feeds, and where a line is no whole value as `JsonFramer` says. A value over several lines has at most `maxBytes`. */
  | { readonly kind: 'json'; readonly maxBytes: number };

export const AS_JSON: Cutting = { kind: 'json', maxBytes: MAX_EVENT_BYTES };
export const AS_LINES: Cutting = { kind: 'lines' };

/** Cuts bytes as they come, in pieces of any size. Blank lines are left out. */
export async function* splitLines(chunks: AsyncIterable<Buffer>, cutting = AS_JSON): AsyncGenerator<InputLine> {
  const cutter = new LineCutter(cutting);
  for await (const chunk of chunks) yield* cutter.add(chunk);
  yield* cutter.end();
}

/**
 * Cuts bytes as they come, in pieces of any size. Blank lines are left out.
 *
 * A line that begins with a brace and ends with one is taken as it is: where it is several events, whoever decodes it finds them. A
 * line that begins as JSON does and does not end so, or is longer than an event may be, is cut by `JsonFramer`, and so is what
 * follows, up to a line that begins behind an event. That goes by the bytes alone, and not by the pieces that they come in.
 */
export class LineCutter {
  readonly #pending = new PendingLine();
  readonly #isJson: boolean;
  readonly #maxBytes: number;
  /** Null between lines that are taken as they are. */
  #framed: FramedBytes | null = null;
  #isBehindEvent = false;
  #consumed = 0;

  constructor(cutting = AS_JSON) {
    this.#isJson = cutting.kind === 'json';
    this.#maxBytes = cutting.kind === 'json' ? cutting.maxBytes : Number.POSITIVE_INFINITY;
  }

  /** Bytes up to the end of the line that came out last, with its line break. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Bytes of a line that has not ended wait for more. */
  get hasHalf(): boolean {
    return !this.#pending.isEmpty || this.#framed?.isBlank === false;
  }

  *add(chunk: Buffer): Generator<InputLine> {
    for (const found of this.addTogether(chunk, () => 1)) yield 'lines' in found ? lineOf(found) : found;
  }

  /** The same, with lines that lie in one piece of bytes together, as many as `room` says at the time. */
  *addTogether(chunk: Buffer, room: () => number): Generator<InputLine | LineRun> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#framed !== null) rest = yield* this.#frames(this.#framed, rest);
      else if (this.#pending.length > 0) rest = yield* this.#endPending(rest);
      else rest = yield* this.#lines(rest, room);
    }
  }

  /** What came after the last line break, as it is: of several events on a line that has not ended, nobody knows how it will be cut. */
  *end(): Generator<InputLine> {
    yield* this.#framesBeforeEnd();
    const framed = this.#framed;
    if (framed === null) {
      this.#consumed += this.#pending.length;
      const line = this.#pending.endWith(EMPTY, false);
      if (line !== null) yield line;
      return;
    }
    for (let line = this.#next(framed, true); line !== null; line = this.#next(framed, true)) yield line;
    this.#consumed += framed.length;
    this.#framed = null;
  }

  /** What would have come out before the end, had all bytes come in one piece. */
  *#framesBeforeEnd(): Generator<InputLine> {
    if (this.#framed === null) return;
    this.#framed.lookAgain();
    yield* this.add(yield* this.#frames(this.#framed, EMPTY));
  }

  /** Whole lines, up to one that is not taken as it is. Returns the bytes from there on. */
  *#lines(chunk: Buffer, room: () => number): Generator<LineRun, Buffer> {
    const last = chunk.lastIndexOf(LINE_FEED) + 1;
    const maxBytes = this.#maxBytes;
    let from = 0;
    let isOdd = false;
    while (from < last && !isOdd) {
      const most = room();
      const start = from;
      let lines = 0;
      while (from < last && lines < most) {
        const newline = chunk.indexOf(LINE_FEED, from);
        // Almost every line is an object.
        let isLine = true;
        if (chunk[from] !== OPENING_BRACE || chunk[newline - 1] !== CLOSING_BRACE || newline - from > maxBytes) {
          isLine = (chunk[from] as number) > SPACE || !isBlank(chunk.subarray(from, newline));
          isOdd = isLine && this.#isOdd(chunk, from, newline);
          if (isOdd) break;
        }
        if (isLine) lines++;
        from = newline + 1;
      }
      this.#consumed += from - start;
      if (lines > 0) yield { bytes: chunk.subarray(start, from), lines };
    }
    if (isOdd) {
      this.#framed = new FramedBytes(this.#maxBytes);
      return chunk.subarray(from);
    }
    this.#pending.add(chunk.subarray(from));
    this.#framePending();
    return EMPTY;
  }

  /** Adds to a line that has begun. Returns the bytes that do not belong to it. */
  *#endPending(chunk: Buffer): Generator<InputLine, Buffer> {
    const newline = chunk.indexOf(LINE_FEED);
    const end = newline === -1 ? chunk.length : newline;
    this.#pending.add(chunk.subarray(0, end));
    if (this.#framePending(newline !== -1)) return chunk.subarray(end);
    if (newline === -1) return EMPTY;
    this.#consumed += this.#pending.length + 1;
    const line = this.#pending.endWith(EMPTY, true);
    if (line !== null) yield line;
    return chunk.subarray(end + 1);
  }

  /** Whether the line that has begun is not taken as it is. One that is too long to be read was looked at before. */
  #framePending(isWhole = false): boolean {
    const { length, firstByte } = this.#pending;
    if (length > MAX_LINE_BYTES || !this.#mayBeOdd(firstByte)) return false;
    if (length <= this.#maxBytes && !(isWhole && this.#isOdd(this.#pending.bytes, 0, length))) return false;
    this.#framed = new FramedBytes(this.#maxBytes);
    this.#framed.add(this.#pending.take());
    return true;
  }

  /** Returns the bytes of the line behind the last event, where that one may be taken as it is. */
  *#frames(framed: FramedBytes, chunk: Buffer): Generator<InputLine, Buffer> {
    framed.add(chunk);
    for (;;) {
      if (this.#isBehindEvent) {
        const before = framed.length;
        const isPassed = framed.passLineBreak();
        if (isPassed === null) return EMPTY;
        this.#isBehindEvent = false;
        this.#consumed += before - framed.length;
        if (isPassed) return this.#close(framed);
      }
      const line = this.#next(framed, false);
      if (line === null) break;
      this.#isBehindEvent = true;
      yield line;
    }
    if (framed.isTooLong) this.#pending.add(this.#close(framed));
    return EMPTY;
  }

  #close(framed: FramedBytes): Buffer {
    this.#framed = null;
    this.#isBehindEvent = false;
    return framed.take();
  }

  #next(framed: FramedBytes, isEnd: boolean): InputLine | null {
    const before = framed.length;
    const line = framed.next(isEnd);
    this.#consumed += before - framed.length;
    return line;
  }

  #isOdd(bytes: Buffer, from: number, to: number): boolean {
    let at = from;
    while (at < to && isBlankByte(bytes[at] as number)) at++;
    const first = bytes[at] as number;
    if (!this.#mayBeOdd(first)) return false;
    if (first !== OPENING_BRACE || to - from > this.#maxBytes) return true;
    let last = to - 1;
    while (isBlankByte(bytes[last] as number)) last--;
    return bytes[last] !== CLOSING_BRACE;
  }

  #mayBeOdd(first: number | undefined): boolean {
    return this.#isJson && (isOpening(first) || first === RECORD_SEPARATOR);
  }
}

function lineOf({ bytes }: LineRun): InputLine {
  const line = bytes.subarray(bytes.lastIndexOf(LINE_FEED, -2) + 1, -1);
  return { bytes: line, length: line.length, ended: true };
}

const EMPTY = Buffer.alloc(0);
