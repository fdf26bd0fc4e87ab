import { type LinePart, partsOfLine } from '../adapters/line-parts.ts';
import { fileShardIndexOf, partitionKeyOfLine } from '../adapters/shard-of.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { type BatchItem, type LineBlock, lineRecords } from '../engine/decode/line-block.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { ShardAggregator } from '../engine/ingest/shard-aggregator.ts';
import { isText } from '../engine/ir/stream-format.ts';
import { greatest, least } from '../engine/lists/extremes.ts';
import type { PipelinePlan, StreamPlan } from '../engine/plan/plan.ts';
import type {
  AlertMessage,
  DeadLetterSink,
  FinalizeQueue,
  PageStore,
  Pause,
  ResultStore,
  ShardTopology,
  StateStore,
} from '../engine/ports/index.ts';
import { raiseGeneration } from '../engine/protocol/generation.ts';
import { addCounters, type Counters, loadCheckpoint, NO_EVENTS } from '../engine/state/checkpoint.ts';
import { loadShards, totalCounters } from '../engine/state/shard-rollup.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { START_OF_TIME_MS } from '../engine/time/instant.ts';
import { inputFile } from './input/input-file.ts';
import { cutMessage, type InputLine, isCut, mayGoOn } from './input/input-line.ts';
import { readRecordRuns } from './input/records.ts';
import { finalizeAll, type LocalQueue } from './local-finalizer.ts';
import type { RowFormat } from './row-format.ts';
import { RunFinalizer } from './run-finalizer.ts';
import { findingsOf, isTooDead, type RunFinding } from './run-findings.ts';
import { openOutput, type SideOutputReader, writeRunOutput } from './run-output.ts';
import { RunLedger } from './run-settings.ts';
import { ShardRun } from './shard-of-files.ts';
import { streamOfFiles } from './stream-of-files.ts';

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

/** Lines that wait to be a batch: a bound for memory where lines are long, whatever their number is. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/** Events of a stream by which its share of dead ones is judged before the end. */
const ENOUGH_EVENTS = 10_000;

/** A segment that is written again is decoded and encoded again. Larger ones take more time for it than finalizing them twice. */
const LARGEST_REWRITE_BYTES = 4096;

interface StreamRunParts {
  readonly options: RunOptions;
  readonly stream: StreamPlan;
  readonly generation: number;
  readonly finalizer: RunFinalizer;
  readonly onBytes: (bytes: number) => void;
}

class StreamRun {
  readonly #options: RunOptions;
  readonly #stream: StreamPlan;
  readonly #onBytes: (bytes: number) => void;
  readonly #finalizer: RunFinalizer;
  readonly #shards: readonly ShardRun[];
  /** Of lines that wait in all shards. */
  #waitingBytes = 0;
  #committed = NO_EVENTS;

