import { createHash, type Hash, randomUUID } from 'node:crypto';
import type { EmbeddedStreamLog, Mark } from '../../adapters/embedded/stream-log.ts';
import { type InputLine, isCut } from '../input/input-line.ts';

/**
 * How far a file was replayed. It belongs to the bytes that were sent, not to a name: a file that has grown or was moved goes
 * on, and another one, or one whose sent lines have changed, begins at its first line.
 */
export interface ReplayMark {
  readonly name: string;
  /** Lines that were sent. */
  readonly lines: number;
  /** A `LinesHash` of these lines; null in a mark of the first versions, which did not know. */
  readonly hash: string | null;
  /** These were all lines of the file. Not set in marks of versions that did not say. */
  readonly whole?: boolean;
  /** Of a followed file of which nothing was sent: the mark of the one that was read before it. */
  readonly after?: string;
}

/** A hash of lines, which can be read after any of them. */
export class LinesHash {
  readonly #hash: Hash = createHash('sha256');

  add(line: InputLine): void {
    this.#hash.update(line.bytes);
    this.#hash.update(isCut(line) ? `… ${line.length}\n` : '\n');
  }

  get value(): string {
    return this.#hash.copy().digest('base64');
  }
}

/** The marks of a stream's replays: one for each file that was ever replayed into it. */
export class ReplayMarks {
  readonly #log: EmbeddedStreamLog;
  readonly #stream: string;

  constructor(log: EmbeddedStreamLog, stream: string) {
    this.#log = log;
    this.#stream = stream;
  }

  /** The mark of a file with these lines; where there is none, a new one at its beginning. */
  async find(lines: AsyncIterable<InputLine>): Promise<{ readonly mark: ReplayMark; readonly total: number }> {
    const marks = this.#read();
    const hash = new LinesHash();
    let found: ReplayMark | null = null;
    let total = 0;
    for await (const line of lines) {
      hash.add(line);
      total++;
      const candidates = marks.get(total);
      if (candidates === undefined) continue;
      const { value } = hash;
      // Of a mark without a hash one can only believe that it is this file's, as the version that wrote it did.
      found = candidates.find((mark) => mark.hash === value || mark.hash === null) ?? found;
      if (found?.hash === null) found = this.#adopt(found, value);
    }
    if (found === null) return { mark: this.fresh(), total };
    // The file has grown. The mark of what it was stays beside the new one: a copy of that time was sent, too.
    const mark = found.whole && total > found.lines ? { ...found, name: this.#newName() } : found;
    return { mark, total };
  }

  /** A mark as the store keeps it. */
  static stored({ name, ...value }: ReplayMark): Mark {
    return { name, value: JSON.stringify(value) };
  }

  /** The mark of a name; null where there is none. */
  named(name: string): ReplayMark | null {
    const value = this.#log.mark(name);
    return value === null ? null : { ...(JSON.parse(value) as Omit<ReplayMark, 'name'>), name };
  }

  /** A new mark, of a file of which no line was sent. */
  fresh(): ReplayMark {
    return { name: this.#newName(), lines: 0, hash: hashOfNothing() };
  }

  /** By the number of lines. */
  #read(): ReadonlyMap<number, readonly ReplayMark[]> {
    const marks = [...this.#log.marks(this.#prefix)].map(([name, value]): ReplayMark => {
      return { ...(JSON.parse(value) as Omit<ReplayMark, 'name'>), name };
    });
    const first = this.#log.mark(this.#firstVersion);
    if (first !== null) marks.push({ name: this.#firstVersion, lines: Number(first), hash: null });
    return Map.groupBy(marks, ({ lines }) => lines);
  }

  #adopt({ name, lines }: ReplayMark, hash: string): ReplayMark {
    const mark = { name: this.#newName(), lines, hash };
    this.#log.setMark(mark.name, ReplayMarks.stored(mark).value, name);
    return mark;
  }

  /** Unlike any other, also of an input of the same stream that has a mark and has not stored it yet. */
  #newName(): string {
    return `${this.#prefix}${randomUUID()}`;
  }

  get #firstVersion(): string {
    return `replay#${this.#stream}`;
  }

  get #prefix(): string {
    return `replay#${this.#stream}#`;
  }
}

function hashOfNothing(): string {
  return new LinesHash().value;
}
