import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseLook, SqsLookQueue } from '../../adapters/aws/sqs-look-queue.ts';
import type { Look } from '../../engine/ports/look-queue.ts';
import { fresh } from '../conformance/fresh.ts';
import { lookQueueConformance } from '../conformance/look-queue.ts';
import { clientSettings, describeWithSqsAndS3 } from './emulators.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

describeWithSqsAndS3('SqsLookQueue', (endpoint) => {
  let client: SQSClient;
  let proxied: SQSClient;
  let proxy: FaultProxy;

  beforeAll(async () => {
    client = new SQSClient(clientSettings(endpoint()));
    proxy = await startFaultProxy(endpoint().url);
    proxied = new SQSClient({ ...clientSettings(proxy, 1), useQueueUrlAsEndpoint: false });
  });
  afterAll(async () => {
    for (const each of [client, proxied]) each.destroy();
    await proxy.close();
  });

  const createQueue = async () =>
    (await client.send(new CreateQueueCommand({ QueueName: fresh('looks') }))).QueueUrl as string;

  /** What has come; each message is deleted, as Lambda does. */
  async function receive(QueueUrl: string): Promise<Look[]> {
    const looks: Look[] = [];
    for (;;) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return looks;
      for (const { Body, ReceiptHandle } of Messages) {
        looks.push(parseLook(Body ?? ''));
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  lookQueueConformance(
    'as a queue of looks',
    async () => {
      const queueUrl = await createQueue();
      return { queue: new SqsLookQueue({ client, queueUrl }), receive: () => receive(queueUrl) };
    },
    { movableClock: false },
  );

  test.each([
    [1, 1],
    [9001, 10],
    [10_000, 10],
    [900_000, 900],
  ])('a delay of %i ms is %i seconds for SQS: a look does not come before its time', async (delayMs, seconds) => {
    const queue = new SqsLookQueue({ client: proxied, queueUrl: await createQueue() });
    const start = proxy.seen.length;
    await queue.send({ view: 'v@1', bucket: 2, turn: 3 }, delayMs);
    expect(proxy.seen.slice(start).map(({ body }) => JSON.parse(body))).toMatchObject([
      { DelaySeconds: seconds, MessageBody: '{"view":"v@1","bucket":2,"turn":3}' },
    ]);
  });

  test('a queue that does not exist is named, with what happens then', async () => {
    const queueUrl = `${endpoint().url}/000000000000/${fresh('none')}`;
    const queue = new SqsLookQueue({ client, queueUrl });
    await expect(queue.send({ view: 'v', bucket: 0, turn: 1 }, 0)).rejects.toThrow(
      new RegExp(`Sending an early look to the queue ${queueUrl} failed with .* The next minute sweep begins`),
    );
  });
});

describe('parseLook', () => {
  test.each(['', 'null', '[]', '{"view":"v","bucket":1,"turn":"1"}', '{"view":"v","bucket":1.5,"turn":1}'])(
    'refuses %j and shows it',
    (body) => {
      expect(() => parseLook(body)).toThrow(`A message of the queue of early looks is none: ${body}`);
    },
  );

  test('gives the look alone where a newer version sent more', () => {
    expect(parseLook('{"view":"v","bucket":1,"turn":2,"more":true}')).toEqual({ view: 'v', bucket: 1, turn: 2 });
  });
});
