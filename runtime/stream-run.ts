import { type LinePart, partsOfLine } from '../adapters/line-parts.ts';
import { fileShardIndexOf, partitionKeyOfLine } from '../adapters/shard-of.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { type BatchItem, type LineBlock, lineRecords } from '../engine/decode/line-block.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { canForesee, foreseeChunk } from '../engine/ingest/foreseen-chunk.ts';
import { ShardAggregator } from '../engine/ingest/shard-aggregator.ts';
import { isText } from '../engine/ir/stream-format.ts';
import type { StreamPlan } from '../engine/plan/plan.ts';
import type { ShardTopology } from '../engine/ports/index.ts';
import { addCounters, loadCheckpoint, NO_EVENTS } from '../engine/state/checkpoint.ts';
import { BatchQueue } from './batch-queue.ts';
import type { BuiltBatch } from './chunk-threads.ts';
import type { RunOptions } from './file-run.ts';

import { cutMessage, type InputLine, isCut, mayGoOn } from './input/input-line.ts';
import { readRecordRuns } from './input/records.ts';
import { unpackBatch } from './packed-batch.ts';
import type { RunFinalizer } from './run-finalizer.ts';
import { isTooDead } from './run-findings.ts';
import { ShardRun } from './shard-of-files.ts';
import { streamOfFiles } from './stream-of-files.ts';

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

/** Reads the files of one stream, aggregates them in batches, and has windows made final meanwhile. */
export class StreamRun {
  readonly #options: RunOptions;
  readonly #stream: StreamPlan;
  readonly #onBytes: (bytes: number) => void;
  readonly #finalizer: RunFinalizer;
  readonly #shards: readonly ShardRun[];
  /** Of lines that wait in all shards. */
  #waitingBytes = 0;
  #committed = NO_EVENTS;
  readonly #queue: BatchQueue;
  /** So many events are dead that the rest is not read. */
  #isStopped = false;
  #isAtEnd = false;

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
    const { threads = null } = options;
    this.#queue = new BatchQueue({
      handOut: (batch) => (threads !== null && canForesee(read) ? threads.build(read.name, batch) : null),
      foresee: (batch) => ({ batch, foreseen: foreseeChunk(read, batch.shard.id, unpackBatch(batch.packed)) }),
      commit: (built) => this.#commit(built),
    });
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
        if (this.#isStopped) return false;
      }
    }
    await this.#queue.end();
    if (this.#isStopped) return false;
    this.#isAtEnd = true;
    for (const shard of this.#shards) await this.#process(shard);
    await this.#queue.end();
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
    const batch = shard.take();
    this.#waitingBytes -= batch.bytes;
    await this.#queue.add(batch);
  }

  /** False where nothing is to be committed after it. */
  async #commit({ batch, foreseen }: BuiltBatch): Promise<boolean> {
    this.#committed = addCounters(this.#committed, await batch.shard.commit(batch, foreseen));
    await this.#finalizer.afterInput(batch.bytes);
    this.#isStopped = !this.#isAtEnd && this.#isTooDead;
    return !this.#isStopped;
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
