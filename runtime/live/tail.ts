import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EmbeddedStreamLog } from '../../adapters/embedded/stream-log.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { isSystemError, reasonOf } from '../files/file-error.ts';
import { FollowedFile } from '../input/followed-file.ts';
import { InputFileError } from '../input/input-file.ts';
import type { InputLine } from '../input/input-line.ts';
import { readLines } from '../input/lines.ts';
import { cuttingOf } from '../input/records.ts';
import type { Cutting } from '../input/split-lines.ts';
import type { TailStatus } from '../live-status.ts';
import type { FollowingInput } from './live-input.ts';
import { LinesHash, type ReplayMark, ReplayMarks } from './replay-mark.ts';
import { type FoundFile, findRotated, placeBehind, rotatedAfter } from './rotated.ts';
import { entryOf } from './shard-entry.ts';
import { linesFrom, type Wanted } from './starting-position.ts';

/** Bytes that are read at a time, but for the last piece: one that is behind catches up over several rounds. */
const MAX_BYTES = 4 * 1024 * 1024;
/** How long a file that was rotated away is still read once nothing more comes: its writer may not know yet. */
const LINGER_MS = 2000;

/**
 * Refuses what cannot be followed. A file that is not there yet can be.
 *
 * @throws InputFileError
 */
export async function assertTailable(file: string): Promise<void> {
  if (file.endsWith('.gz')) {
    throw new InputFileError(`The file ${file} is compressed, and nobody adds lines to it: give it to --input.`);
  }
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new InputFileError(`The file ${file} cannot be followed: ${reasonOf(error)}`, { cause: error });
  });
  if (found?.isDirectory()) throw new InputFileError(`The input ${file} is a folder. Name a file.`);
  if (found !== null && !found.isFile()) {
    throw new InputFileError(`The input ${file} is a pipe, and cannot be followed by its name: give it to --stdin.`);
  }
}

/**
 * Sends the lines of a file as others write them, from its first line on, each once: how far it got lies in the log beside
 * the lines, and belongs to them and not to the name, as with a replay.
 *
 *   access.log      ── renamed ──► access.log.1   its rest is read, then the new access.log from its first line
 *   access.log      ── copied ───► access.log.1, then cut short: the rest is read from the copy, then access.log again
 *
 * The same happens on the next start where the file was rotated meanwhile. Where that happened more than once, the files in
 * between are read one after the other.
 */
export class Tail implements FollowingInput {
  readonly stream: string;
  readonly #definition: StreamDefinition;
  readonly #shards: readonly string[];
  readonly #log: EmbeddedStreamLog;
  readonly #path: string;
  readonly #cutting: Cutting;
  readonly #name: string;
  readonly #marks: ReplayMarks;
  readonly #isWanted: Wanted;
  #file: FollowedFile | null = null;
  /** It is not what the path leads to any more: once its rest is sent, the path is followed again. */
  #isRotated = false;
  #quietSinceMs: number | null = null;
  #mark: ReplayMark;
  #hash = new LinesHash();
  #sent = 0;
  #resumedAt = 0;
  #problem: string | null = null;

  private constructor(
    definition: StreamDefinition,
    shards: readonly string[],
    log: EmbeddedStreamLog,
    path: string,
    startsAtMs: number | null,
  ) {
    this.#isWanted = linesFrom(definition, startsAtMs);
    this.stream = definition.name;
    this.#definition = definition;
    this.#shards = shards;
    this.#log = log;
    this.#path = path;
    this.#cutting = cuttingOf(definition);
    this.#name = `tail#${definition.name}#${resolve(path)}`;
    this.#marks = new ReplayMarks(log, definition.name);
    this.#mark = this.#marks.fresh();
  }

  /**
   * `startsAtMs`: lines whose events happened before are passed over.
   *
   * @throws InputFileError where the file is of a kind that cannot be followed.
   */
  static async open(
    definition: StreamDefinition,
    shards: readonly string[],
    log: EmbeddedStreamLog,
    path: string,
    startsAtMs: number | null = null,
  ): Promise<Tail> {
    assertFollowable(definition, path);
    await assertTailable(path);
    const tail = new Tail(definition, shards, log, path, startsAtMs);
    await tail.#resume();
    return tail;
  }

