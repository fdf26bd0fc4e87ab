import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the next request gets instead of a good answer. */
export type Answer = { readonly status: number; readonly body: string | object } | 'hang up' | 'silence';

export interface Seen {
  readonly target: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on this machine that answers as services of AWS do: what `answers` holds, and then `good`. */
export interface AlertReceiver {
  readonly url: string;
  readonly seen: Seen[];
  readonly answers: Answer[];
  close(): Promise<void>;
}

export async function startAlertReceiver(good: (body: string) => string | object): Promise<AlertReceiver> {
  const seen: Seen[] = [];
  const answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    seen.push({ target: request.headers['x-amz-target'] as string | undefined, headers: request.headers, body });
    const answer = answers.shift() ?? { status: 200, body: good(body) };
    if (answer === 'silence') return;
    if (answer === 'hang up') {
      request.socket.destroy();
      return;
    }
    const isText = typeof answer.body === 'string';
    response.writeHead(answer.status, { 'content-type': isText ? 'text/xml' : 'application/x-amz-json-1.1' });
    response.end(isText ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
