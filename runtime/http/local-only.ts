import type { IncomingHttpHeaders } from 'node:http';

/** What a browser leaves out of the Host header. */
const HTTP_PORT = 80;

/**
 * A web page can have its own host name lead to 127.0.0.1 and then read whatever answers there ("DNS rebinding"). Its
 * requests still carry that name, and so are told apart.
 */
export function isLocalHost(host: string | undefined, port: number | undefined): boolean {
  const match = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i.exec(host ?? '');
  return match !== null && Number(match[1] ?? HTTP_PORT) === port;
}

/**
 * Whether a web page of another site made this request. A page may send to any address without being able to read the
 * answer ("cross-site request forgery"), and its browser says where it comes from; programs that are no browsers say
 * nothing.
 */
export function isFromOtherSite(headers: IncomingHttpHeaders, port: number | undefined): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined) return false;
  return !origin.startsWith('http://') || !isLocalHost(origin.slice('http://'.length), port);
}
