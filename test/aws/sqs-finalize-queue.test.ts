import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseWake, SqsFinalizeQueue } from '../../adapters/aws/sqs-finalize-queue.ts';
import type { Wake } from '../../engine/ports/finalize-queue.ts';
import { finalizeQueueConformance } from '../conformance/finalize-queue.ts';
import { fresh } from '../conformance/fresh.ts';
import { clientSettings, describeWithSqsAndS3 } from './emulators.ts';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { recordedBackoff } from './recorded-backoff.ts';

describeWithSqsAndS3('SqsFinalizeQueue', (endpoint) => {
  let client: SQSClient;
  let proxied: SQSClient;
  let proxy: FaultProxy;

  beforeAll(async () => {
    client = new SQSClient(clientSettings(endpoint()));
    proxy = await startFaultProxy(endpoint().url);
    // The URL of a queue names the service itself; the client is to go by its own endpoint.
    proxied = new SQSClient({ ...clientSettings(proxy, 1), useQueueUrlAsEndpoint: false });
  });
  afterAll(async () => {
    for (const each of [client, proxied]) each.destroy();
    await proxy.close();
  });

  finalizeQueueConformance(
    'as a finalize queue',
    async () => {
      const queueUrl = await createQueue(client);
      return { queue: new SqsFinalizeQueue({ client, queueUrl }), receive: () => receiveAll(client, queueUrl) };
    },
    { movableClock: false },
  );

  test('messages of one view and bucket are handed out one at a time', async () => {
    const queueUrl = await createQueue(client);
    const queue = new SqsFinalizeQueue({ client, queueUrl });
    await queue.send([wake('v', 0, 'a'), wake('v', 1, 'b')]);
    const first = await receive(client, queueUrl);
    await queue.send([wake('v', 0, 'c'), wake('v', 2, 'd')]);
    const second = await receive(client, queueUrl);
    expect(first.map(({ Body }) => parseWake(Body ?? '').deduplicationId).sort()).toEqual(['a', 'b']);
    expect(second.map(({ Body }) => parseWake(Body ?? '').deduplicationId)).toEqual(['d']);
  });

  describe('a message that SQS refuses', () => {
    test('is sent again alone, after a pause', async () => {
      const queueUrl = await createQueue(client);
      const backoff = recordedBackoff();
      const queue = new SqsFinalizeQueue({ client: proxied, queueUrl, backoff });
      const wakes = ['a', 'b', 'c'].map((id) => wake('v', 0, id));
      const start = proxy.seen.length;
      proxy.inject(failed(['0', '2'], false));
      await queue.send(wakes);
      const sent = proxy.seen
        .slice(start)
        .map(({ body }) => JSON.parse(body).Entries.map((each: { Id: string }) => each.Id));
      expect(sent).toEqual([
        ['0', '1', '2'],
        ['0', '2'],
      ]);
      expect(backoff.pausesMs).toEqual([25]);
      expect((await receiveAll(client, queueUrl)).map((each) => each.deduplicationId)).toEqual(['a', 'c']);
    });

    test('for good is an error that shows it', async () => {
      const queueUrl = await createQueue(client);
      const queue = new SqsFinalizeQueue({ client: proxied, queueUrl, backoff: recordedBackoff() });
      proxy.inject(...Array.from({ length: 6 }, () => failed(['1'], false)));
      await expect(queue.send([wake('v', 0, 'a'), wake('v', 7, 'b')])).rejects.toThrow(
        /took 1 of 2 wake-ups\. It refused \{"view":"v","bucket":7,"deduplicationId":"b"\} with InternalError/,
      );
    });

    test('as the fault of the sender is not sent again', async () => {
      const queueUrl = await createQueue(client);
      const backoff = recordedBackoff();
      const queue = new SqsFinalizeQueue({ client: proxied, queueUrl, backoff });
      proxy.inject(failed(['0'], true));
      await expect(queue.send([wake('v', 0, 'a')])).rejects.toThrow(/took 0 of 1 wake-ups/);
      expect(backoff.pausesMs).toEqual([]);
    });
  });

  test('a queue that does not exist is named', async () => {
    const queueUrl = `${endpoint().url}/000000000000/${fresh('none')}.fifo`;
    const queue = new SqsFinalizeQueue({ client, queueUrl });
    await expect(queue.send([wake('v', 0, 'a')])).rejects.toThrow(
      new RegExp(`Sending 1 wake-ups to the finalize queue ${queueUrl} failed with `),
    );
  });
});

describe('parseWake', () => {
  test.each(['', 'null', '[]', '{"view":"v","bucket":"1","deduplicationId":"a"}', '{"view":"v","bucket":1.5}'])(
    'refuses %j and shows it',
    (body) => {
      expect(() => parseWake(body)).toThrow(`is not a wake-up: ${body}`);
    },
  );

  test('gives the wake alone where a newer version sent more', () => {
    const body = '{"view":"v","bucket":1,"deduplicationId":"a","more":true}';
    expect(parseWake(body)).toEqual(wake('v', 1, 'a'));
  });
});

function wake(view: string, bucket: number, deduplicationId: string): Wake {
  return { view, bucket, deduplicationId };
}

async function createQueue(client: SQSClient): Promise<string> {
  const QueueName = `${fresh('finalize')}.fifo`;
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }));
  return QueueUrl as string;
}

async function receive(client: SQSClient, QueueUrl: string) {
  return (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
}

/** Each message is removed before the next is asked for: those of one group come one after the other. */
async function receiveAll(client: SQSClient, QueueUrl: string): Promise<Wake[]> {
  const wakes: Wake[] = [];
  for (;;) {
    const messages = await receive(client, QueueUrl);
    if (messages.length === 0) return wakes;
    for (const { Body, ReceiptHandle } of messages) {
      wakes.push(parseWake(Body ?? ''));
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

/** An answer that takes nothing, and refuses these entries. */
function failed(ids: readonly string[], SenderFault: boolean): Fault {
  const Failed = ids.map((Id) => ({ Id, Code: 'InternalError', Message: 'As told.', SenderFault }));
  return { kind: 'answer', status: 200, body: { Successful: [], Failed } };
}
