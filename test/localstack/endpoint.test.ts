import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localUrl, openEndpoint } from '../../localstack/endpoint.ts';
import { LocalCloudError, NotRunError } from '../../localstack/errors.ts';
import { PRODUCTS } from '../../localstack/products.ts';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const isHealth = request.url === '/_localstack/health';
    response.writeHead(isHealth ? 200 : 404).end(isHealth ? HEALTH : '');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const HEALTH = JSON.stringify({ edition: 'community', version: '4.14.0', services: { kinesis: 'running' } });

test('the endpoint is what AWS_ENDPOINT_URL names, and is asked what it is', async () => {
  expect(await openEndpoint({ AWS_ENDPOINT_URL: `${url}/` })).toEqual({
    url,
    product: PRODUCTS.localStack,
    version: '4.14.0',
    container: null,
  });
});

test('an endpoint at which nothing answers is not run', async () => {
  const error = await openEndpoint({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NotRunError);
  expect((error as Error).message).toBe(
    'Nothing answers at http://127.0.0.1:1. Start the endpoint, or unset AWS_ENDPOINT_URL to have LocalStack started in Docker.',
  );
});

test.each([
  'https://kinesis.us-east-1.amazonaws.com',
  'https://dynamodb.cn-north-1.amazonaws.com.cn',
  'https://lambda.eu-west-1.api.aws',
])('%s is AWS itself, and is refused', (text) => {
  expect(() => localUrl(text)).toThrow(LocalCloudError);
  expect(() => localUrl(text)).toThrow(/which is AWS itself\. This makes and deletes stacks/);
});

test.each(['localhost:4566', 'not a url', 'ftp://localhost'])('%s is no address', (text) => {
  expect(() => localUrl(text)).toThrow(/it must be a URL such as http:\/\/127\.0\.0\.1:4566/);
});
