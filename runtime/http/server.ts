import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { BadQueryError } from '../../engine/query/errors.ts';
import type { LiveQueries } from './live-queries.ts';
import { errorReply, failure, type Reply, route } from './routes.ts';

export interface ServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Only this machine can reach the server: it has no passwords. */
  readonly host?: '127.0.0.1' | '::1';
  readonly queries: LiveQueries;
  /** Is told of queries that failed for a reason of ours; the caller of the query is told as well. */
  readonly onError?: (error: unknown) => void;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Stops taking requests, ends connections, and waits until no query is running any more. */
  close(): Promise<void>;
}

/** The server could not be started. The message says why and what to do. */
export class ServerStartError extends StreamgaugeError {
  override readonly name = 'ServerStartError';
  readonly code = 'serverStart';
}

/** What a browser leaves out of the Host header. */
const HTTP_PORT = 80;
const MAX_URL_LENGTH = 4096;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 100;
const REQUEST_TIMEOUT_MS = 10_000;

/** JSON of results that belong to this machine: not to be guessed at, framed, kept or read by other sites. */
const HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/**
 * Serves what the pipeline knows as JSON on this machine, read-only.
 *
 * @throws ServerStartError where the port cannot be had.
 *
 * @example
 * const server = await startServer({ port: 8787, queries });
 * // GET http://127.0.0.1:8787/views/traffic_5min/windows?from=2015-05-17T10:00:00Z&limit=10
 * await server.close();
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { port, host = '127.0.0.1', queries, onError = () => {} } = options;
  const running = new Set<Promise<void>>();
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
  };
  const server = createServer(limits, (request, response) => {
    const work = answer(request, queries, onError).then((reply) => send(request, response, reply));
    running.add(work);
    work.finally(() => running.delete(work));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, port, host);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${taken}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.allSettled(running);
      await closed;
    },
  };
}

/** Every way of asking has a reply: this never throws. */
async function answer(
  request: IncomingMessage,
  queries: LiveQueries,
  onError: (error: unknown) => void,
): Promise<Reply> {
  const refusal = refuse(request);
  if (refusal !== null) return refusal;
  try {
    const url = request.url as string;
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    const parameters = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
    return await route(queries, segments(path), parameters);
  } catch (error) {
    if (!(error instanceof BadQueryError)) onError(error);
    return errorReply(error);
  }
}

function refuse(request: IncomingMessage): Reply | null {
  const { method, url = '', headers, socket } = request;
  if (!isLocalHost(headers.host, socket.localPort)) {
    return failure(
      403,
      'wrong_host',
      'This server answers only to localhost, 127.0.0.1 and [::1] with its port, so that no web page can reach it under another name.',
    );
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return failure(405, 'method_not_allowed', `This server only reads: use GET, not ${method}.`);
  }
  if (url.length > MAX_URL_LENGTH) {
    return failure(
      414,
      'url_too_long',
      `The URL has ${url.length} characters, and at most ${MAX_URL_LENGTH} are read.`,
    );
  }
  return url.startsWith('/') ? null : failure(400, 'bad_url', 'The request must name a path, such as /status.');
}

/**
 * A web page can have its own host name lead to 127.0.0.1 and then read whatever answers there ("DNS rebinding"). Its
 * requests still carry that name, and so are told apart.
 */
function isLocalHost(host: string | undefined, port: number | undefined): boolean {
  const match = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i.exec(host ?? '');
  return match !== null && Number(match[1] ?? HTTP_PORT) === port;
}

function segments(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    throw new BadQueryError('The path has a % that is not followed by two hexadecimal digits of UTF-8.');
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, body }: Reply): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    ...HEADERS,
    'Content-Length': Buffer.byteLength(text),
    ...(status === 405 && { Allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/**
 * Looks whether a server could listen there.
 *
 * @throws ServerStartError where it could not, with what to do.
 */
export async function assertPortIsFree(port: number, host = '127.0.0.1'): Promise<void> {
  const server = createServer();
  await listen(server, port, host);
  await new Promise((resolve) => server.close(resolve));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ServerStartError(startMessage(error, port, host), { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function startMessage({ code, message }: NodeJS.ErrnoException, port: number, host: string): string {
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use by another program. Give another one with --port, or --port 0 for any that is free.`;
  }
  if (code === 'EACCES') {
    return `Port ${port} on ${host} may not be used by this user. Give one from 1024 on with --port.`;
  }
  return `The server cannot listen on port ${port} of ${host}: ${message}. Give another port with --port.`;
}
