import { EndpointCache, EndpointCacheError } from '../../adapters/aws/no-endpoint-cache.ts';

test('a client can make a cache of endpoints, and asking it is an error', () => {
  const cache = new EndpointCache();
  expect(() => cache.getEndpoint()).toThrow(EndpointCacheError);
  expect(() => cache.set()).toThrow('bundled without a cache of endpoints');
});