  constructor({ options, stream, generation, finalizer, onBytes }: StreamRunParts) {
    this.#options = options;
    this.#stream = stream;
    this.#onBytes = onBytes;
    this.#finalizer = finalizer;
    const ids = Array.from({ length: options.shards }, (_, index) => shardId(index));
    const topology: ShardTopology = {
      shards: async () => ids.map((id) => ({ id, parents: [] })),
      probe: async () => 'recordsWaiting',
    };
    const { sort = false, nowMs = systemClock.nowMs() } = options;
    const read = streamOfFiles(stream, { sort, nowMs });
    // Files are of the past: nobody looks at their open windows early.
    const ports = { ...options.stores, looks: null, topology, clock: systemClock };
    this.#shards = ids.map(
      (id) =>
        new ShardRun(
          id,
          new ShardAggregator(read, id, ports, { generation, largestRewriteBytes: LARGEST_REWRITE_BYTES }),
        ),
    );
  }

  /** False where so many events are dead that the rest was not read. */
  async run(files: readonly string[]): Promise<boolean> {
    const { stores, flush } = this.#options;
    for (const shard of this.#shards) {
      const checkpoint = await loadCheckpoint(stores.state, this.#stream.name, shard.id);
      shard.takenTo = checkpoint?.position?.sequence ?? '0';
    }
    const { definition } = this.#stream;
    let lineNumber = 0;
    for (const [index, file] of files.entries()) {
      // Line numbers go on in the next file, so only the last one may grow.
      const mayGrow = !flush && index === files.length - 1;
      let before = 0;
      const onBytes = (bytes: number) => {
        this.#onBytes(bytes - before);
        before = bytes;
      };
      for await (const found of readRecordRuns(file, definition, { onBytes, room: () => this.#room() })) {
        if ('lines' in found) {
          await this.#takeRun({ firstSequence: lineNumber + 1, lines: found.lines, data: found.bytes });
          lineNumber += found.lines;
        } else {
          if (mayGrow && (isText(definition.format) ? !found.ended : mayGoOn(found))) break;
          await this.#take(found, String(++lineNumber));
        }
        if (this.#isTooDead) return false;
      }
    }
    for (const shard of this.#shards) await this.#process(shard);
    return true;
  }

  /** More events are dead than is allowed, of enough to tell before the end. */
  get #isTooDead(): boolean {
    const { maxDead = 1 } = this.#options;
    return this.#committed.delivered >= ENOUGH_EVENTS && isTooDead(this.#committed, maxDead);
  }

  /** Lines of one shard stay together; those of several are told apart one by one. */
  async #takeRun(block: LineBlock): Promise<void> {
    if (this.#shards.length === 1) return this.#add(this.#shards[0] as ShardRun, block);
    for (const { data, sequence } of lineRecords(block)) {
      await this.#take({ bytes: data as Buffer, length: data.length, ended: true }, sequence);
    }
  }

  async #take(line: InputLine, sequence: string): Promise<void> {
    const { shards } = this.#options;
    if (shards === 1) return this.#add(this.#shards[0] as ShardRun, sourceRecord(line, sequence, null));
    const parts = isCut(line)
      ? [{ partitionKey: partitionKeyOfLine(this.#stream.definition, line.bytes), bytes: line.bytes }]
      : partsOfLine(this.#stream.definition, line.bytes);
    // Each shard has one record of the line at most: the line's number is its sequence.
    for (const [index, own] of Map.groupBy(parts, ({ partitionKey }) => fileShardIndexOf(partitionKey, shards))) {
      const { partitionKey } = own[0] as LinePart;
      // Copied: lines are views of a chunk of the file. Where they wait in many shards, each would keep its whole chunk.
      const bytes = Buffer.concat(own.flatMap((part, i) => (i === 0 ? [part.bytes] : [LINE_END, part.bytes])));
      const part = { ...line, bytes, length: isCut(line) ? line.length : bytes.length };
      await this.#add(this.#shards[index] as ShardRun, sourceRecord(part, sequence, partitionKey));
    }
  }

  async #add(shard: ShardRun, item: BatchItem): Promise<void> {
    this.#waitingBytes += shard.add(item);
    if (shard.waiting >= this.#options.batch) await this.#process(shard);
    if (this.#waitingBytes < MAX_WAITING_BYTES) return;
    for (const each of this.#shards) if (each.waiting > 0) await this.#process(each);
  }

  /** Lines that have room in a batch of one shard. */
  #room(): number {
    const [shard] = this.#shards;
    return this.#shards.length === 1 ? this.#options.batch - (shard as ShardRun).waiting : Number.POSITIVE_INFINITY;
  }

  async #process(shard: ShardRun): Promise<void> {
    const { bytes, committed } = await shard.process();
    this.#waitingBytes -= bytes;
    this.#committed = addCounters(this.#committed, committed);
    await this.#finalizer.afterInput(bytes);
  }
}

const LINE_END = Buffer.from('\n');

/** A line that is longer than is read becomes a dead letter, whatever it begins with. */
function sourceRecord(line: InputLine, sequence: string, partitionKey: string | null): SourceRecord {
  const record = { sequence, arrivalMs: null, partitionKey, data: line.bytes };
  if (!isCut(line)) return record;
  const message = cutMessage(line);
  return { ...record, parts: [{ kind: 'unreadable', reason: 'oversized', message, data: line.bytes }] };
}

function shardId(index: number): string {
  return `shard-${String(index).padStart(4, '0')}`;
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