  /** Finds the place where an earlier process was: in the file, in what became of it, or in a file that was replayed. */
  async #resume(): Promise<void> {
    const name = this.#log.mark(this.#name);
    const mark = name === null ? null : this.#marks.named(name);
    const isThere = await exists(this.#path);
    if (mark === null) {
      if (!isThere) return;
      const { mark: known } = await this.#marks.find(readLines(this.#path, undefined, this.#cutting));
      const place = await placeBehind(this.#path, known, this.#cutting);
      if (place !== null) await this.#follow(place, known);
      return;
    }
    // What came behind the file before may be gone from the path by now.
    const before = mark.lines === 0 && mark.after !== undefined ? this.#marks.named(mark.after) : null;
    const read = before && (await findRotated(this.#path, before, this.#cutting));
    if (before && read) return this.#followAsRotated(read, before);
    const place = isThere ? await placeBehind(this.#path, mark, this.#cutting) : null;
    if (place !== null) return this.#follow(place, mark);
    await this.#followRotated(mark);
  }

  /** Goes on in what the followed file became; where that cannot be found, at the first line of the new one. */
  async #followRotated(mark: ReplayMark): Promise<void> {
    const place = await findRotated(this.#path, mark, this.#cutting);
    if (place === null) return this.#startFile();
    await this.#followAsRotated(place, mark);
  }

  async #followAsRotated(place: FoundFile, mark: ReplayMark): Promise<void> {
    await this.#follow(place, mark);
    this.#isRotated = true;
  }

  async #follow({ path, from, hash }: FoundFile, mark: ReplayMark): Promise<void> {
    this.#hash = hash;
    this.#file = await FollowedFile.open(path, this.#cutting, from);
    this.#mark = mark;
    this.#resumedAt = mark.lines;
  }

  /** What comes next is another file, and none of its lines was sent: also after the next start. */
  async #startFile(after?: string): Promise<void> {
    await this.#file?.close();
    this.#file = null;
    this.#isRotated = false;
    this.#quietSinceMs = null;
    this.#mark = { ...this.#marks.fresh(), ...(after !== undefined && { after }) };
    this.#hash = new LinesHash();
    this.#resumedAt = 0;
    this.#log.setMarks(this.#place);
  }

  /** The mark of the file, and that it is this file's. */
  get #place() {
    return [ReplayMarks.stored(this.#mark), { name: this.#name, value: this.#mark.name }];
  }

  async advance(atMs: number, nowMs: number): Promise<void> {
    try {
      await this.#read(atMs, nowMs);
      this.#problem = null;
    } catch (error) {
      // The file may be mended while the rest goes on. What the store refuses is another matter.
      if (error instanceof InputFileError) this.#problem = error.message;
      else if (isSystemError(error)) this.#problem = `The file ${this.#path} cannot be read: ${reasonOf(error)}`;
      else throw error;
    }
  }

  async #read(atMs: number, nowMs: number): Promise<void> {
    if (this.#file === null) {
      if (!(await exists(this.#path))) return;
      this.#file = await FollowedFile.open(this.#path, this.#cutting);
    }
    const lines = await this.#file.read(MAX_BYTES);
    if (lines === null) return this.#onRewritten();
    if (lines.length > 0) {
      this.#quietSinceMs = null;
      return this.#send(lines, nowMs);
    }
    if (this.#file.behindBytes > 0 || !(await this.#isReplaced(this.#file))) return;
    this.#quietSinceMs ??= atMs;
    if (atMs - this.#quietSinceMs < LINGER_MS) return;
    const rest = this.#file.rest();
    if (rest.length > 0) this.#send(rest, nowMs);
    await this.#startNext(this.#file);
  }

  /** Goes on behind a file that was read to its end: with what was rotated away after it, or else with the new one. */
  async #startNext(file: FollowedFile): Promise<void> {
    const next = await rotatedAfter(this.#path, { id: file.id, writtenMs: await file.writtenMs() });
    // Where the next file cannot be read, this one stays, and the next look tries again.
    const found = next && (await this.#marks.find(readLines(next, undefined, this.#cutting)));
    const place = found && (await placeBehind(next, found.mark, this.#cutting));
    const { lines, name, after } = this.#mark;
    await this.#startFile(lines > 0 ? name : after);
    if (place) await this.#followAsRotated(place, found.mark.lines > 0 ? found.mark : this.#mark);
  }

  /** The file was cut short or written anew. What of it was not read may lie in a copy. */
  async #onRewritten(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
    // What was being read is a copy already: nobody knows where its rest is.
    if (this.#isRotated) return this.#startFile();
    await this.#followRotated(this.#mark);
  }

  /** The path leads to another file by now. One that leads nowhere may get its file back. */
  async #isReplaced(file: FollowedFile): Promise<boolean> {
    if (this.#isRotated) return true;
    const found = await stat(this.#path).catch(ignoreMissing);
    return found !== null && `${found.dev}:${found.ino}` !== file.id;
  }

  #send(lines: readonly InputLine[], nowMs: number): void {
    for (const line of lines) this.#hash.add(line);
    this.#mark = { name: this.#mark.name, lines: this.#mark.lines + lines.length, hash: this.#hash.value };
    const entries = lines.filter(this.#isWanted).map((line) => entryOf(this.#definition, this.#shards, line));
    this.#log.appendWithMarks(this.stream, entries, nowMs, this.#place);
    this.#sent += lines.length;
  }

  /** Behind its file, it may have lines for any shard. A line that is half written is none yet. */
  hasMoreFor(): boolean {
    return this.#isRotated || this.#quietSinceMs !== null || this.isBehind;
  }

  get isBehind(): boolean {
    return (this.#file?.behindBytes ?? 0) > 0;
  }

  get isDone(): boolean {
    return false;
  }

  get status(): TailStatus {
    return {
      kind: 'tail',
      file: this.#path,
      sent: this.#sent,
      resumedAt: this.#resumedAt,
      behindBytes: this.#file?.behindBytes ?? 0,
      problem: this.#problem ?? (this.#file === null ? `The file ${this.#path} is not there yet.` : null),
    };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }
}

/** What follows a file goes on in its middle, where no header is. */
function assertFollowable({ name, format }: StreamDefinition, path: string): void {
  if ((format.kind !== 'csv' && format.kind !== 'tsv') || (format.header ?? null) !== null) return;
  throw new InputFileError(
    `The file ${path} of stream '${name}' cannot be followed, for its format ${format.kind} has a header row. Say the header in the format: { kind: '${format.kind}', header: [...] }; or replay the file with --input.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(ignoreMissing)) !== null;
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
