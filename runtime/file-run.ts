import { type LinePart, partsOfLine } from '../adapters/line-parts.ts';
import { fileShardIndexOf, partitionKeyOfLine } from '../adapters/shard-of.ts';
import { systemClock } from '../adapters/system-clock.ts';
import {
  type BatchItem,
  isLineBlock,
  type LineBlock,
  lineRecords,
  linesFrom,
  linesOf,
} from '../engine/decode/line-block.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { ShardAggregator } from '../engine/ingest/shard-aggregator.ts';
import { isText } from '../engine/ir/stream-format.ts';
import { least } from '../engine/lists/extremes.ts';
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
import { compareSequences } from '../engine/ports/position.ts';
import { raiseGeneration } from '../engine/protocol/generation.ts';
import { addCounters, type Counters, loadCheckpoint, NO_EVENTS } from '../engine/state/checkpoint.ts';
import { loadShards, totalCounters } from '../engine/state/shard-rollup.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { inputFile } from './input/input-file.ts';
import { cutMessage, type InputLine, isCut, mayGoOn } from './input/input-line.ts';
import { readRecordRuns } from './input/records.ts';
import { finalizeAll, type LocalQueue } from './local-finalizer.ts';
import type { RowFormat } from './row-format.ts';
import { RunFinalizer } from './run-finalizer.ts';
import { openOutput, type SideOutputReader, writeRunOutput } from './run-output.ts';
import { RunLedger } from './run-settings.ts';

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
}

/**
 * Runs a pipeline over files, through the same aggregate and finalize code as everywhere else. Killed at any point and
 * started again with the same store, it goes on where it was.
 */
export async function runFiles(options: RunOptions): Promise<RunSummary> {
  const { plan, inputs, outDir, format = 'jsonl', shards, flush, stores } = options;
  await openOutput(plan, outDir, [...inputs.values()].flat(), format);
  const ledger = await RunLedger.open(stores.state, plan, inputs, shards);
  const progress = await totalProgress(options);
  const generation = await raiseGeneration(stores);
  const finalizer = new RunFinalizer(plan, stores.queue, { ...stores, clock: systemClock });
  for (const stream of plan.streams) {
    await new StreamRun({ options, stream, generation, finalizer, onBytes: progress }).run(
      inputs.get(stream.name) ?? [],
    );
    if (flush) await endStream(stream, stores.state);
  }
  await finalizeAll(plan, { ...stores, clock: systemClock });
  if (flush) await ledger.end();
  const { views, alerts } = await writeRunOutput(plan, stores, outDir, format);
  const streams = await Promise.all(plan.streams.map((stream) => summarize(stream, stores.state)));
  return { streams, views, alerts, counters: streams.map((stream) => stream.counters).reduce(addCounters, NO_EVENTS) };
}

/** Lines that wait to be a batch: a bound for memory where lines are long, whatever their number is. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

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
    // Files are of the past: nobody looks at their open windows early.
    const ports = { ...options.stores, looks: null, topology, clock: systemClock };
    this.#shards = ids.map(
      (id) =>
        new ShardRun(
          id,
          new ShardAggregator(stream, id, ports, { generation, largestRewriteBytes: LARGEST_REWRITE_BYTES }),
        ),
    );
  }

  async run(files: readonly string[]): Promise<void> {
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
      }
    }
    for (const shard of this.#shards) await this.#process(shard);
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
    const bytes = await shard.process();
    this.#waitingBytes -= bytes;
    await this.#finalizer.afterInput(bytes);
  }
}

/** One shard of a stream that is made of files: lines wait until they are a batch. */
class ShardRun {
  readonly id: string;
  /** Lines up to this one are committed: a run that goes on does not read them again. */
  takenTo = '0';
  readonly #aggregator: ShardAggregator;
  #items: BatchItem[] = [];
  #waiting = 0;
  #bytes = 0;

  constructor(id: string, aggregator: ShardAggregator) {
    this.id = id;
    this.#aggregator = aggregator;
  }

  /** Lines that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many bytes more wait. */
  add(given: BatchItem): number {
    let bytes = 0;
    for (const item of this.#untaken(given)) {
      this.#items.push(item);
      this.#waiting += isLineBlock(item) ? item.lines : 1;
      bytes += item.data.length;
    }
    this.#bytes += bytes;
    return bytes;
  }

  /**
   * How many bytes wait no longer. Also with no records: the shard gets its checkpoint, without which there is no global
   * watermark.
   */
  async process(): Promise<number> {
    const items = this.#items;
    const bytes = this.#bytes;
    this.#items = [];
    this.#waiting = 0;
    this.#bytes = 0;
    await this.#aggregator.process(items);
    return bytes;
  }

  /**
   * What may not be committed. The last line that is may have grown since: more events on the same line are behind its position, which
   * the checkpoint tells.
   */
  #untaken(item: BatchItem): readonly BatchItem[] {
    if (!isLineBlock(item)) return compareSequences(item.sequence, this.takenTo) >= 0 ? [item] : [];
    const taken = Number(this.takenTo);
    const rest = linesFrom(item, taken + 1);
    const at = taken - item.firstSequence;
    const last = at >= 0 && at < item.lines ? [...lineRecords(linesOf(item, at, at + 1))] : [];
    return rest === null ? last : [...last, rest];
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

async function summarize(stream: StreamPlan, state: StateStore): Promise<RunSummary['streams'][number]> {
  const shards = await loadShards(state, stream.name);
  return {
    name: stream.name,
    watermarkMs: least(shards.checkpoints.map((checkpoint) => checkpoint.watermarkMs)),
    counters: totalCounters(shards),
  };
}
