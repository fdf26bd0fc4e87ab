import type { ForeseenChunk } from '../engine/ingest/foreseen-chunk.ts';
import type { ShardBatch } from './shard-of-files.ts';

/** Bytes of batches that wait to be committed at most, but for one batch. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface BatchWork {
  /** Has somebody else build the chunk of a batch. Null where nobody has time for it. */
  readonly handOut: (batch: ShardBatch) => Promise<ForeseenChunk | null> | null;
  /** Builds it here. */
  readonly foresee: (batch: ShardBatch) => ForeseenChunk | null;
  /** False where nothing is to be committed after it. */
  readonly commit: (batch: ShardBatch, foreseen: ForeseenChunk | null) => Promise<boolean>;
}

/**
 * Batches on their way: their chunks are built by whoever has time, and committed in the order in which they came, one after the
 * other. So whoever builds them, what is stored after each commit is the same.
 *
 * ```
 * thread 1   build 1 │ build 3 │ build 5
 * this one     build 2 │ commit 1, 2 │ build 6 │ commit 3 …
 * ```
 */
export class BatchQueue {
  readonly #work: BatchWork;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #isStopped = false;

  constructor(work: BatchWork) {
    this.#work = work;
  }

  async add(batch: ShardBatch): Promise<void> {
    if (this.#isStopped) return;
    let made = this.#work.handOut(batch);
    if (made === null) {
      await this.#commitReady();
      made = this.#work.handOut(batch);
    }
    // What is before it may be built still. It is built here meanwhile.
    if (made === null && this.#waiting.length > 0) made = Promise.resolve(this.#work.foresee(batch));
    this.#push(batch, made);
    await this.#commitReady();
    while (this.#bytes > MOST_BYTES) await this.#commitFirst();
  }

  /** Commits all. */
  async end(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commitFirst();
  }

  #push(batch: ShardBatch, made: Promise<ForeseenChunk | null> | null): void {
    const waiting: Waiting = { batch, made, isReady: made === null };
    const ready = () => {
      waiting.isReady = true;
    };
    // Who commits it is told of its error.
    made?.then(ready, ready);
    this.#waiting.push(waiting);
    this.#bytes += batch.bytes;
  }

  async #commitReady(): Promise<void> {
    while (this.#waiting[0]?.isReady) await this.#commitFirst();
  }

  async #commitFirst(): Promise<void> {
    const first = this.#waiting.shift();
    if (first === undefined) return;
    const { batch, made } = first;
    this.#bytes -= batch.bytes;
    if (await this.#work.commit(batch, await made)) return;
    this.#isStopped = true;
    this.#waiting.length = 0;
    this.#bytes = 0;
  }
}

interface Waiting {
  readonly batch: ShardBatch;
  readonly made: Promise<ForeseenChunk | null> | null;
  isReady: boolean;
}
