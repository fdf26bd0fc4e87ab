import { Worker } from 'node:worker_threads';
import type { ForeseenChunk } from '../engine/ingest/foreseen-chunk.ts';
import { StreamgaugeError } from '../engine/ir/streamgauge-error.ts';
import type { PipelinePlan, ViewPlan } from '../engine/plan/plan.ts';
import type { PackedBatch } from './packed-batch.ts';
import type { ShardBatch } from './shard-of-files.ts';

/** A thread that a run works with has ended. */
export class ThreadError extends StreamgaugeError {
  override readonly name = 'ThreadError';
  readonly code = 'thread';
}

export interface ThreadSettings {
  readonly pipelineFile: string;
  readonly nowMs: number;
  readonly sort: boolean;
}

export interface ToThread {
  readonly id: number;
  readonly stream: string;
  readonly shard: string;
  readonly packed: PackedBatch;
}

export type FromThread =
  /** By the views of the pipeline that it has loaded. */
  | { readonly kind: 'ready'; readonly views: string }
  | {
      readonly kind: 'built';
      readonly id: number;
      readonly foreseen: ForeseenChunk | null;
      readonly memory: ArrayBuffer;
    };

/** A batch that was in other hands: its memory has come back, and is in another place now. */
export interface BuiltBatch {
  readonly batch: ShardBatch;
  readonly foreseen: ForeseenChunk | null;
}

/** Builds chunks of batches for a run over files, beside the thread that commits them. */
export interface BatchBuilders {
  /** Null where nobody has time. Otherwise the batch is theirs until the chunk is built. */
  build(stream: string, batch: ShardBatch): Promise<BuiltBatch> | null;
}

/** Bytes of batches that a thread has at a time, but for one batch: as many as it reads while this thread makes windows final. */
const BYTES_IN_HAND = 32 * 1024 * 1024;

/**
 * Threads that build chunks of batches for a run over files. Each loads the pipeline's file by itself, for what is compiled of it
 * cannot be handed over. Until it has, it takes none.
 */
export class ChunkThreads implements BatchBuilders {
  readonly #threads: readonly Thread[];
  #views: string | null = null;

  constructor(count: number, settings: ThreadSettings) {
    this.#threads = Array.from({ length: count }, () => new Thread(settings));
  }

  /** Tells which pipeline the file defines. One that defines another each time it is loaded is left to this thread alone. */
  workOn({ views }: PipelinePlan): void {
    this.#views = keysOf(views);
  }

  build(stream: string, batch: ShardBatch): Promise<BuiltBatch> | null {
    const free = this.#threads.filter((thread) => thread.hasRoom && thread.views === this.#views);
    const [first] = free.sort((a, b) => a.bytes - b.bytes);
    return first === undefined ? null : first.build(stream, batch);
  }

  /** Why a thread could not begin; null where all did. The run is done without it. */
  get whyMissing(): string | null {
    return this.#threads.find(({ whyMissing }) => whyMissing !== null)?.whyMissing ?? null;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

class Thread {
  readonly #worker: Worker;
  readonly #building = new Map<number, Building>();
  #lastId = 0;
  #error: ThreadError | null = null;
  /** Of batches that it has. */
  bytes = 0;
  /** Of the pipeline that it has loaded. */
  views: string | null = null;
  /** Why it has loaded none and never will. */
  whyMissing: string | null = null;

  constructor(settings: ThreadSettings) {
    this.#worker = new Worker(START, {
      eval: true,
      workerData: settings,
      // Almost nothing outlives a batch: more room for what is young is memory alone.
      resourceLimits: { maxYoungGenerationSizeMb: 12 },
      // What a pipeline's file prints it has printed already.
      stdout: true,
      stderr: true,
    });
    this.#worker.on('message', (message: FromThread) => this.#take(message));
    this.#worker.on('error', (error) => this.#end(`: ${sentence(error.message)}`, error));
    this.#worker.on('exit', (code) => this.#end(` with exit code ${code}.`));
  }

  get hasRoom(): boolean {
    if (this.#error !== null) throw this.#error;
    return this.views !== null && this.bytes < BYTES_IN_HAND;
  }

  build(stream: string, batch: ShardBatch): Promise<BuiltBatch> {
    const { promise, resolve, reject } = Promise.withResolvers<BuiltBatch>();
    const id = ++this.#lastId;
    const { shard, packed, bytes } = batch;
    this.#building.set(id, { batch, resolve, reject });
    this.bytes += bytes;
    this.#worker.postMessage({ id, stream, shard: shard.id, packed } satisfies ToThread, [packed.memory]);
    return promise;
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners();
    // It may fail while it ends, which is of no use to anybody.
    this.#worker.on('error', () => {});
    await this.#worker.terminate();
  }

  #take(message: FromThread): void {
    if (message.kind === 'ready') {
      this.views = message.views;
      return;
    }
    const { id, foreseen, memory } = message;
    const building = this.#building.get(id);
    if (building === undefined) return;
    this.#building.delete(id);
    const { batch, resolve } = building;
    this.bytes -= batch.bytes;
    resolve({ batch: { ...batch, packed: { ...batch.packed, memory } }, foreseen });
  }

  /** A thread that has built nothing is not missed: a pipeline's file may do what only the main thread can. */
  #end(how: string, cause?: Error): void {
    if (this.views === null) {
      this.whyMissing ??= how;
      return;
    }
    this.#error ??= new ThreadError(
      `A thread that reads events ended${how} Run again, with --workers 1 where that does not help: then there are no other threads. With --store the run goes on where it was.`,
      { cause },
    );
    for (const { reject } of this.#building.values()) reject(this.#error);
    this.#building.clear();
  }
}

/** Tells one definition of views from another. */
export function keysOf(views: readonly ViewPlan[]): string {
  return views.map(({ key }) => key).join();
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

interface Building {
  readonly batch: ShardBatch;
  readonly resolve: (built: BuiltBatch) => void;
  readonly reject: (error: Error) => void;
}

/** A module beside this one, as it runs: a package has compiled both. */
function beside(name: string): string {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return JSON.stringify(new URL(`./${name}${extension}`, import.meta.url).href);
}

/** A thread takes over neither that Node keeps what it makes of the code nor its hooks, and both must be there before it loads any. */
const START = `require('node:module').enableCompileCache?.();
import(${beside('own-modules')}).then(({ resolveOwnModules }) => {
  resolveOwnModules();
  return import(${beside('chunk-thread')});
});`;
