import type { EmbeddedStreamLog, PlacedEntry } from '../../adapters/embedded/stream-log.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { isText } from '../../engine/ir/stream-format.ts';
import { fileBytes } from '../input/input-file.ts';
import { type InputLine, isUnfinished } from '../input/input-line.ts';
import { readRecords } from '../input/records.ts';
import type { ReplayStatus } from '../live-status.ts';
import type { LiveInput } from './live-input.ts';
import { LinesHash, ReplayMarks } from './replay-mark.ts';
import { entryOf } from './shard-entry.ts';
import { linesFrom, type Wanted } from './starting-position.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly eventsPerSecond: number;
  /** The first lines of the file, so many, are sent at once: what was before. None unless set. */
  readonly atOnce?: number;
  /** Lines whose events happened before are passed over. All are sent unless set. */
  readonly startsAtMs?: number | null;
}

/** Lines that are sent or passed over at a time, and their bytes: a replay that fell behind catches up over several rounds. */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** The size of a file that is to be replayed. Throws an `InputFileError` where it cannot be. */
export function replayBytes(file: string): Promise<number> {
  return fileBytes(file, 'a replay reads it twice and goes on in it later');
}

/**
 * The lines of a file that are all there: a last one that is half written waits for its rest, and for the next start. Only of JSON
 * can be told that it is.
 */
async function* finishedLines(file: string, stream: StreamDefinition): AsyncGenerator<InputLine> {
  for await (const line of readRecords(file, stream)) if (isText(stream.format) || !isUnfinished(line)) yield line;
}

/**
 * Sends the lines of a file into a stream at a steady rate, as a producer would. Stopped and started again, it goes on
 * with the next line: how far it got lies in the log beside the lines.
 */
export class Replayer implements LiveInput {
  readonly stream: string;
  readonly #stream: StreamDefinition;
  readonly #shards: readonly string[];
  readonly #log: EmbeddedStreamLog;
  readonly #options: ReplayOptions;
  #total: number;
  readonly #resumedAt: number;
  readonly #lines: AsyncGenerator<InputLine>;
  /** By shard: lines that are not sent yet. */
  readonly #left: Map<string, number>;
  readonly #mark: string;
  readonly #isWanted: Wanted;
  /** Of the lines that were sent or passed over. */
  readonly #hash = new LinesHash();
  /** With those that were passed over. */
  #sent = 0;
  /** Since this was opened: they take no time of the pace. */
  #passed = 0;
  #startedMs: number | null = null;

  private constructor(
    stream: StreamDefinition,
    shards: readonly string[],
    log: EmbeddedStreamLog,
    options: ReplayOptions,
    { total, mark }: Awaited<ReturnType<ReplayMarks['find']>>,
    lines: Map<string, number>,
  ) {
    this.stream = stream.name;
    this.#stream = stream;
    this.#shards = shards;
    this.#log = log;
    this.#options = options;
    this.#total = total;
    this.#mark = mark.name;
    this.#resumedAt = mark.lines;
    this.#left = lines;
    this.#lines = finishedLines(options.file, stream);
    this.#isWanted = linesFrom(stream, options.startsAtMs ?? null);
  }

  static async open(
    stream: StreamDefinition,
    shards: readonly string[],
    log: EmbeddedStreamLog,
    options: ReplayOptions,
  ): Promise<Replayer> {
    await replayBytes(options.file);
    const lines = new Map<string, number>();
    const counted = async function* () {
      for await (const line of finishedLines(options.file, stream)) {
        const { shard } = entryOf(stream, shards, line);
        lines.set(shard, (lines.get(shard) ?? 0) + 1);
        yield line;
      }
    };
    const found = await new ReplayMarks(log, stream.name).find(counted());
    const replayer = new Replayer(stream, shards, log, options, found, lines);
    while (replayer.#sent < replayer.#resumedAt) await replayer.#next();
    return replayer;
  }

  /** Sends what is due by now. The pace goes by `atMs`, a clock that nobody sets; `nowMs` is when the events arrive. */
  async advance(atMs: number, nowMs: number): Promise<void> {
    const { eventsPerSecond, atOnce = 0 } = this.#options;
    this.#startedMs ??= atMs;
    const paced = Math.floor(((atMs - this.#startedMs) / 1000) * eventsPerSecond);
    const due = Math.max(this.#resumedAt, atOnce) + paced;
    const entries: PlacedEntry[] = [];
    let bytes = 0;
    for (let lines = 0; this.#sent < due + this.#passed && lines < MAX_ENTRIES && bytes < MAX_BYTES; lines++) {
      const line = await this.#next();
      if (line === null) break;
      bytes += line.entry.data.length;
      if (line.isWanted) entries.push(line.entry);
      else this.#passed++;
    }
    if (bytes === 0) return;
    const mark = { lines: this.#sent, hash: this.#hash.value, whole: this.#sent >= this.#total };
    this.#log.appendWithMarks(this.#stream.name, entries, nowMs, [ReplayMarks.stored({ name: this.#mark, ...mark })]);
  }

  /** The next line, which counts as sent; null where there is none. */
  async #next(): Promise<{ readonly entry: PlacedEntry; readonly isWanted: boolean } | null> {
    // A file that has grown since it was opened has more lines, for the next start.
    if (this.#sent >= this.#total) return null;
    const { value, done } = await this.#lines.next();
    if (done) {
      // It was made shorter meanwhile, and nothing more will come.
      this.#total = this.#sent;
      this.#left.clear();
      return null;
    }
    this.#hash.add(value);
    this.#sent++;
    const entry = entryOf(this.#stream, this.#shards, value);
    this.#left.set(entry.shard, (this.#left.get(entry.shard) ?? 0) - 1);
    return { entry, isWanted: this.#isWanted(value) };
  }

  hasMoreFor(shard: string): boolean {
    return (this.#left.get(shard) ?? 0) > 0;
  }

  get isDone(): boolean {
    return this.#sent >= this.#total;
  }

  get status(): ReplayStatus {
    const { file, eventsPerSecond } = this.#options;
    return {
      file,
      sent: this.#sent,
      total: this.#total,
      resumedAt: this.#resumedAt,
      eventsPerSecond,
      done: this.isDone,
    };
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }
}
