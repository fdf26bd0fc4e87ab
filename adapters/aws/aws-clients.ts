import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
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

export function createDynamoDbClient(settings: ClientSettings = {}): DynamoDBClient {
  return new DynamoDBClient(common(settings));
}

/** The SDK's default for Kinesis is HTTP/2 and one long session; this one is HTTP/1.1, which emulators speak too. */
export function createKinesisClient(settings: ClientSettings = {}): KinesisClient {
  return new KinesisClient(common(settings));
}

/** Behind an endpoint of one's own, a queue's URL may name a host that does not resolve: the endpoint is called instead. */
export function createSqsClient(settings: ClientSettings = {}, environment: Environment = process.env): SQSClient {
  const ownEndpoint = environment.AWS_ENDPOINT_URL_SQS ?? environment.AWS_ENDPOINT_URL;
  return new SQSClient({ ...common(settings), useQueueUrlAsEndpoint: ownEndpoint === undefined });
}

/** Behind an endpoint of one's own, buckets are part of the path: `bucket.localhost` seldom resolves. */
export function createS3Client(settings: ClientSettings = {}, environment: Environment = process.env): S3Client {
  const ownEndpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  return new S3Client({ ...common(settings), forcePathStyle: ownEndpoint !== undefined });
}

type Environment = Readonly<Record<string, string | undefined>>;

function common(settings: ClientSettings) {
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
