import { zstdCompressSync } from 'node:zlib';
import { memoryStores } from '../adapters/memory/index.ts';
import { ShardAggregator } from '../engine/aggregate/shard-aggregator.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { pipelineDefinition } from '../engine/definition/pipeline.ts';
import { finalizeView } from '../engine/finalize/finalizer.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { writeBytes } from '../engine/ports/commit-size.ts';
import type { ItemWrite, StateStore } from '../engine/ports/state-store.ts';
import { endStream } from '../engine/sweep/sweep.ts';
import { clickLines } from './events.ts';
import definition from './pipeline.ts';

/**
 * `npm run bench`: what one core does, and what the state costs to write. Fixed events; no AWS, no network: the in-memory
 * store stands in for DynamoDB, and write units are counted by DynamoDB's rule from the sizes of the items.
 */
const BATCH = 5000;
const clock = { nowMs: () => Date.UTC(2026, 0, 1) };
const plan = compilePipeline(pipelineDefinition(definition, 'bench/pipeline.ts'));
const [stream] = plan.streams;
const [view] = plan.views;
if (!stream || !view) throw new Error('The bench pipeline has one stream and one view.');

interface Run {
  readonly seconds: number;
  readonly bytesWritten: number;
  readonly writeUnits: number;
  readonly commits: number;
  readonly stores: ReturnType<typeof memoryStores>;
}

/** Decodes, aggregates and commits all records in batches; the last batch may be smaller. */
async function aggregate(records: readonly SourceRecord[], recordsPerBatch: number): Promise<Run> {
  const stores = memoryStores(clock);
  stores.log.createStream('clicks', 1);
  const [shard] = await stores.topology.shards('clicks');
  let bytesWritten = 0;
  let writeUnits = 0;
  let commits = 0;
  const counting: StateStore = {
    get: (key) => stores.state.get(key),
    query: (range) => stores.state.query(range),
    delete: (keys) => stores.state.delete(keys),
    transact: (writes) => {
      commits++;
      for (const write of writes) {
        bytesWritten += writeBytes(write);
        writeUnits += transactionalWriteUnits(write);
      }
      return stores.state.transact(writes);
    },
  };
  const ports = { ...stores, state: counting, clock };
  const aggregator = new ShardAggregator(stream as NonNullable<typeof stream>, shard?.id ?? '', ports, {
    generation: 1,
    retentionMs: 0,
  });
  const started = performance.now();
  for (let from = 0; from < records.length; from += recordsPerBatch) {
    await aggregator.process(records.slice(from, from + recordsPerBatch));
  }
  return { seconds: (performance.now() - started) / 1000, bytesWritten, writeUnits, commits, stores };
}

/** DynamoDB bills each kilobyte begun, and a transaction twice. */
function transactionalWriteUnits(write: ItemWrite): number {
  return 2 * Math.ceil(writeBytes(write) / 1024);
}

function unpacked(lines: readonly string[]): SourceRecord[] {
  return lines.map((line, i) => record(i, Buffer.from(line)));
}

function packed(lines: readonly string[], perRecord: number, pack: (text: Buffer) => Uint8Array): SourceRecord[] {
  const records: SourceRecord[] = [];
  for (let from = 0; from < lines.length; from += perRecord) {
    records.push(record(from, pack(Buffer.from(lines.slice(from, from + perRecord).join('\n')))));
  }
  return records;
}

function record(index: number, data: Uint8Array): SourceRecord {
  return { sequence: String(index + 1), arrivalMs: null, partitionKey: null, data };
}

const format = (n: number, digits = 0) => n.toLocaleString('en-US', { maximumFractionDigits: digits });
const print = (line = '') => process.stdout.write(`${line}\n`);

/** The middle of three runs, after one that warms the compiler up. */
async function median(run: () => Promise<number>): Promise<number> {
  await run();
  const seconds = [await run(), await run(), await run()].sort((a, b) => a - b);
  return seconds[1] as number;
}

async function benchDecode(): Promise<void> {
  const events = 300_000;
  const lines = clickLines(events, 1000);
  const bytes = lines.reduce((sum, line) => sum + line.length, 0) / events;
  print(
    `Decode and aggregate, one core, ${format(events)} events of ${format(bytes)} bytes, 1,000 groups, batches of ${format(BATCH)} events`,
  );
  const inputs: [string, SourceRecord[], number][] = [
    ['one event a record', unpacked(lines), BATCH],
    ['100 events a record, plain', packed(lines, 100, (text) => text), BATCH / 100],
    ['1,000 events a record, zstd', packed(lines, 1000, (text) => zstdCompressSync(text)), BATCH / 1000],
  ];
  for (const [name, records, perBatch] of inputs) {
    const seconds = await median(async () => (await aggregate(records, perBatch)).seconds);
    print(`  ${name.padEnd(30)} ${format(events / seconds).padStart(10)} events/s`);
  }
}

async function benchState(): Promise<void> {
  print();
  print(
    `State written in batches of ${format(BATCH)} events: count, conditional count and approxCountDistinct by page`,
  );
  print(
    `  ${'groups'.padStart(8)} ${'bytes per 1,000 events'.padStart(24)} ${'write units per 1,000 events'.padStart(30)}`,
  );
  for (const groups of [10, 1000, 100_000]) {
    const events = 200_000;
    const run = await aggregate(unpacked(clickLines(events, groups)), BATCH);
    const per1000 = (n: number) => format((n * 1000) / events, 1);
    print(
      `  ${format(groups).padStart(8)} ${per1000(run.bytesWritten).padStart(24)} ${per1000(run.writeUnits).padStart(30)}`,
    );
  }
}

async function benchFinalize(): Promise<void> {
  print();
  print('Finalize: merging segments and writing rows, in memory');
  for (const groups of [1000, 100_000]) {
    const events = 200_000;
    const { stores } = await aggregate(unpacked(clickLines(events, groups)), BATCH);
    await endStream(stream as NonNullable<typeof stream>, stores.state);
    const started = performance.now();
    const { rowsWritten } = await finalizeView(view as NonNullable<typeof view>, 0, { ...stores, clock });
    const ms = performance.now() - started;
    print(
      `  ${format(groups).padStart(8)} groups: ${format(rowsWritten)} rows, ${format((ms * 1000) / rowsWritten, 1)} ms per 1,000 rows`,
    );
  }
}

await benchDecode();
await benchState();
await benchFinalize();
