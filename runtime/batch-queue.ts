import type { BuiltBatch } from './chunk-threads.ts';
import type { ShardBatch } from './shard-of-files.ts';

/** Bytes of batches that wait to be committed at most, but for one batch. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface BatchWork {
  /** Has somebody else build the chunk of a batch. Null where nobody has time for it. */
  readonly handOut: (batch: ShardBatch) => Promise<BuiltBatch> | null;
  /** Builds it here. */
  readonly foresee: (batch: ShardBatch) => BuiltBatch;
  /** False where nothing is to be committed after it. */
  readonly commit: (built: BuiltBatch) => Promise<boolean>;
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
    const isNext = this.#waiting.length === 0;
    this.#push(
      batch,
      made ?? Promise.resolve(isNext ? { batch, foreseen: null } : this.#work.foresee(batch)),
      isNext && made === null,
    );
    await this.#commitReady();
    while (this.#bytes > MOST_BYTES) await this.#commitFirst();
  }

  /** Commits all. */
  async end(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commitFirst();
  }

  #push({ bytes }: ShardBatch, made: Promise<BuiltBatch>, isReady: boolean): void {
    const waiting: Waiting = { bytes, made, isReady };
    const ready = () => {
      waiting.isReady = true;
    };
    // Who commits it is told of its error.
    made.then(ready, ready);
    this.#waiting.push(waiting);
    this.#bytes += bytes;
  }

  async #commitReady(): Promise<void> {
    while (this.#waiting[0]?.isReady) await this.#commitFirst();
  }

  async #commitFirst(): Promise<void> {
    const first = this.#waiting.shift();
    if (first === undefined) return;
    this.#bytes -= first.bytes;
    if (await this.#work.commit(await first.made)) return;
    this.#isStopped = true;
    this.#waiting.length = 0;
    this.#bytes = 0;
  }
}

interface Waiting {
  readonly bytes: number;
  readonly made: Promise<BuiltBatch>;
  isReady: boolean;
}
