import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import { billedBytes, FIREHOSE_UNIT_BYTES } from '../contracts/billing.ts';
import { LIST_PRICES } from '../contracts/prices.ts';
import { bronzeWriter } from '../engine/bronze/bronze-record.ts';
import type { SourceRecord } from '../engine/decode/source-record.ts';
import { pipelineDefinition } from '../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../engine/plan/plan.ts';
import { answersFor } from '../lambdas/bronze/answers.ts';
import weblog from '../pipelines/weblog.ts';
import { compressZstd } from '../producer/zstd.ts';
import { readLines } from '../runtime/input/lines.ts';
import { clickLines, packed, unpacked } from './events.ts';
import { Bench, cpuSeconds, format, median, print } from './measure.ts';
import { pipelines } from './pipeline.ts';

const GB = 1024 ** 3;
const EVENTS = 100_000;
const RUNS = 7;

/** What bronze costs by how events are packed: Firehose for carrying them, S3 for keeping them, and the function's time, base64 of both ways included. */
export async function benchLake(): Promise<void> {
  const lines = clickLines({ events: EVENTS, pages: 1000 });
  const bytes = lines.reduce((sum, line) => sum + line.length, 0) / EVENTS;
  print();
  print(`Lake: ${format(EVENTS)} events of ${format(bytes)} bytes; USD per million events`);
  print(
    `  ${''.padEnd(26)} ${'bytes a record'.padStart(15)} ${'billed'.padStart(8)} ${'Firehose'.padStart(9)} ${'S3 a month'.padStart(11)} ${'CPU µs each'.padStart(12)}`,
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
    const handed = records.map(handedOver);
    const unfold = () => answersFor(handed, writer, Number.POSITIVE_INFINITY).records.map(({ data }) => data);
    const sent = records.reduce((sum, { data }) => sum + data.length, 0);
    const billed = records.reduce((sum, { data }) => sum + billedBytes(data.length, FIREHOSE_UNIT_BYTES), 0);
    const perMillion = (total: number, price: number) => format((total / EVENTS) * (1e6 / GB) * price, 4);
    const micros = ((await median(() => cpuSeconds(unfold), RUNS)) * 1e6) / EVENTS;
    const stored = gzipSync(Buffer.concat((unfold() as string[]).map((data) => Buffer.from(data, 'base64')))).length;
    print(
      `  ${name.padEnd(27)} ${format(sent / records.length).padStart(14)} ${format(billed / records.length).padStart(8)} ${perMillion(billed, LIST_PRICES.firehoseGb).padStart(9)} ${perMillion(stored, LIST_PRICES.s3GbMonth).padStart(11)} ${format(micros, 1).padStart(12)}`,
    );
  }
  await printWebLog();
}

/** Events that are made up repeat less than real ones. */
async function printWebLog(): Promise<void> {
  const lines: string[] = [];
  for await (const { bytes } of readLines(WEB_LOG)) lines.push(bytes.toString('utf8'));
  const [stream] = compilePipeline(pipelineDefinition(weblog, 'pipelines/weblog.ts')).streams;
  if (stream === undefined) throw new Error('The web log has no stream.');
  const handed = packed(lines, 1000, (text) => compressZstd(text)).map(handedOver);
  const { records } = answersFor(handed, bronzeWriter(stream), Number.POSITIVE_INFINITY);
  const stored = gzipSync(Buffer.concat(records.map(({ data }) => Buffer.from(data as string, 'base64'))));
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  print(
    `  gzip leaves ${format((100 * stored.length) / bytes, 1)} % of ${format(lines.length)} events of a real web log`,
  );
}

const WEB_LOG = 'examples/weblog/access-log.jsonl.gz';

/** A record as Firehose hands it to the function. */
function handedOver({ data, sequence, arrivalMs, partitionKey }: SourceRecord): FirehoseTransformationEventRecord {
  return {
    recordId: sequence,
    approximateArrivalTimestamp: arrivalMs ?? 0,
    data: Buffer.from(data).toString('base64'),
    kinesisRecordMetadata: {
      shardId: 'shardId-000000000000',
      partitionKey: partitionKey ?? 'bench',
      approximateArrivalTimestamp: arrivalMs ?? 0,
      sequenceNumber: sequence,
      subsequenceNumber: '',
    },
  } as unknown as FirehoseTransformationEventRecord;
}

if (import.meta.main) await benchLake();
