import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type ReceivingMachine, startReceiving } from '../receiving-machine.ts';

/** As a producer writes it that knows of AWS alone. */
const PRODUCER = `
import boto3, json
kinesis = boto3.client('kinesis')
assert kinesis.list_streams()['StreamNames'] == ['clicks']
summary = kinesis.describe_stream_summary(StreamName='clicks')['StreamDescriptionSummary']
assert (summary['StreamStatus'], summary['OpenShardCount']) == ('ACTIVE', 3), summary
assert len(kinesis.list_shards(StreamName='clicks')['Shards']) == 3
event = lambda n: json.dumps({'user': 'user-%d' % (n % 13), 'n': n, 'at': '2026-01-01T10:00:00Z'}).encode()
kinesis.put_record(StreamName='clicks', Data=event(0), PartitionKey='user-0')
records = [{'Data': event(n), 'PartitionKey': 'user-%d' % (n % 13)} for n in range(1, 300)]
answer = kinesis.put_records(StreamName='clicks', Records=records)
assert answer['FailedRecordCount'] == 0, answer
try:
    kinesis.put_record(StreamName='orders', Data=b'1', PartitionKey='a')
except kinesis.exceptions.ResourceNotFoundException:
    print('sent')
`;

const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import boto3']).status === 0);

if (python === undefined) {
  test('NOT RUN: boto3 sends here: there is no Python with boto3; pip install boto3', () => {
    expect(python).toBeUndefined();
  });
} else {
  let machine: ReceivingMachine;
  beforeEach(async () => {
    machine = await startReceiving(3);
  });
  afterEach(() => machine.close());

  test('boto3 sends here, and is told no more than the address', async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_ENDPOINT_URL_KINESIS: machine.url,
    };
    // Not for so long that the tests end first, should it wait for ever.
    const { stdout } = await promisify(execFile)(python, ['-c', PRODUCER], { env, timeout: 300_000 });
    expect(stdout.trim()).toBe('sent');
    const counts = await machine.counts();
    expect([counts.size, [...counts.values()].reduce((sum, each) => sum + each, 0)]).toEqual([13, 300]);
  });
}
