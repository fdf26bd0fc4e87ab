import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { KinesisWriter } from '../../adapters/aws/kinesis-writer.ts';
import { makeHandler } from '../../lambdas/ingest/make-handler.ts';
import { fresh } from '../conformance/fresh.ts';
import { click, memoryLog, plan } from '../lambdas/support.ts';
import { clientSettings, describeWithKinesis } from './emulators.ts';
import { type Fault, type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';
import { recordedBackoff } from './recorded-backoff.ts';

/** Answers a call of PutRecords: the records with these places in the call were not taken. */
function refusedRecords(records: number, refused: readonly number[]): Fault {
  const Records = Array.from({ length: records }, (_, place) =>
    refused.includes(place)
      ? { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded.' }
      : { SequenceNumber: '1', ShardId: 'shardId-000000000000' },
  );
  return { kind: 'answer', status: 200, body: { FailedRecordCount: refused.length, Records } };
}

describeWithKinesis('The ingest endpoint, before a real HTTP hop to Kinesis', (endpoint) => {
  let client: KinesisClient;
  let proxy: FaultProxy;
  let stream: string;

  beforeEach(async () => {
    proxy = await startFaultProxy(endpoint().url);
    client = new KinesisClient({ ...clientSettings(proxy, 1), requestHandler: new NodeHttpHandler() });
    stream = fresh('clicks');
    await client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: 1 }));
    for (let tries = 0; tries < 2000; tries++) {
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: stream }));
      if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') break;
    }
  });
  afterEach(async () => {
    client.destroy();
    await proxy.close();
  });

  /** @param calls that fit in the time of the function. */
  async function post(lines: readonly string[], calls = 100) {
    let leftMs = 5000 + calls * 1000;
    const handler = makeHandler({
      plan,
      writer: new KinesisWriter({ client, backoff: recordedBackoff(), callMs: 2500 }),
      kinesisNameOf: () => stream,
      log: memoryLog(),
    });
    const request = {
      pathParameters: { stream: 'clicks' },
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    };
    const context = { getRemainingTimeInMillis: () => (leftMs -= 1000) };
    const { statusCode, headers, body } = await handler(request as unknown as APIGatewayProxyEventV2, context);
    return { statusCode, headers, ...(JSON.parse(String(body)) as { failed: { index: number; code: string }[] }) };
  }

  async function stored(): Promise<string[]> {
    const start = { StreamName: stream, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    return Records.flatMap(({ Data }) =>
      Buffer.from(Data ?? [])
        .toString()
        .split('\n'),
    );
  }

  test('brings events into the stream, those of one key in their order', async () => {
    const events = [click(0, 'a'), click(1, 'b'), click(2, 'a')];
    expect(await post(events)).toMatchObject({ statusCode: 200, accepted: 3, failed: [] });
    expect(await stored()).toEqual([click(0, 'a'), click(2, 'a'), click(1, 'b')]);
  });

  test('takes throttling upon itself as long as there is time', async () => {
    proxy.inject(refusal('ProvisionedThroughputExceededException'), refusedRecords(2, [0, 1]));
    expect(await post([click(0, 'a'), click(1, 'b')])).toMatchObject({ statusCode: 200, accepted: 2 });
    expect(await stored()).toEqual([click(0, 'a'), click(1, 'b')]);
  });

  test('answers 503 where the stream is busy until the end, and when to come again', async () => {
    proxy.inject(...Array.from({ length: 50 }, () => refusal('ProvisionedThroughputExceededException')));
    const answer = await post([click(0, 'a'), click(1, 'b')], 3);
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' }, accepted: 0 });
    expect(answer.failed.map(({ index, code }) => [index, code])).toEqual([
      [0, 'throttled'],
      [1, 'throttled'],
    ]);
  });

  test('names the events that a client has to send again, and these are then there once', async () => {
    // The first event of each key is refused once by Kinesis, and the time is up after that.
    const events = [click(0, 'a'), click(1, 'b'), click(2, 'a'), click(3, 'c')];
    proxy.inject(refusedRecords(3, [0, 1, 2]));
    const first = await post(events, 0);
    expect(first).toMatchObject({ statusCode: 503, accepted: 0 });
    const again = first.failed.map(({ index }) => events[index] as string);
    expect(await post(again)).toMatchObject({ statusCode: 200, accepted: 4 });
    expect((await stored()).sort()).toEqual([...events].sort());
  });

  test('answers 500 where the stream is not there', async () => {
    stream = 'no-such-stream';
    expect(await post([click(0)])).toMatchObject({ statusCode: 500, error: { code: 'internal' } });
  });
});
