import { once } from 'node:events';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { click, type ReceivingMachine, startReceiving } from '../receiving-machine.ts';

let machine: ReceivingMachine;
beforeAll(async () => {
  machine = await startReceiving(1);
});
afterAll(() => machine.close());

async function overHttp2(headers: Record<string, string>, body?: string) {
  const session = connectHttp2(machine.url);
  const stream = session.request(headers);
  stream.end(body);
  const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  session.close();
  return { status: Number(answer[':status']), json: JSON.parse(text) };
}

/** Sends a request byte by byte, each in a packet of its own as far as the system lets it. */
async function bytewise(request: string): Promise<string> {
  const socket = connect(Number(new URL(machine.url).port), '127.0.0.1').setNoDelay(true);
  // The server may be done with it before all is sent.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk;
  });
  for (const byte of request) {
    await new Promise((resolve) => socket.write(byte, resolve));
    // Lets the server, which runs in this process, see what is there.
    await new Promise(setImmediate);
  }
  await closed;
  return answer;
}

test('HTTP/2 without TLS is answered on the port of HTTP/1', async () => {
  expect(await overHttp2({ ':path': '/api/health' })).toMatchObject({ status: 200, json: { healthy: true } });
  const post = { ':path': '/streams/clicks/events', ':method': 'POST', 'content-type': 'application/x-ndjson' };
  expect(await overHttp2(post, click(1))).toMatchObject({ status: 200, json: { accepted: 1 } });
});

test('over HTTP/2 another host name is refused as well', async () => {
  const answer = await overHttp2({ ':path': '/api/health', ':authority': 'evil.example' });
  expect(answer).toMatchObject({ status: 403, json: { code: 'wrong_host' } });
});

test.each([
  ['POST', 405],
  ['PROPFIND', 405],
  ['GET', 200],
])('a request of HTTP/1 that begins with %s is one, however it comes', async (method, status) => {
  const { host } = new URL(machine.url);
  const answer = await bytewise(`${method} / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test('what begins as HTTP/2 does and is none ends without an answer of HTTP/1', async () => {
  expect(await bytewise('PRIVATE / HTTP/1.1\r\nHost: localhost\r\n\r\n')).not.toContain('HTTP/1.1');
});

test('what is no HTTP at all, or ends before it says what it is, ends', async () => {
  expect(await bytewise('\r\n\r\nnonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  const socket = connect(Number(new URL(machine.url).port), '127.0.0.1');
  socket.resume().end('P');
  await once(socket, 'close');
});
