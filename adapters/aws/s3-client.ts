import { S3Client } from '@aws-sdk/client-s3';
import { type ClientSettings, commonSettings, limitPauses } from './client-settings.ts';

/** Behind an endpoint of one's own, buckets are part of the path: `bucket.localhost` seldom resolves. */
export function createS3Client(settings: ClientSettings = {}, environment: Environment = process.env): S3Client {
  const ownEndpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  const client = new S3Client({ ...commonSettings(settings), forcePathStyle: ownEndpoint !== undefined });
  return limitPauses(client, settings);
}

type Environment = Readonly<Record<string, string | undefined>>;
