import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { KinesisRecord } from '../../../adapters/aws/kinesis-writer.ts';
import { MAX_BODY_BYTES, MAX_EVENT_BYTES, MAX_EVENTS } from '../../../endpoint/limits.ts';
import { StoreError } from '../../../engine/ports/errors.ts';
import { makeHandler } from '../../../lambdas/ingest/make-handler.ts';
import { memoryLog } from '../../lambdas/support.ts';
import { click, type ReceivingMachine, receivingPlan, startReceiving } from '../receiving-machine.ts';

const LINES = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

let machine: ReceivingMachine;
beforeEach(async () => {
  machine = await startReceiving(1);
});
afterEach(() => machine.close());

interface Body {
  readonly failed: readonly { readonly code: string }[];
}

interface Sent {
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly stream?: string;
}

async function post({ body = '', headers = {}, stream = 'clicks' }: Sent) {
  const answer = await fetch(`${machine.url}/streams/${stream}/events`, { method: 'POST', body, headers });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: (await answer.json()) as Body };
}

/** What the Lambda answers and puts to Kinesis. */
async function onAws({ body = '', headers = {}, stream = 'clicks' }: Sent) {
  const put: KinesisRecord[] = [];
  const handler = makeHandler({
    plan: receivingPlan,
    log: memoryLog(),
    kinesisNameOf: (name) => name,
    writer: {
      put: async (_, records) => {
        put.push(...records);
        return { outcomes: records.map(() => 'written'), calls: 1 };
      },
    },
  });
  const event = {
    headers,
    pathParameters: { stream },
    requestContext: { requestId: 'r1' },
    isBase64Encoded: true,
    body: Buffer.from(body).toString('base64'),
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode, headers: answered, body: text } = await handler(event, { getRemainingTimeInMillis: () => 9000 });
  const retryAfter = answered?.['retry-after'] ?? null;
  return {
    answer: { status: statusCode, retryAfter, body: JSON.parse(String(text)) },
    records: put.map(({ partitionKey, data }) => [partitionKey, Buffer.from(data).toString()]),
  };
}

const lines = `${click(1, 'ann')}\n\n${click(2, 'bob')}\r\n${click(3, 'ann')}\n`;

