import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { FirehoseTransformationEvent, FirehoseTransformationEventRecord } from 'aws-lambda';
import { parseBronzeLine } from '../../engine/bronze/bronze-line.ts';
import { makeHandler } from '../../lambdas/bronze/make-handler.ts';
import { CLICKS_ARN, click, memoryLog, NOW_MS, plan, source } from './support.ts';

/** Lambda refuses an answer of more. */
const LAMBDA_LIMIT = 6_291_556;

const ARRIVAL_MS = NOW_MS + 600_000;

function record(sequenceNumber: string, data: string | Uint8Array): FirehoseTransformationEventRecord {
  return {
    recordId: `4966${sequenceNumber.padStart(60, '0')}`,
    approximateArrivalTimestamp: ARRIVAL_MS + 5000,
    data: Buffer.from(data as Uint8Array).toString('base64'),
    kinesisRecordMetadata: {
      shardId: 'shardId-000000000000',
      partitionKey: 'key',
      approximateArrivalTimestamp: ARRIVAL_MS,
      sequenceNumber,
      subsequenceNumber: '',
    },
  };
}

function eventOf(
  records: FirehoseTransformationEventRecord[],
  sourceKinesisStreamArn: string | undefined = CLICKS_ARN,
): FirehoseTransformationEvent {
  return {
    invocationId: 'i-1',
    deliveryStreamArn: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/bronze-clicks',
    region: 'eu-west-1',
    records,
    ...(sourceKinesisStreamArn === undefined ? {} : { sourceKinesisStreamArn }),
  };
}

function setUp() {
  const log = memoryLog();
  const handler = makeHandler({ plan, streamOf: source.streamOf, log });
  return { log, handler };
}

async function answersOf(records: FirehoseTransformationEventRecord[]) {
  const { handler, log } = setUp();
  const response = await handler(eventOf(records));
  expect(Buffer.byteLength(JSON.stringify(response))).toBeLessThan(LAMBDA_LIMIT);
  expect(response.records.map(({ recordId }) => recordId)).toEqual(records.map(({ recordId }) => recordId));
  const answers = response.records.map(({ result, data }) => ({
    result,
    lines: Buffer.from(data ?? '', 'base64')
      .toString()
      .split('\n')
      .slice(0, -1)
      .map(parseBronzeLine),
  }));
  return { answers, log };
}

test('each record becomes lines with its place in the Kinesis stream and its arrival there', async () => {
  const { answers, log } = await answersOf([record('1', click(0)), record('2', `${click(1)}\n${click(2, '/b')}\n`)]);
  const place = { shard: 'shardId-000000000000', subsequence: 0, arrivalMs: ARRIVAL_MS, partitionKey: 'key' };
  const line = { ...place, reason: null, record: null };
  expect(answers).toEqual([
    { result: 'Ok', lines: [{ ...line, sequence: '1', index: 0, text: click(0) }] },
    {
      result: 'Ok',
      lines: [
        { ...line, sequence: '2', index: 0, text: click(1) },
        { ...line, sequence: '2', index: 1, text: click(2, '/b') },
      ],
    },
  ]);
  expect(log.lines).toEqual([
    {
      level: 'info',
      message: 'Records became bronze.',
      fields: { stream: 'clicks', invocationId: 'i-1', records: 2, failed: 0, folded: 0, events: 3, others: 0 },
    },
  ]);
});

test('a record of several that a producer packed under one sequence number tells which it is', async () => {
  const [first] = [record('1', click(0))];
  const packed = { ...first, kinesisRecordMetadata: { ...first?.kinesisRecordMetadata, subsequenceNumber: 7 } };
  const { answers } = await answersOf([packed as never]);
  expect(answers[0]?.lines).toMatchObject([{ sequence: '1', subsequence: 7 }]);
});

test.each([
  ['milliseconds', ARRIVAL_MS, ARRIVAL_MS],
  ['milliseconds as text', String(ARRIVAL_MS), ARRIVAL_MS],
  ['ISO-8601 text', new Date(ARRIVAL_MS + 123).toISOString(), ARRIVAL_MS + 123],
  ['nothing', undefined, null],
  ['no time', 'soon', null],
])('an arrival told as %s is taken for what it is', async (_case, approximateArrivalTimestamp, arrivalMs) => {
  const told = record('1', click(0));
  const metadata = { ...told.kinesisRecordMetadata, approximateArrivalTimestamp };
  const { answers } = await answersOf([{ ...told, kinesisRecordMetadata: metadata as never }]);
  expect(answers).toMatchObject([{ result: 'Ok', lines: [{ sequence: '1', arrivalMs, text: click(0) }] }]);
});

