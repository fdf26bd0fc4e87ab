import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type Handler = (
  event: APIGatewayProxyEventV2,
  context: { getRemainingTimeInMillis(): number },
) => Promise<APIGatewayProxyStructuredResultV2>;

/** What authorisers leave in an event; null where none is on the route. */
export type Authorizer = { readonly jwt: object } | { readonly iam: object } | null;

export const SIGNED: Authorizer = { iam: { userArn: 'arn:aws:iam::123456789012:role/analyst' } };
export const SIGNED_IN: Authorizer = { jwt: { claims: { sub: 'ann', token_use: 'access' }, scopes: null } };

/** A request as an HTTP API hands it to a function: its path decoded, its names of headers in lower case. */
export async function httpApiEvent(request: Request, authorizer: Authorizer): Promise<APIGatewayProxyEventV2> {
  const { pathname, search } = new URL(request.url);
  const body = await request.text();
  return {
    version: '2.0',
    routeKey: 'ANY /api/{proxy+}',
    rawPath: decodeURIComponent(pathname),
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(request.headers),
    requestContext: {
      requestId: 'r1',
      http: { method: request.method, path: pathname },
      ...(authorizer !== null && { authorizer }),
    },
    isBase64Encoded: false,
    ...(body !== '' && { body }),
  } as unknown as APIGatewayProxyEventV2;
}

/** In place of `fetch`: what API Gateway does with a request and with the answer of a handler. */
export function throughHttpApi(handler: Handler, authorizer: Authorizer) {
  return async (request: Request): Promise<Response> => {
    const context = { getRemainingTimeInMillis: () => 15_000 };
    const result = await handler(await httpApiEvent(request, authorizer), context);
    const { statusCode = 200, headers = {}, body = '', isBase64Encoded = false } = result;
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    const isEmpty = statusCode === 204 || statusCode === 304;
    return new Response(isEmpty ? null : bytes, { status: statusCode, headers: headers as Record<string, string> });
  };
}
