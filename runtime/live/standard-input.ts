import type { EmbeddedStreamLog, PlacedEntry } from '../../adapters/embedded/stream-log.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import { readRecordsOf } from '../input/records.ts';
import type { StandardInputStatus } from '../live-status.ts';
import type { FollowingInput } from './live-input.ts';
import { entryOf } from './shard-entry.ts';
import { linesFrom, type Wanted } from './starting-position.ts';

/** Lines that wait to be sent, and their bytes. Where there are more, the writer waits: nothing is read of it. */
const MAX_WAITING = 10_000;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Chunks of a pipe. `process.stdin` is one. */
export type PipeSource = AsyncIterable<Uint8Array | string> & { destroy?(): unknown };

/**
 * Sends the lines that come in on a pipe, as they come. A pipe cannot be read twice, so nobody knows on the next start what
 * was read: whoever writes it decides what comes again. At its end it is like a replay that is done.
 */
export class StandardInput implements FollowingInput {
  readonly stream: string;
  readonly #definition: StreamDefinition;
  readonly #shards: readonly string[];
  readonly #log: EmbeddedStreamLog;
  readonly #source: PipeSource;
  readonly #isWanted: Wanted;
  #waiting: PlacedEntry[] = [];
  #waitingBytes = 0;
  #sent = 0;
  #ended = false;
  #failure: unknown = null;
  #makeRoom: () => void = () => {};
  isBehind = false;

  /** @param startsAtMs lines whose events happened before are passed over. */
  constructor(
    definition: StreamDefinition,
    shards: readonly string[],
    log: EmbeddedStreamLog,
    source: PipeSource,
    startsAtMs: number | null = null,
  ) {
    this.#isWanted = linesFrom(definition, startsAtMs);
    this.stream = definition.name;
    this.#definition = definition;
    this.#shards = shards;
    this.#log = log;
    this.#source = source;
    void this.#pump();
  }

  /** Reads ahead of `advance`, as far as there is room. */
  async #pump(): Promise<void> {
    try {
      for await (const line of readRecordsOf(this.#source, this.#definition)) {
        if (!this.#isWanted(line)) continue;
        // Copied: a line is a part of its chunk, which would stay as long as the line does.
        const entry = entryOf(this.#definition, this.#shards, { ...line, bytes: Buffer.from(line.bytes) });
        this.#waiting.push(entry);
        this.#waitingBytes += entry.data.length;
        while (this.#isFull) {
          await new Promise<void>((resolve) => {
            this.#makeRoom = resolve;
          });
        }
      }
    } catch (error) {
      this.#failure = error;
    }
    this.#ended = true;
  }

  get #isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES;
  }

  /** @throws what went wrong with reading. */
  async advance(_atMs: number, nowMs: number): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const entries = this.#waiting;
    this.isBehind = this.#isFull;
    if (entries.length === 0) return;
    this.#log.appendWithMarks(this.stream, entries, nowMs, []);
    this.#sent += entries.length;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#makeRoom();
  }

  hasMoreFor(shard: string): boolean {
    return this.#waiting.some((entry) => entry.shard === shard);
  }

  get isDone(): boolean {
    return this.#ended && this.#waiting.length === 0;
  }

  get status(): StandardInputStatus {
    return { kind: 'stdin', sent: this.#sent, waiting: this.#waiting.length, done: this.isDone };
  }

  /** What comes later is not read. A pipe that somebody waits for keeps the process alive. */
  async close(): Promise<void> {
    this.#source.destroy?.();
  }
}
