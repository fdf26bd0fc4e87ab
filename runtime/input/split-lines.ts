/** One line of an input, without its line break. */
export interface InputLine {
  /** All bytes of the line; of one that is longer than `MAX_LINE_BYTES`, its first `KEPT_BYTES`. */
  readonly bytes: Buffer;
  /** How many bytes the line has. */
  readonly length: number;
  /** A line break follows. Only the last line may lack one, and then its writer may not be done with it. */
  readonly ended: boolean;
}

/** Lines that lie together, each with its line break. Blank ones among them are in `bytes` and do not count. */
export interface LineRun {
  readonly bytes: Buffer;
  readonly lines: number;
}

/** Bytes of a line that are read into memory. Bounds what a file without line breaks can take, or a `.gz` of zeros. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** What is kept of a longer line: enough to tell what it is. */
export const KEPT_BYTES = 64 * 1024;

/** A line that is longer than is read: `bytes` is only its beginning. */
export function isCut({ bytes, length }: InputLine): boolean {
  return bytes.length < length;
}

/** What there is to say of a line that is cut. */
export function cutMessage({ bytes, length }: InputLine): string {
  return `The line has ${length} bytes, and at most ${MAX_LINE_BYTES} are read: its first ${bytes.length} bytes are kept. Write one event a line.`;
}

/**
 * The last line of a file that is still being written, and was read before all of it was there. A whole JSON object is
 * complete without its line break.
 */
export function isUnfinished(line: InputLine): boolean {
  return !line.ended && (isCut(line) || !isJsonObject(line.bytes));
}

function isJsonObject(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** Cuts bytes at line feeds. Blank lines are left out. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<InputLine> {
  const cutter = new LineCutter();
  for await (const chunk of chunks) yield* cutter.add(chunk);
  const last = cutter.end();
  if (last !== null) yield last;
}

/** Cuts bytes at line feeds as they come, in pieces of any size. Blank lines are left out. */
export class LineCutter {
  readonly #pending = new PendingLine();
  #consumed = 0;

  /** Bytes up to the end of the line that came out last, with its line break. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Bytes of a line that has not ended wait for more. */
  get hasHalf(): boolean {
    return !this.#pending.isEmpty;
  }

  *add(chunk: Buffer): Generator<InputLine> {
    let from = 0;
    for (let newline = chunk.indexOf(LINE_FEED); newline !== -1; newline = chunk.indexOf(LINE_FEED, from)) {
      this.#consumed += this.#pending.length + newline + 1 - from;
      const line = this.#pending.endWith(chunk.subarray(from, newline), true);
      from = newline + 1;
      if (line !== null) yield line;
    }
    if (from < chunk.length) this.#pending.add(chunk.subarray(from));
  }

  /** The same, with lines that lie in one piece of bytes together, as many as `room` says at the time. */
  *addTogether(chunk: Buffer, room: () => number): Generator<InputLine | LineRun> {
    let from = 0;
    if (this.#pending.length > 0) {
      from = chunk.indexOf(LINE_FEED) + 1;
      yield* this.add(from === 0 ? chunk : chunk.subarray(0, from));
      if (from === 0) return;
    }
    for (const last = chunk.lastIndexOf(LINE_FEED) + 1; from < last; ) {
      const most = room();
      const start = from;
      let lines = 0;
      while (from < last && lines < most) {
        const newline = chunk.indexOf(LINE_FEED, from);
        // Almost every line begins with what no blank line has.
        if ((chunk[from] as number) > SPACE || !isBlank(chunk.subarray(from, newline))) lines++;
        from = newline + 1;
      }
      this.#consumed += from - start;
      if (lines > 0) yield { bytes: chunk.subarray(start, from), lines };
    }
    if (from < chunk.length) this.#pending.add(chunk.subarray(from));
  }

  /** What came after the last line break; null where that is nothing, or blank. */
  end(): InputLine | null {
    this.#consumed += this.#pending.length;
    return this.#pending.endWith(Buffer.alloc(0), false);
  }
}

/** What has been read of a line that has not ended. */
class PendingLine {
  #parts: Buffer[] = [];
  #length = 0;
  #isBlank = true;

  get length(): number {
    return this.#length;
  }

  get isEmpty(): boolean {
    return this.#isBlank;
  }

  add(bytes: Buffer): void {
    const wasCut = this.#length > MAX_LINE_BYTES;
    this.#length += bytes.length;
    this.#isBlank &&= isBlank(bytes);
    if (wasCut) return;
    this.#parts.push(bytes);
    // Copied, so that the rest of the bytes can go.
    if (this.#length > MAX_LINE_BYTES) this.#parts = [Buffer.from(this.#joined().subarray(0, KEPT_BYTES))];
  }

  /** The line with its last bytes; null where it is blank. The next one begins. */
  endWith(bytes: Buffer, ended: boolean): InputLine | null {
    this.add(bytes);
    const line = this.#isBlank ? null : { bytes: this.#joined(), length: this.#length, ended };
    this.#parts = [];
    this.#length = 0;
    this.#isBlank = true;
    return line;
  }

  #joined(): Buffer {
    return this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
  }
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === SPACE || byte === 0x09 || byte === 0x0d);
}
