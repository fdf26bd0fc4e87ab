import { ProvisionedThroughputExceededException, ResourceNotFoundException } from '@aws-sdk/client-kinesis';
import { KinesisRecordPutter } from '../../adapters/aws/kinesis-record-putter.ts';
import { recordedBackoff } from './recorded-backoff.ts';
import { type ScriptedCall, scriptedKinesis } from './scripted-client.ts';

const PAYLOAD = { partitionKey: 'ann', data: Buffer.from('{}') };
const TAKEN = { ShardId: 'shardId-000000000001', SequenceNumber: '49590' };

/** A putter of a client that gives these answers in turn, and throws those that are errors. */
async function putterThatGets(...answers: readonly object[]) {
  const rest = [...answers];
  const { client, calls } = scriptedKinesis(() => {
    const answer = rest.shift();
    if (answer === undefined) throw new Error('There is no further answer.');
    if (answer instanceof Error) throw answer;
    return answer;
  }, 1);
  const backoff = recordedBackoff();
  return { putter: await KinesisRecordPutter.of(client, backoff), calls, backoff };
}

const throttled = () => refused(ProvisionedThroughputExceededException);

function refused(Exception: typeof ResourceNotFoundException | typeof ProvisionedThroughputExceededException): Error {
  return new Exception({ message: 'No.', $metadata: { httpStatusCode: 400 } });
}

function failing(facts: object): Error {
  return Object.assign(new Error('It broke.'), facts);
}

test('puts the bytes under their key, and tells where they are', async () => {
  const { putter, calls } = await putterThatGets(TAKEN);
  expect(await putter.put('clicks', PAYLOAD)).toEqual({
    ...{ state: 'redriven', shard: 'shardId-000000000001', sequence: '49590' },
  });
  expect(calls).toEqual<ScriptedCall[]>([
    { operation: 'PutRecord', input: { StreamName: 'clicks', PartitionKey: 'ann', Data: PAYLOAD.data } },
  ]);
});

test('waits longer after each throttle', async () => {
  const { putter, backoff } = await putterThatGets(throttled(), throttled(), throttled(), TAKEN);
  expect(await putter.put('clicks', PAYLOAD)).toMatchObject({ state: 'redriven' });
  expect(backoff.pausesMs).toEqual([25, 50, 100]);
});

test('gives up after six throttles: nothing was put', async () => {
  const { putter, calls } = await putterThatGets(...Array.from({ length: 6 }, throttled), TAKEN);
  expect(await putter.put('clicks', PAYLOAD)).toMatchObject({ state: 'failed' });
  expect(calls).toHaveLength(6);
});

test.each([
  ['a stream that is not there', refused(ResourceNotFoundException)],
  ['a connection that was refused', failing({ code: 'ECONNREFUSED' })],
  ['a name that does not resolve', failing({ code: 'ENOTFOUND' })],
  ['credentials that are missing', failing({ name: 'CredentialsProviderError' })],
])('%s means that nothing was put, and is not tried again', async (_, error) => {
  const { putter, calls } = await putterThatGets(error, TAKEN);
  expect(await putter.put('clicks', PAYLOAD)).toEqual({
    state: 'failed',
    message: expect.stringMatching(/^Putting a record into Kinesis stream "clicks" failed with .+\.$/),
  });
  expect(calls).toHaveLength(1);
});

test.each([
  ['a broken connection', failing({ code: 'ECONNRESET' })],
  ['a time-out', failing({ name: 'TimeoutError' })],
  ['an error of the service', failing({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })],
  ['a request that timed out on its way', failing({ $metadata: { httpStatusCode: 408 } })],
  ['an answer without a sequence number', {}],
])('%s leaves open whether the record was put, and is not tried again', async (_, answer) => {
  const { putter, calls } = await putterThatGets(answer, TAKEN);
  expect(await putter.put('clicks', PAYLOAD)).toMatchObject({ state: 'unknown' });
  expect(calls).toHaveLength(1);
});

test('a client that would repeat a put by itself is refused', async () => {
  const { client } = scriptedKinesis(() => TAKEN, 3);
  await expect(KinesisRecordPutter.of(client)).rejects.toThrow(/makes 3 attempts a call, and must make one/);
});