test('bytes that are no event are kept to the last bit, and fail nothing', async () => {
  const noise = Buffer.from([0xff, 0x00, 0x0a, 0xfe]);
  const cut = gzipSync(click(0)).subarray(0, 25);
  const { answers, log } = await answersOf([
    record('1', noise),
    record('2', click(0)),
    record('3', cut),
    record('4', ''),
  ]);
  expect(answers.map(({ result }) => result)).toEqual(['Ok', 'Ok', 'Ok', 'Ok']);
  expect(answers.map(({ lines }) => [lines[0]?.reason, lines[0]?.record])).toEqual([
    ['not_json', noise],
    [null, null],
    ['corrupt_compression', Buffer.from(cut)],
    ['empty_record', Buffer.alloc(0)],
  ]);
  expect(log.lines[0]?.fields).toMatchObject({ failed: 0, events: 1, others: 4 });
});

test('a record without its place fails alone, and is told of', async () => {
  const { kinesisRecordMetadata: _, ...bare } = record('2', click(1));
  const noShard = record('3', click(1));
  const { answers, log } = await answersOf([
    record('1', click(0)),
    bare,
    { ...noShard, kinesisRecordMetadata: { ...noShard.kinesisRecordMetadata, shardId: '' } as never },
    record('4', click(2)),
  ]);
  expect(answers.map(({ result, lines }) => [result, lines.length])).toEqual([
    ['Ok', 1],
    ['ProcessingFailed', 0],
    ['ProcessingFailed', 0],
    ['Ok', 1],
  ]);
  expect(log.lines).toMatchObject([
    {
      level: 'error',
      message: 'Records cannot become bronze. Firehose keeps them with its errors.',
      fields: { stream: 'clicks', records: 4, failed: 2, events: 2 },
    },
  ]);
});

test('a record that unfolds to more than an answer holds is kept as it is, and the others are unfolded', async () => {
  const large = zstdCompressSync(`${click(0)}\n`.repeat(50_000));
  const { answers, log } = await answersOf([record('1', click(0)), record('2', large), record('3', click(1))]);
  expect(answers.map(({ result, lines }) => [result, lines.length, lines[0]?.reason])).toEqual([
    ['Ok', 1, null],
    ['Ok', 1, 'not_unfolded'],
    ['Ok', 1, null],
  ]);
  expect(answers[1]?.lines[0]?.record).toEqual(Buffer.from(large));
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { folded: 1, events: 2 } }]);
});

test('records that unfold to too much together are unfolded as far as they fit', async () => {
  const records = Array.from({ length: 10 }, (_, index) =>
    record(String(index + 1), gzipSync(`${click(index)}\n`.repeat(4000))),
  );
  const { answers } = await answersOf(records);
  const unfolded = answers.map(({ lines }) => lines.length === 4000);
  expect(answers.every(({ result }) => result === 'Ok')).toBe(true);
  expect(unfolded).toEqual([...Array(6).fill(true), ...Array(4).fill(false)]);
});

test('records with no room even as they are fail, and the rest are kept', async () => {
  const records = ['1', '2', '3', '4', '5'].map((sequence) => record(sequence, randomBytes(900_000)));
  const { answers } = await answersOf(records);
  expect(answers.map(({ result }) => result)).toEqual(['ProcessingFailed', 'ProcessingFailed', 'Ok', 'Ok', 'Ok']);
});

test('a delivery stream of no stream of the pipeline fails with a sentence', async () => {
  const { handler } = setUp();
  await expect(handler(eventOf([record('1', click(0))], CLICKS_ARN.replace('clicks', 'other')))).rejects.toThrow(
    'No stream of the pipeline is',
  );
  const { sourceKinesisStreamArn: _, ...direct } = eventOf([record('1', click(0))]);
  await expect(handler(direct)).rejects.toThrow(
    "reads from no Kinesis stream, and pipeline 'shop' has no such stream. Deploy the stack again.",
  );
});

test('no records are answered with none', async () => {
  expect(await setUp().handler(eventOf([]))).toEqual({ records: [] });
});
