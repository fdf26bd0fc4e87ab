import { createHash, createHmac } from 'node:crypto';
import type { Clock } from '../../engine/ports/clock.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface SigningOptions {
  readonly service: string;
  readonly region: string;
  /** Asked for each request: they can be renewed meanwhile. */
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs a request for AWS, Signature Version 4, by its host, its content type and what it must not be used for at another time:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function signRequest(request: Request, options: SigningOptions): Promise<Request> {
  const { service, region, credentials, clock } = options;
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
  const url = new URL(request.url);
  const body = new Uint8Array(await request.clone().arrayBuffer());
  const time = new Date(clock.nowMs()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const headers = new Headers(request.headers);
  headers.set('x-amz-date', time);
  if (sessionToken !== undefined) headers.set('x-amz-security-token', sessionToken);
  const signed = [
    ['host', url.host],
    ...[...headers].filter(([name]) => name === 'content-type' || name.startsWith('x-amz-')),
  ].sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    // Of all services but S3: what the path holds encoded is encoded once more, and slashes side by side are one.
    url.pathname.replaceAll(/\/+/g, '/').split('/').map(encoded).join('/'),
    [...url.searchParams]
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join('&'),
    ...signed.map(([name, value = '']) => `${name}:${value.trim().replaceAll(/ +/g, ' ')}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, [ALGORITHM, time, scope.join('/'), sha256(canonical)].join('\n')).toString('hex');
  headers.set(
    'authorization',
    `${ALGORITHM} Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`,
  );
  return new Request(request, { headers });
}

/** As RFC 3986 has it: `encodeURIComponent` leaves some characters that it reserves. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
