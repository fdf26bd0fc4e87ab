import { cbor } from '@smithy/core/cbor';
import { StoreError } from '../../../engine/ports/errors.ts';
import { click, type ReceivingMachine, startReceiving } from '../receiving-machine.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';
const CBOR_TYPE = 'application/x-amz-cbor-1.1';

let machine: ReceivingMachine;
beforeAll(async () => {
  machine = await startReceiving(1);
});
afterAll(() => machine.close());

async function call(operation: string, body: string | Uint8Array, contentType = JSON_TYPE, url = machine.url) {
  const answer = await fetch(url, {
    method: 'POST',
    body: body as string,
    headers: { 'x-amz-target': `Kinesis_20131202.${operation}`, 'content-type': contentType },
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const isCbor = answer.headers.get('content-type') === CBOR_TYPE;
  const output = isCbor ? cbor.deserialize(bytes) : JSON.parse(Buffer.from(bytes).toString());
  return { status: answer.status, type: answer.headers.get('content-type'), output };
}

const record = (bytes: number, key = 'k') => ({ PartitionKey: key, Data: Buffer.alloc(bytes, ' ').toString('base64') });
const put = (fields: object) => call('PutRecord', JSON.stringify({ StreamName: 'clicks', ...record(1), ...fields }));
const putMany = (Records: unknown) => call('PutRecords', JSON.stringify({ StreamName: 'clicks', Records }));
const MIB = 1024 * 1024;

describe('CBOR', () => {
  const text = (value: string) => Buffer.concat([Buffer.of(0x78, value.length), Buffer.from(value)]);

  test("a request as AWS's SDK for Java writes it is answered in kind", async () => {
    const data = Buffer.from(click(7, 'java'));
    // A map without a length (RFC 8949, 3.2.2), byte strings with one of two bytes.
    const body = Buffer.concat([
      Buffer.of(0xbf),
      ...[text('StreamName'), text('clicks'), text('PartitionKey'), text('java')],
      ...[text('Data'), Buffer.of(0x59, data.length >> 8, data.length & 0xff), data],
      Buffer.of(0xff),
    ]);
    expect(await call('PutRecord', body, CBOR_TYPE)).toEqual({
      status: 200,
      type: CBOR_TYPE,
      output: { ShardId: 'shard-0000', SequenceNumber: '1', EncryptionType: 'NONE' },
    });
    expect(machine.shard('shard-0000')[0]).toEqual(['java', data.toString()]);
    expect((await machine.counts()).get('java')).toBe(1);
  });

  test('instants are milliseconds', async () => {
    const body = cbor.serialize({ StreamName: 'clicks' });
    const { output } = await call('DescribeStreamSummary', body, CBOR_TYPE);
    expect(output.StreamDescriptionSummary.StreamCreationTimestamp).toBe(Date.parse('2026-01-01T10:00:00Z'));
  });

  test.each([
    ['an unknown stream', cbor.serialize({ StreamName: 'orders' }), 'ResourceNotFoundException'],
    ['what is no CBOR', Buffer.of(0xff, 0xff), 'SerializationException'],
    ['what is cut short', Buffer.of(0xbf, 0x78, 0x40), 'SerializationException'],
    ['a list', cbor.serialize([]), 'SerializationException'],
  ])('%s is refused in CBOR', async (_, body, type) => {
    const answer = await call('ListShards', body, CBOR_TYPE);
    expect(answer).toMatchObject({ status: 400, type: CBOR_TYPE, output: { __type: type } });
  });
});

describe('limits', () => {
  test.each<[string, object, string]>([
    ['data beyond 1 MiB with its key', record(MIB, 'k'), 'ValidationException'],
    ['no data', { Data: undefined }, 'ValidationException'],
    ['data that is no base64', { Data: '{"a":1}' }, 'SerializationException'],
    ['data that is no text', { Data: 7 }, 'SerializationException'],
    ['an empty key', { PartitionKey: '' }, 'ValidationException'],
    ['no key', { PartitionKey: undefined }, 'ValidationException'],
    ['a key of 257 characters', { PartitionKey: 'x'.repeat(257) }, 'ValidationException'],
    ['a hash key that is no number', { ExplicitHashKey: '0x1' }, 'ValidationException'],
    ['a hash key beyond 128 bits', { ExplicitHashKey: String(2n ** 128n) }, 'InvalidArgumentException'],
    ['no stream', { StreamName: undefined }, 'ValidationException'],
    ['a stream that is no text', { StreamName: 1 }, 'ValidationException'],
  ])('PutRecord refuses %s', async (_, fields, type) => {
    const answer = await put(fields);
    expect(answer).toMatchObject({ status: 400, output: { __type: type, message: expect.stringMatching(/[.]$/) } });
  });

  test('PutRecord takes 1 MiB with its key', async () => {
    expect(await put(record(MIB - 1, 'k'))).toMatchObject({ status: 200 });
  });

  test.each<[string, unknown, string]>([
    ['501 records', Array(501).fill(record(1)), 'ValidationException'],
    ['no record', [], 'ValidationException'],
    ['what is no list', {}, 'ValidationException'],
    ['a record that is none', [null], 'ValidationException'],
    ['more than 5 MiB', [...Array(5).fill(record(MIB - 1)), record(1)], 'InvalidArgumentException'],
    ['one record that is too large', [record(1), record(MIB)], 'ValidationException'],
  ])('PutRecords refuses %s, and takes nothing', async (_, Records, type) => {
    const before = machine.shard('shard-0000').length;
    expect(await putMany(Records)).toMatchObject({ status: 400, output: { __type: type } });
    expect(machine.shard('shard-0000').length).toBe(before);
  });

  test('PutRecords takes 500 records, and 5 MiB', async () => {
    expect(await putMany(Array(500).fill(record(1)))).toMatchObject({ status: 200, output: { FailedRecordCount: 0 } });
    expect(await putMany(Array(5).fill(record(MIB - 1)))).toMatchObject({ status: 200 });
  });

  test('a body beyond what is read is refused', async () => {
    const answer = await call('PutRecord', ' '.repeat(16 * MIB + 1));
    expect(answer).toMatchObject({ status: 413, output: { __type: 'RequestEntityTooLargeException' } });
  });
});

test.each([
  ['GetRecords', JSON_TYPE, 400, 'UnknownOperationException'],
  ['PutRecord', 'text/plain', 415, 'UnsupportedMediaTypeException'],
])('%s in %s is refused', async (operation, contentType, status, type) => {
  expect(await call(operation, '{}', contentType)).toMatchObject({ status, output: { __type: type } });
});

test('another service, and a body that is no JSON, are refused', async () => {
  const headers = { 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-type': JSON_TYPE };
  expect(await (await fetch(machine.url, { method: 'POST', body: '{}', headers })).json()).toMatchObject({
    __type: 'UnknownOperationException',
  });
  expect(await call('PutRecord', '{')).toMatchObject({ status: 400, output: { __type: 'SerializationException' } });
});

test('a page token that was not given out, and a page of no size, are refused', async () => {
  const bad = { NextToken: 'x' };
  expect(await call('ListShards', JSON.stringify(bad))).toMatchObject({
    output: { __type: 'InvalidArgumentException' },
  });
  expect(await call('ListStreams', '{"Limit":0}')).toMatchObject({ output: { __type: 'ValidationException' } });
});

test('a web page of another site cannot send', async () => {
  const headers = {
    origin: 'https://evil.example',
    'x-amz-target': 'Kinesis_20131202.ListStreams',
    'content-type': JSON_TYPE,
  };
  expect((await fetch(machine.url, { method: 'POST', body: '{}', headers })).status).toBe(403);
});

test.each([
  [new StoreError('throttled', 'The store is locked.'), 400, 'ProvisionedThroughputExceededException'],
  [new StoreError('unknownOutcome', 'Who knows.'), 500, 'InternalFailureException'],
])('where the store fails, clients are told to send again: %#', async (error, status, type) => {
  const failing = await startReceiving(1);
  failing.stores.log.appendDurably = () => {
    throw error;
  };
  const body = JSON.stringify({ StreamName: 'clicks', ...record(1) });
  expect(await call('PutRecord', body, JSON_TYPE, failing.url)).toMatchObject({ status, output: { __type: type } });
  expect(failing.errors).toEqual([error]);
  await failing.close();
});
