import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import {
  incidentsAnswer,
  overviewAt,
  PIPELINE,
  redriveAnswer,
  seriesAnswer,
  sideOutputDetail,
  sideOutputsPage,
  topAnswer,
} from './page-fixture.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Serves a built page with answers that are always the same, and can be stopped and started again on its port. */
export class PageServer {
  readonly #dist: string;
  readonly #policy: string;
  readonly #acknowledged = new Map<string, { by: string; note: string }>();
  #server: Server | null = null;
  #port = 0;
  /** Whether each second brings a patch. Without, a page stands still, and pictures of it are the same. */
  moves = true;

  constructor(dist: string) {
    this.#dist = dist;
    const { scripts } = JSON.parse(readFileSync(join(dist, 'csp.json'), 'utf8')) as { scripts: string[] };
    const hashes = scripts.map((hash) => `'${hash}'`).join(' ');
    this.#policy = `default-src 'none'; script-src 'self' ${hashes}; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start(port = this.#port): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page');
    const [, api, ...path] = pathname.split('/').map(decodeURIComponent);
    if (api !== 'api') {
      this.#file(pathname, response);
      return;
    }
    if (path[0] === 'live') {
      this.#live(request, response);
      return;
    }
    const found = await this.#json(request, path, searchParams);
    if (found !== undefined) {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(found));
      return;
    }
    response.writeHead(404, { 'Content-Type': 'application/problem+json' });
    const detail = `There is nothing at ${pathname}.`;
    response.end(JSON.stringify({ type: 'about:blank', title: 'Not found', status: 404, detail, code: 'not_found' }));
  }

  async #json(request: IncomingMessage, path: readonly string[], query: URLSearchParams): Promise<unknown> {
    const [first = '', second = '', ...rest] = path;
    switch (first) {
      case 'pipeline':
        return PIPELINE;
      case 'views':
        return viewAnswer(second, rest[0] ?? '');
      case 'alerts':
        if (second !== '') await this.#acknowledge(request, second);
        return incidentsAnswer(this.#acknowledged);
      case 'events': {
        if (rest.length === 0) return sideOutputsPage(second, query.get('reason'), query.get('search'));
        if (rest[0] !== 'redrive') return sideOutputDetail(rest.join('/')) ?? undefined;
        const { ids, dry_run: isDryRun } = JSON.parse(await read(request)) as { ids: string[]; dry_run: boolean };
        return redriveAnswer(ids, isDryRun);
      }
      default:
        return undefined;
    }
  }

  async #acknowledge(request: IncomingMessage, id: string): Promise<void> {
    if (request.method === 'DELETE') this.#acknowledged.delete(id);
    else this.#acknowledged.set(id, JSON.parse(await read(request)) as { by: string; note: string });
  }

  #live(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    let seconds = 0;
    response.write(`id: 0\nevent: snapshot\ndata: ${JSON.stringify(overviewAt(0))}\n\n`);
    const timer = setInterval(() => {
      seconds++;
      const { now, counters, streams } = overviewAt(this.moves ? seconds : 0);
      const data = JSON.stringify({ now, counters, streams });
      response.write(`id: ${seconds}\nevent: patch\ndata: ${data}\n\n`);
    }, 1000);
    request.once('close', () => clearInterval(timer));
  }

  #file(pathname: string, response: ServerResponse): void {
    const file = join(this.#dist, pathname === '/' ? 'index.html' : pathname);
    if (!file.startsWith(this.#dist) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'text/plain',
      'Content-Security-Policy': this.#policy,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(readFileSync(file));
  }
}

function viewAnswer(name: string, question: string): unknown {
  switch (question) {
    case 'series':
      return seriesAnswer(name);
    case 'top':
      return topAnswer(name);
    case 'groups':
      return { view: name, groups: topAnswer(name).groups.map(({ group }) => group), cut: false };
    case 'windows':
      return { view: name, rows: [], cursor: null };
    case 'sql':
      return { view: name, dialect: 'duckdb', sql: 'SELECT count(*) AS requests FROM requests' };
    default:
      return undefined;
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
