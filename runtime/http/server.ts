import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { PROBLEM_TYPE } from '../../api/media-types.ts';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';
import { announcedBytes, BodyRoom, readBody } from './body.ts';
import { isFromOtherSite, isLocalHost } from './local-only.ts';
import type { PageFiles } from './page-files.ts';
import type { RawReply, Receiver, RequestHead } from './receiver.ts';
import { failure, notFound, overviewOf, type Reply } from './reply.ts';
import { type AnyRequest, type AnyResponse, alsoHttp2 } from './two-protocols.ts';

export interface ServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Only this machine can reach the server: it has no passwords. */
  readonly host?: '127.0.0.1' | '::1';
  /** What takes data in. */
  readonly receivers?: readonly Receiver[];
  /** What answers below `/api`, and at `/metrics`. */
  readonly api?: { fetch(request: Request): Response | Promise<Response> };
  /** The page, at `/`. Without it there is the list of paths. */
  readonly page?: PageFiles | null;
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

const MAX_URL_LENGTH = 4096;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 100;
const REQUEST_TIMEOUT_MS = 10_000;
/** Connections of HTTP/2 are kept by clients; those without requests for so long end. */
const IDLE_MS = 120_000;

/** JSON of results that belong to this machine: not to be guessed at, framed, kept or read by other sites. Names in lower case. */
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Serves the API and the page on this machine, and hands what comes in to the receivers.
 *
 * @throws ServerStartError where the port cannot be had.
 *
 * @example
 * const server = await startServer({ port: 8787, api });
 * // GET http://127.0.0.1:8787/api/views/traffic_5min/windows?from=2015-05-17T10:00:00Z&limit=10
 * await server.close();
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { port, host = '127.0.0.1' } = options;
  const running = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>) => {
    running.add(work);
    const end = () => running.delete(work);
    work.then(end, end);
  };
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
  };
  const room = new BodyRoom();
  const api = options.api === undefined ? null : listenerOf(options.api, track);
  const handle = (request: AnyRequest, response: AnyResponse) => {
    if (api !== null && isOfApi(request.url)) {
      const refusal = refuseApi(request);
      for (const [name, value] of Object.entries(HEADERS)) {
        if (name !== 'content-type' && name !== 'cache-control') response.setHeader(name, value);
      }
      if (refusal !== null) return send(request, response, jsonReply(refusal));
      void api(request as IncomingMessage, response as ServerResponse);
      return;
    }
    track(
      answer(request, options, room).then((reply) => {
        if (reply !== null) send(request, response, reply);
      }),
    );
  };
  const server = createServer(limits, handle);
  const endHttp2 = alsoHttp2(server, handle, IDLE_MS);
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, port, host);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${taken}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      endHttp2();
      await Promise.allSettled(running);
      await closed;
    },
  };
}

/** Questions of the API are waited for like others: they read what is closed after the server. */
function listenerOf(api: NonNullable<ServerOptions['api']>, track: (work: Promise<unknown>) => void) {
  const ask = (request: Request) => {
    const answered = Promise.resolve(api.fetch(request));
    track(answered);
    return answered;
  };
  return getRequestListener(ask, { overrideGlobalObjects: false });
}

/** Every way of asking has a reply: this never throws. Null where the sender went away before it had sent everything. */
async function answer(request: AnyRequest, options: ServerOptions, room: BodyRoom): Promise<RawReply | null> {
  const { receivers = [] } = options;
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  const head = {
    method: request.method ?? '',
    path: mark === -1 ? url : url.slice(0, mark),
    headers: request.headers,
    requestId: randomUUID(),
  };
  const receiver = receivers.find((each) => each.takes(head));
  const refusal = refuse(request, url, receiver);
  if (refusal !== null) return jsonReply(refusal);
  if (receiver !== undefined) return receive(receiver, head, request, room);
  const page = options.page?.reply(head.path, acceptsGzip(request)) ?? null;
  if (page !== null) return page;
  const endpoints = receivers.map(({ endpoint }) => endpoint);
  return jsonReply(head.path === '/' ? overviewOf(endpoints) : notFound(endpoints));
}

