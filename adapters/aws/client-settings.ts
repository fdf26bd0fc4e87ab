import { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * How the Lambdas build their clients: one of each kind, outside the handler, so that a warm container keeps its sockets.
 *
 * Region, credentials and endpoint come from the environment, as the SDK reads it: `AWS_REGION`, `AWS_ENDPOINT_URL`, and
 * `AWS_ENDPOINT_URL_S3` and the like for one service.
 */
export interface ClientSettings {
  /** To open a connection. Default 1 second. */
  readonly connectionTimeoutMs?: number;
  /**
   * From sending a request to its last byte; then the attempt fails, and what it wrote is not known. Default 5 seconds:
   * a transaction of 4 MB takes up to about one, and a Lambda must have time left to act on the failure.
   */
  readonly requestTimeoutMs?: number;
  /** Attempts of one call, the first included. Default 4. */
  readonly maxAttempts?: number;
  /** Sockets kept open to one host. Default 64: twice what any adapter uses at the same time. */
  readonly maxSockets?: number;
}

/** What clients of all services are built with. */
export function commonSettings(settings: ClientSettings) {
  const { connectionTimeoutMs = 1000, requestTimeoutMs = 5000, maxAttempts = 4, maxSockets = 64 } = settings;
  return {
    maxAttempts,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // Without this, the handler only logs a warning and waits on.
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets },
    }),
  };
}
