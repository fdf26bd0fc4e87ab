import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { KinesisRecord, PutOutcome } from '../../adapters/aws/kinesis-writer.ts';
import { MAX_BODY_BYTES, MAX_EVENT_BYTES, MAX_EVENTS, RECORD_BYTES } from '../../endpoint/limits.ts';
import { makeHandler } from '../../lambdas/ingest/make-handler.ts';
import { click, memoryLog, plan } from './support.ts';

const LINES = 'application/x-ndjson';
const JSON_TYPE = 'application/json';
const PLENTY = { getRemainingTimeInMillis: () => 10_000 };

/** A writer that takes everything but the records that `outcome` says otherwise of. */
function setUp(outcome: (record: KinesisRecord) => PutOutcome = () => 'written') {
  const log = memoryLog();
  const puts: { stream: string; records: [key: string, lines: string[]][] }[] = [];
  const handler = makeHandler({
    plan,
    log,
    kinesisNameOf: (stream) => `shop-${stream}`,
    writer: {
      put: async (stream, records, timeLeftMs) => {
        expect(timeLeftMs()).toBe(9500);
        puts.push({
          stream,
          records: records.map(({ partitionKey, data }) => [partitionKey, Buffer.from(data).toString().split('\n')]),
        });
        return { outcomes: records.map(outcome), calls: 1 };
      },
    },
  });
  return {
    log,
    puts,
    post: async (body: string | Buffer | undefined, headers: Record<string, string> = {}, stream = 'clicks') => {
      const answer = await handler(request(body, { 'content-type': LINES, ...headers }, stream), PLENTY);
      return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(String(answer.body)) };
    },
  };
}

function request(body: string | Buffer | undefined, headers: Record<string, string>, stream: string) {
  return {
    headers,
    pathParameters: { stream },
    requestContext: { requestId: 'r1' },
    isBase64Encoded: typeof body !== 'string',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : body.toString('base64') }),
  } as unknown as APIGatewayProxyEventV2;
}

