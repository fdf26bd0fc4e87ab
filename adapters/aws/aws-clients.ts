import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type ClientSettings, commonSettings } from './client-settings.ts';

export { createKinesisClient } from './kinesis-client.ts';

export function createDynamoDbClient(settings: ClientSettings = {}): DynamoDBClient {
  return new DynamoDBClient(commonSettings(settings));
}

/** Behind an endpoint of one's own, a queue's URL may name a host that does not resolve: the endpoint is called instead. */
export function createSqsClient(settings: ClientSettings = {}, environment: Environment = process.env): SQSClient {
  const ownEndpoint = environment.AWS_ENDPOINT_URL_SQS ?? environment.AWS_ENDPOINT_URL;
  return new SQSClient({ ...commonSettings(settings), useQueueUrlAsEndpoint: ownEndpoint === undefined });
}

/** Behind an endpoint of one's own, buckets are part of the path: `bucket.localhost` seldom resolves. */
export function createS3Client(settings: ClientSettings = {}, environment: Environment = process.env): S3Client {
  const ownEndpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  return new S3Client({ ...commonSettings(settings), forcePathStyle: ownEndpoint !== undefined });
}

type Environment = Readonly<Record<string, string | undefined>>;
