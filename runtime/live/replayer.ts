import type { EmbeddedStreamLog, LogEntry } from '../../adapters/embedded/stream-log.ts';
import { partitionKeyOfLine, shardIndexOf } from '../../adapters/shard-of.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { readLines } from '../input/lines.ts';
import type { ReplayStatus } from '../live-status.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly eventsPerSecond: number;
}

/** Lines that are sent at a time: a replay that fell behind catches up over several rounds. */
const MAX_ENTRIES = 10_000;

/**
 * Sends the lines of a file into a stream at a steady rate, as a producer would. Stopped and started again, it goes on
 * with the next line: the line's number lies in the log beside the line.
 */
export class Replayer {
  readonly #stream: StreamDefinition;
  readonly #shards: readonly string[];
  readonly #log: EmbeddedStreamLog;
  readonly #options: ReplayOptions;
  readonly #total: number;
  readonly #resumedAt: number;
  readonly #lines: AsyncGenerator<Buffer>;
  #sent: number;
  #startedMs: number | null = null;

  private constructor(
    stream: StreamDefinition,
    shards: readonly string[],
    log: EmbeddedStreamLog,
    options: ReplayOptions,
    total: number,
  ) {
    this.#stream = stream;
    this.#shards = shards;
    this.#log = log;
    this.#options = options;
    this.#total = total;
    this.#sent = Number(log.mark(markName(stream)) ?? '0');
    this.#resumedAt = this.#sent;
    this.#lines = readLines(options.file);
  }

  static async open(
    stream: StreamDefinition,
    shards: readonly string[],
    log: EmbeddedStreamLog,
    options: ReplayOptions,
  ): Promise<Replayer> {
    let total = 0;
    for await (const _ of readLines(options.file)) total++;
    const replayer = new Replayer(stream, shards, log, options, total);
    for (let line = 0; line < replayer.#sent; line++) await replayer.#lines.next();
    return replayer;
  }

  /** Sends what is due by now. */
  async advance(nowMs: number): Promise<void> {
    this.#startedMs ??= nowMs;
    const due = Math.floor(((nowMs - this.#startedMs) / 1000) * this.#options.eventsPerSecond);
    const entries: (LogEntry & { shard: string })[] = [];
    while (this.#sent + entries.length - this.#resumedAt < due && entries.length < MAX_ENTRIES) {
      const { value: line, done } = await this.#lines.next();
      if (done) break;
      const partitionKey = partitionKeyOfLine(this.#stream, line).slice(0, 256);
      const shard = this.#shards[shardIndexOf(partitionKey, this.#shards.length)] as string;
      entries.push({ partitionKey, data: line, shard });
    }
    if (entries.length === 0) return;
    this.#sent += entries.length;
    this.#log.appendWithMark(this.#stream.name, entries, nowMs, {
      name: markName(this.#stream),
      value: String(this.#sent),
    });
  }

  get status(): ReplayStatus {
    const done = this.#sent >= this.#total;
    return { file: this.#options.file, sent: this.#sent, total: this.#total, resumedAt: this.#resumedAt, done };
  }
}

function markName(stream: StreamDefinition): string {
  return `replay#${stream.name}`;
}
