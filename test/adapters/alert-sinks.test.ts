import { createHmac, timingSafeEqual } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileAlertSink } from '../../adapters/file-alert-sink.ts';
import { MemoryAlertSink } from '../../adapters/memory/alert-sink.ts';
import { WebhookAlertSink } from '../../adapters/webhook-alert-sink.ts';
import type { SentAlert } from '../../engine/ports/alert-sink.ts';
import { AlertSinkError } from '../../engine/ports/errors.ts';
import { noPause } from '../../engine/ports/retry.ts';
import { alertSinkConformance, MESSAGE } from '../conformance/alert-sink.ts';
import { ManualClock } from '../support/manual-clock.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

describe('in memory', () => {
  alertSinkConformance(async () => {
    const sink = new MemoryAlertSink();
    return { sink, received: async () => sink.sent };
  });
});

describe('in a file', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'alerts-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const lines = (path: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  const messages = (path: string) => lines(path).map((line) => JSON.parse(line) as SentAlert);

  alertSinkConformance(async () => {
    const path = join(dir, 'deep', 'alerts.jsonl');
    return { sink: new FileAlertSink(path), received: async () => messages(path) };
  });

  test('a line that another process left half is ended before the next', async () => {
    const path = join(dir, 'alerts.jsonl');
    await new FileAlertSink(path).send(MESSAGE);
    appendFileSync(path, '{"id":"ha');
    await new FileAlertSink(path).send(MESSAGE);
    expect(lines(path)).toEqual([JSON.stringify(MESSAGE), '{"id":"ha', JSON.stringify(MESSAGE)]);
  });

  test('a file that cannot be written is an error that names it, and what comes later is written', async () => {
    const sink = new FileAlertSink(dir);
    await expect(sink.send(MESSAGE)).rejects.toThrow(AlertSinkError);
    await expect(sink.send(MESSAGE)).rejects.toThrow(`The file ${dir} of alerts cannot be written to`);
  });
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('at a webhook', () => {
  let server: Server;
  let url: string;
  let received: Received[];
  let answers: (number | 'hang up' | 'silence')[];
  const clock = new ManualClock(NOW_MS);

  beforeEach(async () => {
    [received, answers] = [[], []];
    server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      const answer = answers.shift() ?? 204;
      if (answer === 'hang up') request.socket.destroy();
      else if (answer === 302) response.writeHead(302, { location: url }).end();
      else if (answer !== 'silence') response.writeHead(answer).end(answer === 204 ? undefined : 'body');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const sinkOf = (more: { secret?: string; timeoutMs?: number; pause?: (retry: number) => Promise<void> } = {}) =>
    new WebhookAlertSink({ url, secret: null, clock, pause: noPause, ...more });
  const bodies = () => received.map(({ body }) => JSON.parse(body) as SentAlert);

  alertSinkConformance(async () => ({ sink: sinkOf(), received: async () => bodies() }));

  test('the signature is over the time and the body, and is there only with a key', async () => {
    await sinkOf({ secret: 'key' }).send(MESSAGE);
    await sinkOf().send(MESSAGE);
    const [signed, plain] = received as [Received, Received];
    const timestamp = signed.headers['x-streamgauge-timestamp'];
    expect(timestamp).toBe(String(NOW_MS / 1000));
    const digest = createHmac('sha256', 'key').update(`${timestamp}.${signed.body}`).digest('hex');
    const given = String(signed.headers['x-streamgauge-signature']);
    expect(timingSafeEqual(Buffer.from(given), Buffer.from(`v1=${digest}`))).toBe(true);
    expect(signed.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': `${MESSAGE.id}#1` });
    expect(plain.headers['x-streamgauge-signature']).toBeUndefined();
  });

  test('an attempt that fails is made again, with a pause before each', async () => {
    answers = [503, 'hang up', 429];
    const pauses: number[] = [];
    const pause = async (retry: number) => {
      pauses.push(retry);
    };
    expect(await sinkOf({ pause }).send(MESSAGE)).toBe('sent');
    expect(bodies()).toEqual([MESSAGE, MESSAGE, MESSAGE, MESSAGE]);
    expect(pauses).toEqual([1, 2, 3]);
  });

  test.each([
    ['an answer', 500, 'it answered 500'],
    ['a redirect, which is not followed', 302, 'it answered 302'],
    ['a refusal that another key may end', 401, 'it answered 401'],
    ['no answer in time', 'silence', 'timeout'],
  ] as const)(
    'after four attempts %s is an error that names the receiver and not its path',
    async (_, answer, found) => {
      answers = [answer, answer, answer, answer];
      const failure = await sinkOf({ timeoutMs: 50 })
        .send(MESSAGE)
        .catch((error: unknown) => error as Error);
      expect(failure).toBeInstanceOf(AlertSinkError);
      const { message } = failure as Error;
      expect(message).toContain(
        `The webhook ${new URL(url).origin} did not take message 1 of ${MESSAGE.id} in 4 attempts`,
      );
      expect(message).toContain(found);
      expect(message).not.toContain('secret-path');
      expect(received).toHaveLength(4);
    },
  );

  test.each([400, 413, 422])(
    'a message that is answered %i is refused for good, and not sent again',
    async (answer) => {
      answers = [answer];
      expect(await sinkOf().send(MESSAGE)).toBe('refused');
      expect(received).toHaveLength(1);
    },
  );
});
