import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerCloudFormation } from '../../adapters/aws/cloudformation-answer.ts';
import { recordedBackoff } from './recorded-backoff.ts';

interface Received {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly body: Record<string, unknown>;
}

let server: Server;
let received: Received[];
/** What the server answers, in order; then 200. */
let statuses: number[];

beforeEach(async () => {
  received = [];
  statuses = [];
  server = createServer(async (request, response) => {
    received.push(await read(request));
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(() => server.close());

async function read(request: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { method, headers } = request;
  return { method, contentType: headers['content-type'], body: JSON.parse(Buffer.concat(parts).toString()) };
}

function eventOf(RequestType: 'Create' | 'Update'): CloudFormationCustomResourceEvent {
  return {
    RequestType,
    ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=x`,
    StackId: 'the stack',
    RequestId: 'the request',
    LogicalResourceId: 'Views',
    PhysicalResourceId: RequestType === 'Update' ? 'the same' : undefined,
  } as never;
}

test('the answer goes to the address of the request, under an id that stays', async () => {
  await answerCloudFormation(eventOf('Create'), { Status: 'SUCCESS', Reason: 'Fine.' });
  await answerCloudFormation(eventOf('Update'), { Status: 'FAILED', Reason: 'It does not fit.' });
  const ids = { StackId: 'the stack', RequestId: 'the request', LogicalResourceId: 'Views' };
  expect(received.map(({ method, body }) => ({ method, body }))).toEqual([
    { method: 'PUT', body: { ...ids, Status: 'SUCCESS', Reason: 'Fine.', PhysicalResourceId: 'Views-definitions' } },
    { method: 'PUT', body: { ...ids, Status: 'FAILED', Reason: 'It does not fit.', PhysicalResourceId: 'the same' } },
  ]);
  expect(received.every(({ contentType }) => !contentType)).toBe(true);
});

test('a long reason is cut, for an answer holds 4 KB', async () => {
  await answerCloudFormation(eventOf('Create'), { Status: 'FAILED', Reason: 'x'.repeat(10_000) });
  expect(JSON.stringify(received[0]?.body).length).toBeLessThan(4096);
});

test('an answer that is not taken is sent again, after pauses', async () => {
  statuses = [500, 503];
  const backoff = recordedBackoff();
  await answerCloudFormation(eventOf('Create'), { Status: 'SUCCESS', Reason: 'Fine.' }, backoff);
  expect(received).toHaveLength(3);
  expect(backoff.pausesMs).toEqual([25, 50]);
});

test('an answer that does not get there is an error', async () => {
  statuses = [500, 500, 500];
  const answered = answerCloudFormation(eventOf('Create'), { Status: 'SUCCESS', Reason: 'Fine.' }, recordedBackoff());
  await expect(answered).rejects.toThrow('The answer for Views did not reach CloudFormation in 3 attempts.');
});