describe('a request that is taken', () => {
  const ALL = { status: 200, body: { stream: 'clicks', received: 2, accepted: 2, failed: [] } };

  test.each([
    ['lines', LINES, `${click(0)}\n${click(1)}`],
    ['lines with line breaks of Windows and blank ones between', LINES, `\r\n${click(0)}\r\n\n  \n${click(1)}\r\n`],
    ['lines behind a byte order mark', LINES, `\uFEFF${click(0)}\n${click(1)}`],
    ['lines under another name', 'application/jsonl', `${click(0)}\n${click(1)}`],
    ['an array', JSON_TYPE, `[${click(0)},${click(1)}]`],
    ['an array over several lines', 'Application/JSON; charset=utf-8', `[\n  ${click(0)},\n  ${click(1)}\n]\n`],
  ])('may be %s', async (_form, type, body) => {
    const { post, puts } = setUp();
    expect(await post(body, { 'content-type': type })).toMatchObject(ALL);
    expect(puts).toEqual([{ stream: 'shop-clicks', records: [['/', [click(0), click(1)]]] }]);
  });

  test('may be bytes, and packed with gzip', async () => {
    const { post, puts } = setUp();
    const body = Buffer.from(`${click(0)}\n${click(1)}`);
    expect(await post(body)).toMatchObject(ALL);
    expect(await post(gzipSync(body), { 'content-encoding': 'gzip' })).toMatchObject(ALL);
    expect(puts[1]).toEqual(puts[0]);
  });

  test('may be one event over several lines, which becomes one line', async () => {
    const { post, puts } = setUp();
    await post('{\n  "page": "/a\\nb",\r\n  "time": 1.0\n}', { 'content-type': JSON_TYPE });
    expect(puts[0]?.records).toEqual([['/a\nb', ['{   "page": "/a\\nb",   "time": 1.0 }']]]);
  });

  test('keeps the text of events in an array, down to the digits of numbers', async () => {
    const { post, puts } = setUp();
    const event = '{"page":"/", "n": 12345678901234567890.10}';
    await post(`[${event}]`, { 'content-type': JSON_TYPE });
    expect(puts[0]?.records).toEqual([['/', [event]]]);
  });

  test('puts the events of one key on one record, in their order', async () => {
    const { post, puts } = setUp();
    await post([click(0, 'a'), click(1, 'b'), click(2, 'a'), click(3, 'c'), click(4, 'a')].join('\n'));
    expect(puts[0]?.records).toEqual([
      ['a', [click(0, 'a'), click(2, 'a'), click(4, 'a')]],
      ['b', [click(1, 'b')]],
      ['c', [click(3, 'c')]],
    ]);
  });

  test('begins another record of a key where one is full', async () => {
    const { post, puts } = setUp();
    const long = JSON.stringify({ page: 'a', text: 'x'.repeat(RECORD_BYTES / 2 - 22) });
    await post([long, long, click(0, 'a'), click(1, 'b')].join('\n'));
    expect(
      puts[0]?.records.map(([key, lines]) => [key, lines.length, lines.join('\n').length <= RECORD_BYTES]),
    ).toEqual([
      ['a', 1, true],
      ['a', 2, true],
      ['b', 1, true],
    ]);
  });

  test('may have events that do not fit the schema: the pipeline makes dead letters of them', async () => {
    const { post, puts } = setUp();
    const odd = ['{"page":7}', '{"other":1}', '[]', 'null', '"text"'];
    expect(await post(odd.join('\n'))).toMatchObject({ status: 200, body: { received: 5, accepted: 5 } });
    expect(puts[0]?.records).toEqual([['7', ['{"page":7}']], ...odd.slice(1).map((text) => [text, [text]])]);
  });

  test('may have an event of the most bytes that a record holds', async () => {
    const { post } = setUp();
    const event = JSON.stringify({ page: 'x'.repeat(MAX_EVENT_BYTES - 11) });
    expect(event.length).toBe(MAX_EVENT_BYTES);
    expect(await post(event)).toMatchObject({ status: 200 });
  });

  test('is told of in the log without a word of its events', async () => {
    const { post, log } = setUp();
    await post(click(0, '/secret'));
    expect(log.lines).toEqual([
      {
        level: 'info',
        message: 'Events are in the stream.',
        fields: {
          requestId: 'r1',
          stream: 'clicks',
          status: 200,
          events: 1,
          failed: 0,
          records: 1,
          calls: 1,
          reasons: {},
        },
      },
    ]);
  });
});

describe('a request of which some events fail', () => {
  test('is answered with the indexes of just these', async () => {
    const { post, log } = setUp(({ partitionKey }) => (partitionKey === 'a' ? 'throttled' : 'written'));
    const answer = await post([click(0, 'a'), click(1, 'b'), 'no JSON', click(2, 'a')].join('\n'));
    expect(answer.status).toBe(207);
    expect(answer.headers).toMatchObject({ 'retry-after': '2' });
    expect(answer.body).toEqual({
      stream: 'clicks',
      received: 4,
      accepted: 1,
      failed: [
        { index: 0, code: 'throttled', retry: true, message: expect.stringContaining('Send it again later.') },
        { index: 2, code: 'not_json', retry: false, message: expect.stringContaining('The event is not JSON.') },
        { index: 3, code: 'throttled', retry: true, message: expect.any(String) },
      ],
    });
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { failed: 3, reasons: { throttled: 2, not_json: 1 } } }]);
  });

  test('gives no time to wait where sending again would not help', async () => {
    const answer = await setUp().post(`${click(0)}\n{`);
    expect([answer.status, answer.headers?.['retry-after']]).toEqual([207, undefined]);
  });

  test.each<[string, number, PutOutcome, string]>([
    ['busy', 503, 'throttled', click(0)],
    ['not answering', 503, 'unavailable', click(0)],
    ['busy and one event is not JSON', 207, 'throttled', `${click(0)}\n{`],
    ['not asked, for nothing is JSON', 400, 'written', '{\nno JSON'],
    ['not asked, for the event is too large', 413, 'written', JSON.stringify('x'.repeat(MAX_EVENT_BYTES))],
  ])('and the stream is %s gets %i', async (_case, status, outcome, body) => {
    const { post } = setUp(() => outcome);
    expect(await post(body)).toMatchObject({ status, body: { accepted: 0 } });
  });
});

