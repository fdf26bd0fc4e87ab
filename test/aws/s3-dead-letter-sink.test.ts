import { CreateBucketCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { S3DeadLetterSink } from '../../adapters/aws/s3-dead-letter-sink.ts';
import { parseSideRecord, sideRecordPrefix } from '../../adapters/aws/side-record-object.ts';
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

  deadLetterSinkConformance('as a dead letter sink', async () => ({
    sink: new S3DeadLetterSink({ client, bucket }),
    read: async (stream) => (await keysOf(client, bucket, stream)).reduce(appendObject, Promise.resolve([])),
  }));

  function appendObject(records: Promise<SideRecord[]>, key: string): Promise<SideRecord[]> {
    return records.then(async (before) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return [...before, parseSideRecord((await Body?.transformToString()) ?? '')];
    });
  }

  test('a record lies under a key made of its kind, stream, shard and position', async () => {
    const stream = fresh('stream');
    const shard = '1431856800:shardId-000000000003';
    await new S3DeadLetterSink({ client, bucket }).put([{ ...deadLetter(stream, '49590', 7), shard }]);
    expect(await keysOf(client, bucket, stream)).toEqual([
      `dead/${stream}/1431856800!3ashardId-000000000003/49590.7.json`,
    ]);
  });

  test('of two records at one position in a call the later stays', async () => {
    const stream = fresh('stream');
    const records = Array.from({ length: 20 }, (_, i) => ({ ...deadLetter(stream, '1', 0), message: `${i}.` }));
    await new S3DeadLetterSink({ client, bucket }).put(records);
    expect(await appendObject(Promise.resolve([]), `dead/${stream}/shard-0/1.0.json`)).toEqual([
      expect.objectContaining({ message: '19.' }),
    ]);
  });

  test('a write that fails is an error that names the object; no more are begun, and those under way have ended', async () => {
    const stream = fresh('stream');
    const sink = new S3DeadLetterSink({ client: proxied, bucket });
    const records = Array.from({ length: 40 }, (_, i) => deadLetter(stream, String(i), 0));
    proxy.inject({ kind: 'answer', status: 503, body: {} });
    await expect(sink.put(records)).rejects.toThrow(
      new RegExp(
        `^Writing a dead letter of stream "${stream}" to s3://${bucket}/dead/${stream}/shard-0/\\d+\\.0\\.json `,
      ),
    );
    const written = await keysOf(client, bucket, stream);
    expect(written.length).toBeGreaterThanOrEqual(15);
    expect(written.length).toBeLessThan(39);
    await sink.put(records);
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
