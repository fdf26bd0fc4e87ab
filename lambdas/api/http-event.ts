import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What an authoriser of an HTTP API leaves in the event, once it has let a request in. */
export type Caller = { readonly kind: 'jwt'; readonly name: string } | { readonly kind: 'iam'; readonly name: string };

interface Authorized {
  readonly authorizer?: {
    readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
    readonly iam?: { readonly userArn?: string | null };
  };
}

/**
 * Who asks: null where no authoriser has looked at the request. The endpoint has one on every route; a route that lost it
 * must not be open to everybody.
 */
export function callerOf({ requestContext }: APIGatewayProxyEventV2): Caller | null {
  const { jwt, iam } = (requestContext as Authorized).authorizer ?? {};
  const { sub, client_id: client } = jwt?.claims ?? {};
  const name = sub ?? client;
  if (typeof name === 'string' && name !== '') return { kind: 'jwt', name };
  const arn = iam?.userArn;
  return typeof arn === 'string' && arn !== '' ? { kind: 'iam', name: arn } : null;
}

/** The request as the router takes it; null where it is none that can be, such as with a method that there is not. */
export function requestOf(event: APIGatewayProxyEventV2): Request | null {
  try {
    return readRequest(event);
  } catch {
    // What the runtime refuses to make a request of.
    return null;
  }
}

function readRequest(event: APIGatewayProxyEventV2): Request {
  const { rawPath, rawQueryString, headers, body, isBase64Encoded, requestContext, cookies } = event;
  const url = new URL('https://api.invalid');
  url.pathname = encodedPath(rawPath);
  url.search = rawQueryString;
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !LEFT_OUT.has(name.toLowerCase()) && isHeader(name, value)) given.set(name, value);
  }
  if (cookies !== undefined) given.set('cookie', cookies.join('; '));
  const { method } = requestContext.http;
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  return new Request(url, {
    method,
    headers: given,
    ...(hasBody && { body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }),
  });
}

/** Others are of no use to any route. */
function isHeader(name: string, value: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** The token has done its work, and is nothing for a log. */
const LEFT_OUT = new Set(['authorization', 'content-length']);

/**
 * An HTTP API gives paths decoded, a function's URL as they came. Names of views and ids have no character that means
 * something else when it is encoded once more or decoded too early, but for `/` in ids, which the routes take either way.
 */
function encodedPath(path: string): string {
  return path.split('/').map(encodedPart).join('/');
}

function encodedPart(given: string): string {
  const part = given.toWellFormed();
  try {
    return encodeURIComponent(decodeURIComponent(part));
  } catch {
    return encodeURIComponent(part);
  }
}

/** The answer as Lambda takes it: bytes that are no text in base64. */
export async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isBase64Encoded = response.headers.has('content-encoding');
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}
