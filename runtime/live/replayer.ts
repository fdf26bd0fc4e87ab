import type { EmbeddedStreamLog, LogEntry } from '../../adapters/embedded/stream-log.ts';
import { partitionKeyOfLine, shardIndexOf } from '../../adapters/shard-of.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { readLines } from '../input/lines.ts';
import type { ReplayStatus } from '../live-status.ts';
import type { Sender } from './sending-topology.ts';

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
export class Replayer implements Sender {
  readonly #stream: StreamDefinition;
  readonly #shards: readonly string[];
  readonly #log: EmbeddedStreamLog;
  readonly #options: ReplayOptions;
  readonly #total: number;
  /** By shard: lines that are not sent yet. */
  readonly #left: Map<string, number>;
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
    left: Map<string, number>,
  ) {
    this.#stream = stream;
    this.#shards = shards;
    this.#log = log;
    this.#options = options;
    this.#total = total;
    this.#left = left;
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
    const sent = Number(log.mark(markName(stream)) ?? '0');
    const left = new Map<string, number>();
    let total = 0;
    for await (const line of readLines(options.file)) {
      if (total++ < sent) continue;
      const { shard } = entryOf(stream, shards, line);
      left.set(shard, (left.get(shard) ?? 0) + 1);
    }
    const replayer = new Replayer(stream, shards, log, options, total, left);
    for (let line = 0; line < replayer.#sent; line++) await replayer.#lines.next();
    return replayer;
  }

  /** Sends what is due by now. The pace goes by `atMs`, a clock that nobody sets; `nowMs` is when the events arrive. */
  async advance(atMs: number, nowMs: number): Promise<void> {
    this.#startedMs ??= atMs;
    const due = Math.floor(((atMs - this.#startedMs) / 1000) * this.#options.eventsPerSecond);
    const entries: ShardEntry[] = [];
    while (this.#sent + entries.length - this.#resumedAt < due && entries.length < MAX_ENTRIES) {
      const { value: line, done } = await this.#lines.next();
      if (done) break;
      entries.push(entryOf(this.#stream, this.#shards, line));
    }
    if (entries.length === 0) return;
    this.#sent += entries.length;
    this.#log.appendWithMark(this.#stream.name, entries, nowMs, {
      name: markName(this.#stream),
      value: String(this.#sent),
    });
    for (const { shard } of entries) this.#left.set(shard, (this.#left.get(shard) ?? 0) - 1);
  }

  hasMoreFor(shard: string): boolean {
    return (this.#left.get(shard) ?? 0) > 0;
  }

  get isDone(): boolean {
    return this.#sent >= this.#total;
  }

  get status(): ReplayStatus {
    const { file } = this.#options;
    return { file, sent: this.#sent, total: this.#total, resumedAt: this.#resumedAt, done: this.isDone };
  }
}

type ShardEntry = LogEntry & { readonly shard: string };

function entryOf(stream: StreamDefinition, shards: readonly string[], line: Buffer): ShardEntry {
  const partitionKey = partitionKeyOfLine(stream, line).slice(0, 256);
  const shard = shards[shardIndexOf(partitionKey, shards.length)] as string;
  return { partitionKey, data: line, shard };
}

function markName(stream: StreamDefinition): string {
  return `replay#${stream.name}`;
}
