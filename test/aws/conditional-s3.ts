import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf, forward, pass } from './fault-proxy.ts';

/**
 * What S3 does with `If-None-Match: *` and `If-Match` of a PutObject, before a service that ignores them: of the writes to
 * a key one is judged after the other.
 */
export async function startConditionalS3(target: string): Promise<{ url: string; close(): Promise<void> }> {
  const turns = new Map<string, Promise<unknown>>();
  const server = createServer((incoming, response) => {
    const key = incoming.url ?? '/';
    const turn = (turns.get(key) ?? Promise.resolve()).then(() => answer(target, incoming, response));
    turns.set(key, turn);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(target: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(incoming);
  const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = incoming.headers;
  if (incoming.method === 'PUT' && (ifNoneMatch !== undefined || ifMatch !== undefined)) {
    const tag = await tagOf(new URL((incoming.url ?? '/').replace(/\?.*/, ''), target));
    if (ifNoneMatch === '*' && tag !== null) return refuse(response, 412, 'PreconditionFailed');
    if (ifMatch !== undefined && tag === null) return refuse(response, 404, 'NoSuchKey');
    if (ifMatch !== undefined && tag !== ifMatch) return refuse(response, 412, 'PreconditionFailed');
  }
  const reply = await forward(target, incoming, body);
  pass(reply, reply.body, response);
}

async function tagOf(url: URL): Promise<string | null> {
  const { status, headers } = await fetch(url, { method: 'HEAD' });
  return status === 200 ? headers.get('etag') : null;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>As told.</Message></Error>`);
}
