import type { Server as Http1Server, IncomingMessage, ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { Socket } from 'node:net';

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** How a connection of HTTP/2 begins (RFC 9113, 3.4). No request of HTTP/1 begins so. */
const PREFACE = 'PRI';
const MAX_STREAMS = 100;

/**
 * Lets a server of HTTP/1 speak HTTP/2 on the same port, with clients that begin with it at once, as AWS's SDK for JavaScript
 * does with Kinesis. The first bytes of a connection tell which it is.
 *
 * @returns what ends the connections that the HTTP/1 server does not know of.
 */
export function alsoHttp2(
  server: Http1Server,
  handle: (request: AnyRequest, response: AnyResponse) => void,
  idleMs: number,
): () => void {
  const http2 = createHttp2Server({ settings: { maxConcurrentStreams: MAX_STREAMS } }, handle);
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(idleMs, () => session.close());
  });
  // A session or stream that fails ends alone; its requests see it.
  http2.on('sessionError', () => {});
  const undecided = new Set<Socket>();
  const [serveHttp1] = server.listeners('connection') as [(this: Http1Server, socket: Socket) => void];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    undecided.add(socket);
    const drop = () => socket.destroy();
    socket.setTimeout(idleMs, drop);
    socket.on('error', drop);
    socket.on('end', drop);
    socket.once('close', () => undecided.delete(socket));
    firstBytes(socket, (bytes) => {
      undecided.delete(socket);
      socket.off('error', drop);
      socket.off('end', drop);
      socket.setTimeout(0, drop);
      socket.unshift(bytes);
      if (startsAs(bytes, PREFACE.length)) http2.emit('connection', socket);
      else serveHttp1.call(server, socket);
    });
  });
  return () => {
    for (const session of sessions) session.destroy();
    for (const socket of undecided) socket.destroy();
  };
}

/** Reads until it is clear whether these are the preface's bytes. */
function firstBytes(socket: Socket, decide: (bytes: Buffer) => void): void {
  let held = Buffer.alloc(0);
  const look = () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk !== null) held = Buffer.concat([held, chunk]);
    if (held.length < PREFACE.length && startsAs(held, held.length)) return;
    socket.off('readable', look);
    decide(held);
  };
  socket.on('readable', look);
}

function startsAs(bytes: Buffer, length: number): boolean {
  return bytes.subarray(0, PREFACE.length).toString('latin1') === PREFACE.slice(0, length);
}
