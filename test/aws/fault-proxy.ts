import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What happens to one request on its way. */
export type Fault =
  /** Nothing: it passes. */
  | { readonly kind: 'pass' }
  /** Is carried out; then the connection breaks instead of the reply. */
  | { readonly kind: 'loseReply' }
  /** Is carried out; the reply is no JSON. */
  | { readonly kind: 'garbleReply' }
  /** Is not carried out, and never answered. */
  | { readonly kind: 'hang' }
  /** Is not carried out; a reply begins, and never ends. */
  | { readonly kind: 'stall' }
  /** Is not carried out; this is the reply. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  /** Of a PutRecords, the records at these places are not carried out, and the reply gives this code for them. */
  | { readonly kind: 'failRecords'; readonly places: (record: number) => boolean; readonly code: string };

export interface SeenRequest {
  /** Such as `TransactWriteItems`; of S3, the method. */
  readonly operation: string;
  readonly body: string;
}

/** A real HTTP hop between a client and a service, which does to requests what networks and services do. */
export interface FaultProxy {
  readonly url: string;
  /** Every request since the start, in order. */
  readonly seen: readonly SeenRequest[];
  /** The next requests meet these, one each; those after them pass. */
  inject(...faults: Fault[]): void;
  /** From now on, requests of these operations hang; all others meet what was injected. */
  hang(hangs: (operation: string) => boolean): void;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const seen: SeenRequest[] = [];
  const faults: Fault[] = [];
  let hangs = (_operation: string): boolean => false;
  const server = createServer(async (incoming, response) => {
    const body = await bodyOf(incoming);
    const operation = String(incoming.headers['x-amz-target'] ?? incoming.method).replace(/^.*\./, '');
    seen.push({ operation, body: body.toString() });
    if (hangs(operation)) return;
    const fault = faults.shift();
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'stall') {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': 1000 }).write('{');
      return;
    }
    if (fault?.kind === 'answer') {
      // Text is XML, as the older protocols answer.
      const xml = typeof fault.body === 'string';
      const answer = Buffer.from(xml ? String(fault.body) : JSON.stringify(fault.body));
      const type = xml ? 'text/xml' : 'application/x-amz-json-1.0';
      response.writeHead(fault.status, { 'content-type': type, 'content-length': answer.length });
      response.end(answer);
      return;
    }
    const reply = await carryOut(fault, target, incoming, body).catch(() => null);
    if (reply === null || fault?.kind === 'loseReply') response.destroy();
    else pass(reply, fault?.kind === 'garbleReply' ? Buffer.from('<html>') : reply.body, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    inject: (...more) => {
      faults.push(...more);
    },
    hang: (which) => {
      hangs = which;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A refusal in the form of the JSON protocols. */
export function refusal(type: string, message = 'As told.', rest: Record<string, unknown> = {}): Fault {
  return { kind: 'answer', status: 400, body: { __type: `com.amazonaws#${type}`, message, ...rest } };
}

async function carryOut(
  fault: Fault | undefined,
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<Reply> {
  if (fault?.kind !== 'failRecords') return forward(target, incoming, body);
  const { Records, ...rest } = JSON.parse(body.toString()) as { Records: readonly object[] };
  const passing = Records.filter((_, place) => !fault.places(place));
  const failed = { ErrorCode: fault.code, ErrorMessage: 'As told.' };
  if (passing.length === 0) return replyOf(Records.map(() => failed));
  const reply = await forward(target, incoming, Buffer.from(JSON.stringify({ ...rest, Records: passing })));
  const { Records: taken } = JSON.parse(reply.body.toString()) as { Records: object[] };
  const entries = Records.map((_, place) => (fault.places(place) ? failed : (taken.shift() ?? failed)));
  return { ...replyOf(entries), headers: reply.headers };
}

function replyOf(Records: readonly object[]): Reply {
  const FailedRecordCount = Records.filter((entry) => 'ErrorCode' in entry).length;
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status: 200, headers, body: Buffer.from(JSON.stringify({ FailedRecordCount, Records })) };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Reply> {
  const url = new URL(incoming.url ?? '/', target);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // The body can be another one than came in.
    const headers = { ...incoming.headers, 'content-length': String(body.length) };
    const options = { method: incoming.method ?? 'POST', headers, agent: false };
    const outgoing = request(url, options, async (answer) => {
      resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: await bodyOf(answer) });
    });
    outgoing.once('error', reject).end(body);
  });
}

export function pass(reply: Reply, body: Buffer, response: ServerResponse): void {
  const { connection, 'transfer-encoding': encoding, 'x-amz-crc32': checksum, ...headers } = reply.headers;
  response.writeHead(reply.status, { ...headers, 'content-length': body.length });
  response.end(body);
}

export async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
