import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pagePolicy } from '../../contracts/built-page.ts';
import { overviewAt } from './page-fixture.ts';
import { PageServer } from './page-server.ts';

/**
 * The page as it is deployed to AWS: files and API under one address, the API for those with a token alone and without live
 * events, and a provider under another address, which signs everybody in at once.
 */
export class SignedInPage {
  readonly #page: PageServer;
  readonly #dist: string;
  readonly #front = createServer((request, response) => void this.#answer(request, response));
  readonly #provider = createServer((request, response) => void this.#signIn(request, response));
  /** By code: what proves that whoever brings it asked for it. */
  readonly #challenges = new Map<string, string>();
  /** That the API takes. */
  readonly tokens = new Set<string>();
  /** Paths that the provider was asked for, and whether the API let a question in. */
  readonly asked: string[] = [];
  seconds = 0;

  constructor(dist: string) {
    this.#dist = dist;
    this.#page = new PageServer(dist);
  }

  get url(): string {
    return `${originOf(this.#front)}/`;
  }

  async start(): Promise<void> {
    await this.#page.start();
    for (const server of [this.#front, this.#provider]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
  }

  async stop(): Promise<void> {
    for (const server of [this.#front, this.#provider]) {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
    await this.#page.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.url);
    if (pathname === '/sign-in.json') {
      const provider = originOf(this.#provider);
      const config = { client: 'page', scope: 'openid', sends: 'access' };
      sendJson(response, 200, { ...config, authorize: `${provider}/authorize`, token: `${provider}/token` });
      return;
    }
    if (pathname.startsWith('/api/')) {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      const isLetIn = this.tokens.has(token);
      this.asked.push(isLetIn ? 'let in' : 'refused');
      if (!isLetIn) return sendJson(response, 401, { message: 'Unauthorized' });
      if (pathname === '/api/live') return sendJson(response, 404, { title: 'There is nothing here', status: 404 });
      if (pathname === '/api/overview') return sendJson(response, 200, overviewAt(this.seconds));
    }
    const found = await fetch(new URL(request.url ?? '/', this.#page.url));
    const { scripts } = JSON.parse(readFileSync(join(this.#dist, 'csp.json'), 'utf8')) as { scripts: string[] };
    response.writeHead(found.status, {
      'Content-Type': found.headers.get('content-type') ?? 'text/plain',
      'Content-Security-Policy': pagePolicy(scripts, [originOf(this.#provider)]),
    });
    response.end(Buffer.from(await found.arrayBuffer()));
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider');
    this.asked.push(pathname);
    if (pathname === '/authorize') {
      const code = randomUUID();
      this.#challenges.set(code, searchParams.get('code_challenge') ?? '');
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', searchParams.get('state') ?? '');
      response.writeHead(302, { Location: back.href }).end();
      return;
    }
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { grant_type: kind, code = '', code_verifier: verifier = '' } = Object.fromEntries(new URLSearchParams(body));
    const proof = createHash('sha256').update(verifier).digest('base64url');
    const isRight = kind === 'refresh_token' || this.#challenges.get(code) === proof;
    const token = randomUUID();
    if (isRight) this.tokens.add(token);
    response.setHeader('Access-Control-Allow-Origin', originOf(this.#front));
    sendJson(response, isRight ? 200 : 400, isRight ? { access_token: token, refresh_token: randomUUID() } : {});
  }
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