async function receive(
  receiver: Receiver,
  head: RequestHead,
  request: AnyRequest,
  room: BodyRoom,
): Promise<RawReply | null> {
  const { maxBodyBytes } = receiver;
  const bytes = announcedBytes(head.headers['content-length'], maxBodyBytes);
  if (bytes === null) return receiver.answer(head, null);
  await room.take(bytes);
  try {
    const body = await bodyInTime(request, maxBodyBytes);
    return body === 'gone' ? null : await receiver.answer(head, body);
  } finally {
    room.give(bytes);
  }
}

/** `gone` where the sender went away: there is nobody to answer, and nothing was taken. */
async function bodyInTime(request: AnyRequest, maxBytes: number): Promise<Buffer | null | 'gone'> {
  const tooSlow = setTimeout(() => request.destroy(), REQUEST_TIMEOUT_MS);
  try {
    return await readBody(request, maxBytes);
  } catch {
    return 'gone';
  } finally {
    clearTimeout(tooSlow);
  }
}

/** The API takes data in by methods that change something, and these from no page of another site. */
function refuseApi({ method = '', url = '', headers, socket }: AnyRequest): Reply | null {
  const reads = method === 'GET' || method === 'HEAD';
  const refusal = refuse({ method: 'GET', headers, socket } as AnyRequest, url, undefined);
  if (refusal !== null || reads || !isFromOtherSite(headers, socket.localPort)) return refusal;
  return failure(
    403,
    'wrong_origin',
    'Pages of other sites are not heard',
    'This server takes nothing from web pages of other sites: send from a program.',
  );
}

function isOfApi(url = ''): boolean {
  return /^\/(?:api|metrics)(?:[/?]|$)/.test(url);
}

function acceptsGzip({ headers }: AnyRequest): boolean {
  return /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
}

function refuse({ method, headers, socket }: AnyRequest, url: string, receiver: Receiver | undefined): Reply | null {
  if (!isLocalHost(headers.host ?? authorityOf(headers), socket.localPort)) {
    return failure(
      403,
      'wrong_host',
      'This name is not that of the server',
      'This server answers only to localhost, 127.0.0.1 and [::1] with its port, so that no web page can reach it under another name.',
    );
  }
  if (receiver !== undefined) {
    if (!isFromOtherSite(headers, socket.localPort)) return null;
    return failure(
      403,
      'wrong_origin',
      'Pages of other sites are not heard',
      'This server takes nothing from web pages of other sites: send from a program.',
    );
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return failure(
      405,
      'method_not_allowed',
      'This cannot be done here',
      `This server only reads here: use GET, not ${method}.`,
    );
  }
  if (url.length > MAX_URL_LENGTH) {
    return failure(
      414,
      'url_too_long',
      'The URL is too long',
      `The URL has ${url.length} characters, and at most ${MAX_URL_LENGTH} are read.`,
    );
  }
  return url.startsWith('/')
    ? null
    : failure(400, 'bad_url', 'The URL is wrong', 'The request must name a path, such as /api.');
}

/** What HTTP/2 has for the Host header. */
function authorityOf(headers: AnyRequest['headers']): string | undefined {
  const authority = headers[':authority'];
  return typeof authority === 'string' ? authority : undefined;
}

function jsonReply({ status, body }: Reply): RawReply {
  return {
    status,
    headers: {
      ...(status >= 400 && { 'content-type': `${PROBLEM_TYPE}; charset=utf-8` }),
      ...(status === 405 && { allow: 'GET, HEAD' }),
    },
    body: `${JSON.stringify(body)}\n`,
  };
}

function send(request: AnyRequest, response: AnyResponse, { status, headers, body }: RawReply): void {
  // Both kinds of responses have these methods; their types agree on none.
  const either = response as ServerResponse;
  either.writeHead(status, { ...HEADERS, ...headers, 'content-length': Buffer.byteLength(body) });
  either.end(request.method === 'HEAD' ? undefined : body);
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
