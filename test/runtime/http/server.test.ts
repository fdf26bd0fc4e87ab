import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { type RunningServer, ServerStartError, startServer } from '../../../runtime/http/server.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON that each test looks into in its own way
  readonly json: any;
}

/** Remembers what it was asked, and answers as it was told to. */
class FakeApi {
  readonly asked: Request[] = [];
  answer: () => Promise<Response> = async () => Response.json({ healthy: true });

  fetch = (request: Request): Promise<Response> => {
    this.asked.push(request);
    return this.answer();
  };
}

let api: FakeApi;
let server: RunningServer;

beforeEach(async () => {
  api = new FakeApi();
  server = await startServer({ port: 0, api });
});
afterEach(() => server.close());

function get(path: string, { method = 'GET', host }: { method?: string; host?: string } = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json = text === '' ? null : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('what it answers', () => {
  test('without a page, the root lists what there is', async () => {
    const { status, json } = await get('/');
    expect(status).toBe(200);
    expect(json).toMatchObject({ name: 'streamgauge', endpoints: [{ path: '/api' }] });
  });

  test.each(['/api', '/api/views/whole/windows?limit=10', '/metrics'])('%s is for the API', async (path) => {
    expect(await get(path)).toMatchObject({ status: 200, json: { healthy: true } });
    expect(api.asked.map(({ url }) => new URL(url).pathname + new URL(url).search)).toEqual([path]);
  });

  test.each(['/nothing', '/status', '/views', '/views/whole/windows', '/health', '/apis', '//evil.example/api'])(
    'there is nothing at %s, and the answer lists what there is',
    async (path) => {
      const { status, json } = await get(path);
      expect(status).toBe(404);
      expect(json).toMatchObject({ code: 'not_found', status: 404, endpoints: [{ path: '/api' }] });
      expect(api.asked).toEqual([]);
    },
  );
});

describe('what it refuses', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is not allowed', async (method) => {
    const { status, headers, json } = await get('/', { method });
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
    expect(json.detail).toContain(method);
  });

  test('HEAD answers as GET does, without the body', async () => {
    const got = await get('/');
    const head = await get('/', { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers['content-length']).toBe(got.headers['content-length']);
  });

  test.each(['/', '/api'])('a URL of %s beyond 4,096 characters is too long', async (path) => {
    expect((await get(`${path}?${'x'.repeat(4096)}`)).status).toBe(414);
  });

  test('a path that cannot be decoded is one where nothing is', async () => {
    expect((await get('/views/%E0%A4%A')).status).toBe(404);
  });

  test('a request for another server (a proxy request) is refused', async () => {
    expect((await get('http://evil.example/api')).status).toBe(400);
  });

  test('a request for another host name is refused: a web page cannot reach in under its own name', async () => {
    const { port } = new URL(server.url);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `user@localhost:${port}`,
      `localhost:${Number(port) + 1}`,
      'localhost',
      `[::2]:${port}`,
    ]) {
      const { status, json } = await get('/api/health', { host });
      expect([host, status]).toEqual([host, 403]);
      expect(json.code).toBe('wrong_host');
    }
  });

  test('a request without a host name is refused', async () => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write('GET /api HTTP/1.0\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('the names of this machine are let in', async () => {
    const { port } = new URL(server.url);
    for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      expect([host, (await get('/api/health', { host })).status]).toEqual([host, 200]);
    }
  });
});

test('every answer is guarded, and none invites other sites', async () => {
  for (const [path, type] of [
    ['/', 'application/json'],
    ['/nothing', 'application/problem+json'],
  ] as const) {
    const { headers } = await get(path);
    expect(headers).toMatchObject({
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers).not.toHaveProperty('x-powered-by');
  }
});

describe('starting and stopping', () => {
  test('a port that is in use gives a sentence that says what to do', async () => {
    const { port } = new URL(server.url);
    const again = startServer({ port: Number(port), api });
    await expect(again).rejects.toThrow(ServerStartError);
    await expect(startServer({ port: Number(port), api })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use by another program. Give another one with --port, or --port 0 for any that is free.`,
    );
  });

  test('it listens on the loopback address only', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('closing ends connections that are kept open, and frees the port', async () => {
    const { port } = new URL(server.url);
    const idle = connect(Number(port), '127.0.0.1');
    const ended = new Promise((resolve) => idle.once('close', resolve));
    idle.on('error', () => {});
    await new Promise((resolve) => idle.once('connect', resolve));
    await server.close();
    await ended;
    const next = createTcpServer();
    await new Promise<void>((resolve) => next.listen(Number(port), '127.0.0.1', resolve));
    expect((next.address() as AddressInfo).port).toBe(Number(port));
    await new Promise((resolve) => next.close(resolve));
  });

  test('closing waits for questions that are running', async () => {
    let finish: (response: Response) => void = () => {};
    const asked = new Promise<void>((started) => {
      api.answer = () => {
        started();
        return new Promise((resolve) => {
          finish = resolve;
        });
      };
    });
    const cut = get('/api/views/whole/windows').catch((error: Error) => error);
    await asked;
    const order: string[] = [];
    const closing = server.close().then(() => order.push('closed'));
    await cut;
    order.push('question ends');
    finish(new Response('late'));
    await closing;
    expect(order).toEqual(['question ends', 'closed']);
  });
});