describe('a request is refused', () => {
  const long = 'x'.repeat(MAX_BODY_BYTES + 1);

  test.each<[string, number, string, string | Buffer | undefined, Record<string, string>, string]>([
    ['without a body', 400, 'no_events', undefined, {}, 'The request has no event: its body is empty.'],
    ['with blank lines alone', 400, 'no_events', '\n \n', {}, 'The request has no event'],
    ['with an empty array', 400, 'no_events', '[ ]', { 'content-type': JSON_TYPE }, 'The request has no event'],
    ['with an empty JSON body', 400, 'no_events', ' ', { 'content-type': JSON_TYPE }, 'The request has no event'],
    ['that is not JSON', 400, 'not_json', '[{]', { 'content-type': JSON_TYPE }, 'The body is not JSON.'],
    ['that is no text', 400, 'not_utf8', Buffer.from([0x22, 0xff, 0x22]), {}, 'The body is not text in UTF-8.'],
    [
      'of another type',
      415,
      'unsupported_content_type',
      '{}',
      { 'content-type': 'text/csv' },
      "is 'text/csv': it must be",
    ],
    [
      'in another encoding',
      415,
      'unsupported_content_encoding',
      '{}',
      { 'content-encoding': 'br' },
      "is 'br': it must",
    ],
    [
      'that is not what it says',
      400,
      'corrupt_compression',
      '{}',
      { 'content-encoding': 'gzip' },
      'cannot be unpacked',
    ],
    [
      'that is too large',
      413,
      'too_large',
      long,
      {},
      `The body has ${long.length} bytes, and at most ${MAX_BODY_BYTES}`,
    ],
    [
      'that unfolds to too much',
      413,
      'too_large',
      gzipSync(long),
      { 'content-encoding': 'gzip' },
      'The body unfolds to',
    ],
    [
      'of too many events',
      413,
      'too_many_events',
      '1\n'.repeat(MAX_EVENTS + 1),
      {},
      'The request has 5001 events, and',
    ],
  ])('%s', async (_case, status, code, body, headers, message) => {
    const { post, puts, log } = setUp();
    const answer = await post(body, headers);
    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.stringContaining(message) } } });
    expect(puts).toEqual([]);
    expect(log.lines).toEqual([
      { level: 'warn', message: 'A request was refused.', fields: { requestId: 'r1', stream: 'clicks', status, code } },
    ]);
  });

  test('without a content type', async () => {
    const answer = await makeHandler({
      plan,
      log: memoryLog(),
      kinesisNameOf: (stream) => stream,
      writer: { put: () => Promise.reject(new Error('Nothing should be put.')) },
    })(request('{}', {}, 'clicks'), PLENTY);
    expect(answer).toMatchObject({ statusCode: 415, body: expect.stringContaining('The request has no content-type') });
  });

  test('for a stream that the pipeline does not have', async () => {
    expect(await setUp().post(click(0), {}, 'clocks')).toMatchObject({
      status: 404,
      body: {
        error: {
          code: 'unknown_stream',
          message: "Pipeline 'shop' has no stream 'clocks'. Its streams are clicks, orders.",
        },
      },
    });
  });
});

test('a failure inside is logged with its cause, and the client gets the id that finds it', async () => {
  const error = new Error('Putting 1 records to stream shop-clicks failed with AccessDeniedException.');
  const log = memoryLog();
  const writer = { put: () => Promise.reject(error) };
  const handler = makeHandler({ plan, log, writer, kinesisNameOf: (stream) => stream });
  const answer = await handler(request(click(0), { 'content-type': LINES }, 'clicks'), PLENTY);
  expect(answer.statusCode).toBe(500);
  expect(JSON.parse(String(answer.body))).toEqual({
    error: { code: 'internal', message: expect.stringContaining('Request r1 in the log tells why.') },
  });
  expect(log.lines).toMatchObject([{ level: 'error', fields: { requestId: 'r1', error } }]);
});

test('what is no request at all is answered', async () => {
  const { log } = setUp();
  const writer = { put: () => Promise.reject(new Error('Nothing should be put.')) };
  const handler = makeHandler({ plan, log, writer, kinesisNameOf: (stream) => stream });
  expect(await handler({} as APIGatewayProxyEventV2, PLENTY)).toMatchObject({ statusCode: 404 });
});
