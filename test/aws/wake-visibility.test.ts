import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type HandedWake, WakeVisibility } from '../../adapters/aws/wake-visibility.ts';
import { fresh } from '../conformance/fresh.ts';
import { clientSettings, describeWithSqsAndS3 } from './emulators.ts';
import { type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';

describeWithSqsAndS3('The visibility of wake-ups', (endpoint) => {
  let client: SQSClient;
  let proxy: FaultProxy;

  beforeEach(async () => {
    proxy = await startFaultProxy(endpoint().url);
    client = new SQSClient({ ...clientSettings(proxy, 1), useQueueUrlAsEndpoint: false });
  });
  afterEach(async () => {
    client.destroy();
    await proxy.close();
  });

  /** A queue that hides what it hands out for an hour, with a wake-up in it that was handed out. */
  async function setUp(options: { readonly holdSeconds?: number } = {}) {
    const Attributes = { FifoQueue: 'true', VisibilityTimeout: '3600' };
    const queue = { QueueName: `${fresh('visibility')}.fifo`, Attributes };
    const { QueueUrl: queueUrl = '' } = await client.send(new CreateQueueCommand(queue));
    const message = { QueueUrl: queueUrl, MessageBody: 'a', MessageGroupId: 'v#0', MessageDeduplicationId: 'a' };
    await client.send(new SendMessageCommand(message));
    const failures: Error[] = [];
    let repeated: () => void = () => {};
    let stopped = 0;
    const visibility = new WakeVisibility({
      ...{ client, queueUrl, ...options },
      onFailure: (error) => failures.push(error),
      every: (_ms, work) => {
        repeated = work;
        return () => stopped++;
      },
    });
    const wake = handed((await receive(queueUrl, 0))[0]);
    const seconds = () => proxy.seen.filter(isChange).map(({ body }) => JSON.parse(body).Entries.map(secondsOf));
    return { visibility, queueUrl, wake, failures, seconds, repeat: () => repeated(), stopped: () => stopped };
  }

  async function receive(QueueUrl: string, WaitTimeSeconds: number): Promise<readonly Message[]> {
    const MessageSystemAttributeNames = ['ApproximateReceiveCount' as const];
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MessageSystemAttributeNames });
    return (await client.send(command)).Messages ?? [];
  }

  test('of a finalizer that was killed, a wake-up comes again when its hold ends, however long the queue hides it', async () => {
    const { visibility, queueUrl, wake } = await setUp({ holdSeconds: 1 });
    visibility.hold([wake]);
    const again = await receive(queueUrl, 10);
    expect(again.map(handed)).toMatchObject([{ messageId: wake.messageId, received: 2 }]);
  });

  test('while a finalizer works, its hold is extended', async () => {
    const { visibility, wake, seconds, repeat, stopped } = await setUp();
    const hold = visibility.hold([wake]);
    repeat();
    repeat();
    await hold.release(new Set());
    expect(seconds()).toEqual([[60], [60], [60]]);
    expect(stopped()).toBe(1);
  });

  test('a wake-up that failed comes again after a pause that doubles with its deliveries, up to five minutes', async () => {
    const { visibility, wake, seconds } = await setUp();
    for (const received of [1, 2, 4, 5])
      await visibility.hold([{ ...wake, received }]).release(new Set([wake.messageId]));
    expect(seconds().flat()).toEqual([60, 30, 60, 60, 60, 240, 60, 300]);
  });

  test('more than ten wake-ups are as many calls as SQS wants', async () => {
    const { visibility, wake, seconds } = await setUp();
    await visibility.hold(Array.from({ length: 11 }, () => wake)).release(new Set());
    expect(seconds().map((each) => each.length)).toEqual([10, 1]);
  });

  test('what SQS refuses is told, and ends nothing', async () => {
    const { visibility, wake, failures, queueUrl } = await setUp();
    proxy.inject(refusal('AccessDeniedException', 'You may not.'));
    await visibility.hold([wake]).release(new Set());
    await visibility.hold([{ ...wake, receiptHandle: 'of another' }]).release(new Set());
    expect(failures.map(({ message }) => message)).toEqual([
      expect.stringContaining(`queue ${queueUrl} are hidden failed with AccessDeniedException: You may not.`),
      expect.stringMatching(/failed with ReceiptHandleIsInvalid/),
    ]);
  });
});

const isChange = ({ operation }: { readonly operation: string }) => operation === 'ChangeMessageVisibilityBatch';
const secondsOf = ({ VisibilityTimeout }: { readonly VisibilityTimeout: number }) => VisibilityTimeout;

function handed(message: Message | undefined): HandedWake {
  const { MessageId = '', ReceiptHandle = '', Attributes } = message ?? {};
  return { messageId: MessageId, receiptHandle: ReceiptHandle, received: Number(Attributes?.ApproximateReceiveCount) };
}
