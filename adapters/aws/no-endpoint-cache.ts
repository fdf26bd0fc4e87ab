import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/**
 * What bundles of the functions have in the place of `@aws-sdk/endpoint-cache`: the client of DynamoDB makes a cache of endpoints that
 * a service tells, and no call of it asks for one. The cache brings packages of its own, which every cold start would read.
 */
export class EndpointCache {
  getEndpoint(): never {
    throw new EndpointCacheError();
  }

  set(): never {
    throw new EndpointCacheError();
  }
}

/** Somebody asks for an endpoint that a service has told. */
export class EndpointCacheError extends StreamgaugeError {
  override readonly name = 'EndpointCacheError';
  readonly code = 'endpointCache';

  constructor() {
    super(
      'The functions are bundled without a cache of endpoints. Leave it in (lib/lambda-aliases.ts) to call a service that tells its endpoints.',
    );
  }
}
