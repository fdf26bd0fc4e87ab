import { systemClock } from '../adapters/system-clock.ts';
import { greatest, least } from '../engine/lists/extremes.ts';
import type { PipelinePlan, StreamPlan } from '../engine/plan/plan.ts';
import type {
  AlertMessage,
  DeadLetterSink,
  FinalizeQueue,
  PageStore,
  Pause,
  ResultStore,
  StateStore,
} from '../engine/ports/index.ts';
import { raiseGeneration } from '../engine/protocol/generation.ts';
import { addCounters, type Counters, NO_EVENTS } from '../engine/state/checkpoint.ts';
import { loadShards, totalCounters } from '../engine/state/shard-rollup.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { START_OF_TIME_MS } from '../engine/time/instant.ts';
import type { BatchBuilders } from './chunk-threads.ts';
import { inputFile } from './input/input-file.ts';
import { finalizeAll, type LocalQueue } from './local-finalizer.ts';
import type { RowFormat } from './row-format.ts';
import { RunFinalizer } from './run-finalizer.ts';
import { findingsOf, type RunFinding } from './run-findings.ts';
import { openOutput, type SideOutputReader, writeRunOutput } from './run-output.ts';
import { RunLedger } from './run-settings.ts';
import { StreamRun } from './stream-run.ts';

/** The stores that a run works on: embedded ones, or in tests any others. */
export interface RunStores {
  readonly state: StateStore;
  readonly pages: PageStore;
  readonly results: ResultStore;
  readonly queue: FinalizeQueue & LocalQueue;
  readonly deadLetters: DeadLetterSink & SideOutputReader;
  readonly pause: Pause;
}

export interface RunOptions {
  readonly plan: PipelinePlan;
  /** Files by stream; several files of a stream are read one after the other. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
  readonly outDir: string;
  /** Of the files of rows. Not given: JSON Lines. */
  readonly format?: RowFormat;
  readonly shards: number;
  /** Lines in one batch, as the event source would hand records over. */
  readonly batch: number;
  /**
   * At the end of the inputs the watermark goes to the end of time, so every window closes. Without it the inputs may grow:
   * a last line that is half written waits for its rest.
   */
  readonly flush: boolean;
  /** The order of the events means nothing: none is late. The watermark moves at the end of the inputs alone. Not given: false. */
  readonly sort?: boolean;
  /** A stream of which a larger share of events is dead ends the run, and is told; from 0 to 1. Not given: 1. */
  readonly maxDead?: number;
  /** When the run begins: events after that are of the future. Not given: now. */
  readonly nowMs?: number;
  readonly stores: RunStores;
  /** Other threads that build chunks of batches. Not given: there are none. */
  readonly threads?: BatchBuilders;
  /** Bytes of the input files read so far, of all there are; `totalBytes` is not set where an input is a pipe. */
  readonly onProgress?: (bytes: number, totalBytes?: number) => void;
}

export interface RunSummary {
  readonly streams: readonly { readonly name: string; readonly watermarkMs: number; readonly counters: Counters }[];
  readonly views: readonly { readonly name: string; readonly file: string; readonly rows: number }[];
  /** All messages about alerts, by view and in their order. Nobody was sent them. */
  readonly alerts: readonly AlertMessage[];
  readonly counters: Counters;
  /** What is wrong with the inputs, or with how they are read. */
  readonly findings: readonly RunFinding[];
}

/**
 * Runs a pipeline over files, through the same aggregate and finalize code as everywhere else. Killed at any point and
 * started again with the same store, it goes on where it was.
 */
export async function runFiles(options: RunOptions): Promise<RunSummary> {
  const { plan, inputs, outDir, format = 'jsonl', shards, flush, sort = false, maxDead = 1, stores } = options;
  await openOutput(plan, outDir, [...inputs.values()].flat(), format);
  const ledger = await RunLedger.open(stores.state, plan, inputs, { shards, sort });
  const progress = await totalProgress(options);
  const generation = await raiseGeneration(stores);
  const finalizer = new RunFinalizer(plan, stores.queue, { ...stores, clock: systemClock });
  let stopped: StreamPlan | null = null;
  for (const stream of plan.streams) {
    const run = new StreamRun({ options, stream, generation, finalizer, onBytes: progress });
    if (!(await run.run(inputs.get(stream.name) ?? []))) {
      stopped = stream;
      break;
    }
    if (flush) await endStream(stream, stores.state);
  }
  await finalizeAll(plan, { ...stores, clock: systemClock });
  if (flush && stopped === null) await ledger.end();
  const { views, alerts } = await writeRunOutput(plan, stores, outDir, format);
  const streams = await Promise.all(plan.streams.map((stream) => summarize(stream, stores.state)));
  const findings = streams.flatMap(({ plan: stream, counters, latestEventMs }) => {
    const read = { counters, latestEventMs, stopped: stream === stopped };
    return findingsOf(stream, read, stores.deadLetters, { maxDead, sort });
  });
  return {
    streams: streams.map(({ name, watermarkMs, counters }) => ({ name, watermarkMs, counters })),
    views,
    alerts,
    counters: streams.map((stream) => stream.counters).reduce(addCounters, NO_EVENTS),
    findings,
  };
}

async function totalProgress({ inputs, onProgress }: RunOptions): Promise<(bytes: number) => void> {
  const files = await Promise.all([...inputs.values()].flat().map(inputFile));
  const sizes = files.map((file) => (file.kind === 'file' ? file.bytes : Number.NaN));
  const sum = sizes.reduce((before, bytes) => before + bytes, 0);
  const total = Number.isNaN(sum) ? undefined : sum;
  let done = 0;
  return (bytes) => {
    done += bytes;
    onProgress?.(done, total);
  };
}

async function summarize(stream: StreamPlan, state: StateStore) {
  const shards = await loadShards(state, stream.name);
  const latest = shards.checkpoints.map(({ latestEventMs }) => latestEventMs).filter((ms) => ms !== null);
  return {
    plan: stream,
    name: stream.name,
    // A stream that was not read, because the run ended before it, has no shard yet.
    watermarkMs:
      shards.checkpoints.length === 0
        ? START_OF_TIME_MS
        : least(shards.checkpoints.map((checkpoint) => checkpoint.watermarkMs)),
    counters: totalCounters(shards),
    latestEventMs: latest.length === 0 ? null : greatest(latest),
  };
}
