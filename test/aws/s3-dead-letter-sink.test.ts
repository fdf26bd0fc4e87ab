import { gunzipSync } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { S3DeadLetterSink } from '../../adapters/aws/s3-dead-letter-sink.ts';
import { S3KeptObjects } from '../../adapters/aws/s3-kept-objects.ts';
import { S3SideRecords } from '../../adapters/aws/s3-side-records.ts';
import { sideRecordPrefix } from '../../adapters/aws/side-object-key.ts';
import type { SideRecord } from '../../engine/ports/dead-letter-sink.ts';
import { deadLetterSinkConformance } from '../conformance/dead-letter-sink.ts';
import { fresh } from '../conformance/fresh.ts';
import { clientSettings, describeWithSqsAndS3 } from './emulators.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

describeWithSqsAndS3('S3DeadLetterSink', (endpoint) => {
  let client: S3Client;
  let proxied: S3Client;
  let proxy: FaultProxy;
  const bucket = fresh('dead-letters');

  beforeAll(async () => {
    client = new S3Client({ ...clientSettings(endpoint()), forcePathStyle: true });
    proxy = await startFaultProxy(endpoint().url);
    proxied = new S3Client({ ...clientSettings(proxy, 1), forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(async () => {
    for (const each of [client, proxied]) each.destroy();
    await proxy.close();
  });

  const sink = (through = client) => new S3DeadLetterSink({ client: through, bucket });

  deadLetterSinkConformance('as a dead letter sink', async () => ({ sink: sink(), read }));

  async function read(stream: string): Promise<SideRecord[]> {
    const records: SideRecord[] = [];
    for (const kind of ['dead', 'late'] as const) {
      const found = new S3SideRecords(new S3KeptObjects(client, bucket));
      for await (const page of found.list(sideRecordPrefix(kind, stream), null, Number.NEGATIVE_INFINITY)) {
        for (const { record } of page) if (!(record instanceof Error)) records.push(record);
      }
    }
    return records;
  }

  test('all dead letters of a call and a shard are one object, packed, a line each', async () => {
    const stream = fresh('stream');
    const shard = '1431856800:shardId-000000000003';
    const records = ['49588', '49590', '49589'].map((sequence) => ({ ...deadLetter(stream, sequence, 7), shard }));
    await sink().put(records);
    const [key = '', ...others] = await keysOf(client, bucket, stream);
    expect(others).toEqual([]);
    expect(key).toMatch(
      new RegExp(
        `^dead/${stream}/1431856800!3ashardId-000000000003/to-005-49590-01-7-from-005-49588-01-7-[0-9a-f]{16}\\.jsonl\\.gz$`,
      ),
    );
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const lines = gunzipSync((await Body?.transformToByteArray()) ?? '')
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).sequence)).toEqual(['49588', '49589', '49590']);
  });

  test('a retry of the same records writes over them; one that was cut elsewhere takes nothing away', async () => {
    const stream = fresh('stream');
    const records = Array.from({ length: 50 }, (_, i) => deadLetter(stream, '1', i));
    await sink().put(records);
    await sink().put(records);
    expect(await keysOf(client, bucket, stream)).toHaveLength(1);
    // It has the same first and last record, and judges one between them otherwise.
    await sink().put(records.filter((_, i) => i !== 25));
    await sink().put(records.slice(0, 20));
    await sink().put(records.slice(10, 30));
    expect(await keysOf(client, bucket, stream)).toHaveLength(4);
    expect((await read(stream)).map(({ position }) => position.index)).toEqual(records.map((_, i) => i));
  });

  test('of two records at one position in a call the later stays', async () => {
    const stream = fresh('stream');
    const records = Array.from({ length: 20 }, (_, i) => ({ ...deadLetter(stream, '1', 0), message: `${i}.` }));
    await sink().put(records);
    expect(await read(stream)).toEqual([expect.objectContaining({ message: '19.' })]);
  });

  test('a write that fails is an error that names the object; no more are begun, and those under way have ended', async () => {
    const stream = fresh('stream');
    const records = Array.from({ length: 40 }, (_, i) => ({ ...deadLetter(stream, '1', 0), shard: `shard-${i}` }));
    proxy.inject({ kind: 'answer', status: 503, body: {} });
    await expect(sink(proxied).put(records)).rejects.toThrow(
      new RegExp(
        `^Writing 1 dead letters of stream "${stream}" to s3://${bucket}/dead/${stream}/shard-\\d+/to-\\S+ failed`,
      ),
    );
    const written = await keysOf(client, bucket, stream);
    expect(written.length).toBeGreaterThanOrEqual(15);
    expect(written.length).toBeLessThan(39);
    await sink(proxied).put(records);
    expect(await keysOf(client, bucket, stream)).toHaveLength(40);
  });
});

function deadLetter(stream: string, sequence: string, index: number): SideRecord {
  return {
    kind: 'dead',
    reason: 'not_json',
    message: 'It is not JSON.',
    stream,
    shard: 'shard-0',
    position: { sequence, index },
    bytes: Uint8Array.of(0x78),
    arrivalMs: 0,
  };
}

async function keysOf(client: S3Client, Bucket: string, stream: string): Promise<string[]> {
  const keys: string[] = [];
  for (const kind of ['dead', 'late'] as const) {
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: sideRecordPrefix(kind, stream) })) {
      keys.push(...(page.Contents ?? []).map((object) => object.Key as string));
    }
  }
  return keys;
}
