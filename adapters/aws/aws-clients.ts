import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type ClientSettings, clientConfig, type Environment } from './client-settings.ts';

/**
 * How the Lambdas build their clients: one of each kind, outside the handler, so that a warm container keeps its sockets.
 * Those that the command line needs too are in files of their own, so that it loads no others.
 */
export type { ClientSettings } from './client-settings.ts';
export { createKinesisClient } from './kinesis-client.ts';
export { createS3Client } from './s3-client.ts';

export function createDynamoDbClient(settings: ClientSettings = {}): DynamoDBClient {
  return new DynamoDBClient(clientConfig(settings));
}

/** Behind an endpoint of one's own, a queue's URL may name a host that does not resolve: the endpoint is called instead. */
export function createSqsClient(settings: ClientSettings = {}, environment: Environment = process.env): SQSClient {
  const ownEndpoint = environment.AWS_ENDPOINT_URL_SQS ?? environment.AWS_ENDPOINT_URL;
  return new SQSClient({ ...clientConfig(settings), useQueueUrlAsEndpoint: ownEndpoint === undefined });
}
