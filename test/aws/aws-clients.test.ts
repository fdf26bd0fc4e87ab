import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { createKinesisClient } from '../../adapters/aws/kinesis-client.ts';
import { createS3Client } from '../../adapters/aws/s3-client.ts';
import { createSqsClient } from '../../adapters/aws/sqs-client.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

describe('the clients of the Lambdas', () => {
  const before = { ...process.env };
  let service: FaultProxy;

  beforeAll(async () => {
    service = await startFaultProxy('http://127.0.0.1:9');
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: service.url,
      AWS_ENDPOINT_URL_S3: service.url,
    });
  });
  afterAll(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    await service.close();
  });

  test('talk to the endpoint that the environment names', async () => {
    const start = service.seen.length;
    service.inject(...Array.from({ length: 3 }, () => ({ kind: 'answer', status: 200, body: {} }) as const));
    await createDynamoDbClient().send(new ListTablesCommand({}));
    await createKinesisClient().send(new ListStreamsCommand({}));
    await createSqsClient().send(new ListQueuesCommand({}));
    const seen = service.seen.slice(start).map(({ operation }) => operation);
    expect(seen).toEqual(['ListTables', 'ListStreams', 'ListQueues']);
  });

  test('name a bucket in the path where the endpoint is not that of AWS', async () => {
    service.inject({ kind: 'answer', status: 200, body: {} });
    const input = { Bucket: 'not-a-host', Key: 'key', Body: 'x' };
    await expect(createS3Client().send(new PutObjectCommand(input))).resolves.toBeDefined();
    const usual = createS3Client({}, {});
    expect(usual.config.forcePathStyle).toBe(false);
  });

  test('give up waiting, and after a number of attempts', async () => {
    const start = service.seen.length;
    service.inject({ kind: 'hang' }, { kind: 'hang' });
    const client = createDynamoDbClient({ requestTimeoutMs: 100, maxAttempts: 2 });
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(service.seen.slice(start)).toHaveLength(2);
  });
});