test.each<[string, Sent]>([
  ['JSON Lines', { body: lines, headers: { 'content-type': LINES } }],
  ['JSON Lines in gzip', { body: gzipSync(lines), headers: { 'content-type': LINES, 'content-encoding': 'gzip' } }],
  ['one event over several lines', { body: '{\n"user": "ann"\n}', headers: { 'content-type': JSON_TYPE } }],
  ['an array', { body: `[${click(1)},{"n": 1.0}, "x"]`, headers: { 'content-type': `${JSON_TYPE}; charset=utf-8` } }],
  ['lines of which one is no JSON', { body: `${click(1)}\nno json`, headers: { 'content-type': LINES } }],
  ['no JSON at all', { body: 'no\njson', headers: { 'content-type': LINES } }],
  ['an array that is none', { body: '[', headers: { 'content-type': JSON_TYPE } }],
  ['nothing', { headers: { 'content-type': LINES } }],
  ['no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]), headers: { 'content-type': JSON_TYPE } }],
  ['damaged gzip', { body: 'x', headers: { 'content-type': LINES, 'content-encoding': 'gzip' } }],
  ['another encoding', { body: 'x', headers: { 'content-type': LINES, 'content-encoding': 'br' } }],
  ['another type', { body: lines, headers: { 'content-type': 'text/plain' } }],
  ['an unknown stream', { body: lines, headers: { 'content-type': LINES }, stream: 'orders' }],
  ['a stream whose name cannot be decoded', { body: lines, headers: { 'content-type': LINES }, stream: '%E0%A4' }],
  ['too many events', { body: '1\n'.repeat(MAX_EVENTS + 1), headers: { 'content-type': LINES } }],
  ['too many bytes', { body: `"${'x'.repeat(MAX_BODY_BYTES)}"`, headers: { 'content-type': LINES } }],
  ['an event that is too large', { body: `"${'x'.repeat(MAX_EVENT_BYTES)}"`, headers: { 'content-type': LINES } }],
  [
    'gzip that unfolds to too many bytes',
    { body: gzipSync(' '.repeat(MAX_BODY_BYTES + 1)), headers: { 'content-type': LINES, 'content-encoding': 'gzip' } },
  ],
])('%s: the answer and the records are those of the endpoint on AWS', async (_, sent) => {
  const { answer, records } = await onAws(sent);
  expect(await post(sent)).toEqual(answer);
  expect(machine.shard('shard-0000')).toEqual(records);
  expect(machine.errors).toEqual([]);
});

test('what was accepted is counted once, and what does not fit the schema is a dead letter', async () => {
  const body = [...Array.from({ length: 100 }, (_, n) => click(n)), '{"user":"nobody"}'].join('\n');
  expect(await post({ body, headers: { 'content-type': LINES } })).toMatchObject({
    status: 200,
    body: { received: 101, accepted: 101 },
  });
  const counts = await machine.counts();
  expect([...counts.values()].reduce((sum, events) => sum + events, 0)).toBe(100);
  expect(counts.get('user-0')).toBe(8);
});

test('a body beyond what is read is refused before it is sent', async () => {
  const { port } = new URL(machine.url);
  const request = httpRequest({
    port,
    method: 'POST',
    path: '/streams/clicks/events',
    headers: { 'content-length': 10 * 1024 * 1024 + 1 },
  });
  request.flushHeaders();
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(413);
  request.destroy();
});

test('a body of unknown length is read no further than that', async () => {
  const { port } = new URL(machine.url);
  const request = httpRequest({
    port,
    method: 'POST',
    path: '/streams/clicks/events',
    headers: { 'content-type': LINES },
  });
  request.on('error', () => {});
  const answered = once(request, 'response');
  for (let written = 0; written <= 10; written++) request.write(Buffer.alloc(1024 * 1024, ' '));
  const [response] = await answered;
  expect(response.statusCode).toBe(413);
  request.destroy();
});

test.each([
  ['throttled', new StoreError('throttled', 'Locked.')],
  ['unavailable', new StoreError('unknownOutcome', 'Who knows.')],
])('where the store fails, all events are %s and can be sent again, and the program is told', async (code, error) => {
  machine.stores.log.appendDurably = () => {
    throw error;
  };
  const answer = await post({ body: lines, headers: { 'content-type': LINES } });
  expect(answer).toMatchObject({ status: 503, retryAfter: '2', body: { accepted: 0 } });
  expect(answer.body.failed.map((failure) => failure.code)).toEqual([code, code, code]);
  expect(machine.errors).toEqual([error]);
});

describe('a web page', () => {
  const asPage = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const { port } = new URL(machine.url);
      const request = httpRequest(
        { port, method: 'POST', path: '/streams/clicks/events', headers: { 'content-type': LINES, ...headers } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      request.on('error', reject).end(click(1));
    });

  test.each<[string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.example' }],
    ['a file', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://localhost:1' }],
    ['another site whose origin the browser hides', { 'sec-fetch-site': 'cross-site' }],
    ['another name of its own that leads here', { host: 'evil.example' }],
  ])('of %s cannot send', async (_, headers) => {
    expect(await asPage(headers)).toBe(403);
    expect(machine.shard('shard-0000')).toEqual([]);
  });

  test('may not ask whether it could send', async () => {
    const answer = await fetch(`${machine.url}/streams/clicks/events`, {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    expect(answer.status).toBe(405);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('of this server itself, and a program, can', async () => {
    const { port } = new URL(machine.url);
    expect(await asPage({ origin: machine.url, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await asPage({ origin: `http://localhost:${port}` })).toBe(200);
    expect(await asPage({})).toBe(200);
  });
});

test('the server lists where to send', async () => {
  const root = (await (await fetch(machine.url)).json()) as {
    readonly endpoints: readonly { readonly path: string }[];
  };
  expect(root.endpoints.map(({ path }) => path)).toContain('/streams/{stream}/events');
  expect((await fetch(`${machine.url}/streams/clicks/events`)).status).toBe(404);
});

test('a connection that sends nothing does not hold up the end', async () => {
  const { port } = new URL(machine.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const half = connect(Number(port), '127.0.0.1');
  await once(half, 'connect');
  half.write('P');
  const ended = Promise.all([once(socket, 'close'), once(half, 'close')]);
  await fetch(machine.url);
  await machine.close();
  await ended;
  machine = await startReceiving(1);
});
