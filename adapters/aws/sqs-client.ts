import { SQSClient } from '@aws-sdk/client-sqs';
import { type ClientSettings, commonSettings, limitPauses } from './client-settings.ts';

/** Behind an endpoint of one's own, a queue's URL may name a host that does not resolve: the endpoint is called instead. */
export function createSqsClient(settings: ClientSettings = {}, environment: Environment = process.env): SQSClient {
  const ownEndpoint = environment.AWS_ENDPOINT_URL_SQS ?? environment.AWS_ENDPOINT_URL;
  const client = new SQSClient({ ...commonSettings(settings), useQueueUrlAsEndpoint: ownEndpoint === undefined });
  return limitPauses(client, settings);
}

type Environment = Readonly<Record<string, string | undefined>>;
