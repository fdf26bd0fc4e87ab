import { setTimeout } from 'node:timers/promises';
import { zstdCompressSync } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { S3DeadLetterSink } from '../adapters/aws/s3-dead-letter-sink.ts';
import { openEmbedded } from '../adapters/embedded/index.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import type { DeadLetterSink } from '../engine/ports/dead-letter-sink.ts';
import { clickLines, unpacked } from './events.ts';
import { BATCH, Bench, clock, format, median, print } from './measure.ts';
import { pipelines } from './pipeline.ts';

const EVENTS = 50_000;
/** How long S3 takes for a small object, about. */
const PUT_MS = 25;

/** What a storm of events that are none costs a shard, and the good events in it. */
export async function benchSideOutputs(): Promise<void> {
  print();
  print(
    `Dead letters, one shard, ${format(EVENTS)} events in batches of ${format(BATCH)}: half a line, or a field of another type`,
  );
  const good = clickLines({ events: EVENTS, pages: 1000 });
  const dead = good.map((line, i) => (i % 2 === 0 ? line.slice(0, -9) : line.replace(/"user-\d+"/, '7')));
  const half = good.flatMap((line, i) => [line, dead[i] as string]);
  const fakeS3 = new FakeS3();
  const embedded = openEmbedded(':memory:', clock);
  const sinks: [string, DeadLetterSink | undefined][] = [
    ['in memory', undefined],
    ['SQLite', embedded.deadLetters],
    [`S3, ${PUT_MS} ms a put`, new S3DeadLetterSink({ client: fakeS3.client, bucket: 'side-outputs' })],
  ];
  const goodOnly = EVENTS / (await secondsOf(unpacked(good)));
  print(`  ${'good events only'.padEnd(30)} ${format(goodOnly).padStart(10)} events/s`);
  for (const [name, sink] of sinks) {
    const deadOnly = EVENTS / (await secondsOf(unpacked(dead), sink));
    const amongDead = EVENTS / (await secondsOf(unpacked(half), sink));
    print(
      `  ${name.padEnd(30)} ${format(deadOnly).padStart(10)} dead/s, ${format(amongDead)} good/s beside as many dead: ${format(amongDead / goodOnly, 2)} of good only`,
    );
  }
  embedded.close();
  print(`  puts for 1,000 dead events     ${format((fakeS3.puts * 1000) / fakeS3.dead, 2).padStart(10)}`);
  await benchUnfolding();
}

/** A record of a few bytes that unfolds to very many events that are none. */
async function benchUnfolding(): Promise<void> {
  print('One zstd record of lines that are no events');
  for (const lines of [16_384, 1_000_000]) {
    const data = zstdCompressSync(Buffer.alloc(2 * lines, 'x\n'));
    const bench = new Bench(pipelines.pages);
    const seconds = await bench.aggregate([{ sequence: '1', arrivalMs: null, partitionKey: null, data }], 1);
    const letters = (await bench.stores.deadLetters.read('clicks')).length;
    print(
      `  ${`${format(lines)} in ${format(data.length)} bytes`.padStart(30)} ${format(seconds, 2)} s, ${format(letters)} dead letters, ${format(bench.writeUnits)} write units`,
    );
  }
}

async function secondsOf(records: readonly SourceRecord[], deadLetters?: DeadLetterSink): Promise<number> {
  return median(() => new Bench(pipelines.pages, deadLetters).aggregate(records, BATCH));
}

/** Answers puts as S3 does, after a while, and keeps nothing. */
class FakeS3 {
  puts = 0;
  /** By the runs that used it, four of each kind. */
  readonly dead = 8 * EVENTS;
  readonly client = {
    send: async () => {
      this.puts++;
      await setTimeout(PUT_MS);
      return {};
    },
  } as unknown as S3Client;
}
