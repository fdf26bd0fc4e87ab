import { gzipSync, zstdCompressSync } from 'node:zlib';
import { billedBytes, FIREHOSE_UNIT_BYTES } from '../contracts/billing.ts';
import { LIST_PRICES } from '../contracts/prices.ts';
import { type BronzeWriter, bronzeWriter, type PlacedRecord } from '../engine/bronze/bronze-record.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { clickLines, packed, unpacked } from './events.ts';
import { Bench, format, median, print } from './measure.ts';
import { pipelines } from './pipeline.ts';

const GB = 1024 ** 3;
const EVENTS = 100_000;

/** What bronze costs by how events are packed: Firehose for carrying them, S3 for keeping them, and the function's time. */
export async function benchLake(): Promise<void> {
  const lines = clickLines({ events: EVENTS, pages: 1000 });
  const bytes = lines.reduce((sum, line) => sum + line.length, 0) / EVENTS;
  print();
  print(`Lake: ${format(EVENTS)} events of ${format(bytes)} bytes; USD per million events`);
  print(
    `  ${''.padEnd(26)} ${'bytes a record'.padStart(15)} ${'billed'.padStart(8)} ${'Firehose'.padStart(9)} ${'S3 a month'.padStart(11)} ${'µs an event'.padStart(12)}`,
  );
  const inputs: [string, readonly SourceRecord[]][] = [
    ['one event a record', unpacked(lines)],
    ['20 events a record, plain', packed(lines, 20, (text) => text)],
    ['100 events a record, plain', packed(lines, 100, (text) => text)],
    ['100 events a record, zstd', packed(lines, 100, (text) => zstdCompressSync(text))],
    ['1,000 events a record, zstd', packed(lines, 1000, (text) => zstdCompressSync(text))],
  ];
  const { stream } = new Bench(pipelines.pages);
  const writer = bronzeWriter(stream);
  for (const [name, records] of inputs) {
    const placed = records.map((record) => ({ ...record, shard: 'shardId-000000000000', subsequence: 0 }));
    const sent = records.reduce((sum, { data }) => sum + data.length, 0);
    const billed = records.reduce((sum, { data }) => sum + billedBytes(data.length, FIREHOSE_UNIT_BYTES), 0);
    const perMillion = (total: number, price: number) => format((total / EVENTS) * (1e6 / GB) * price, 4);
    const seconds = await median(async () => timed(() => unfold(writer, placed)));
    const stored = gzipSync(unfold(writer, placed)).length;
    print(
      `  ${name.padEnd(27)} ${format(sent / records.length).padStart(14)} ${format(billed / records.length).padStart(8)} ${perMillion(billed, LIST_PRICES.firehoseGb).padStart(9)} ${perMillion(stored, LIST_PRICES.s3GbMonth).padStart(11)} ${format((seconds / EVENTS) * 1e6, 1).padStart(12)}`,
    );
  }
}

function unfold(writer: BronzeWriter, records: readonly PlacedRecord[]): string {
  return records.map((record) => writer.unfold(record, Number.POSITIVE_INFINITY)?.text ?? '').join('');
}

function timed(run: () => unknown): number {
  const started = performance.now();
  run();
  return (performance.now() - started) / 1000;
}

if (import.meta.main) await benchLake();
