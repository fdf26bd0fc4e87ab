import type { SQSClient } from '@aws-sdk/client-sqs';
import { SqsLookQueue } from '../../adapters/aws/sqs-look-queue.ts';
import { VARIABLES } from '../../contracts/environment.ts';
import type { LookQueue } from '../../engine/ports/look-queue.ts';
import type { Environment } from './config.ts';

/** The queue of early looks that the environment names; null where the pipeline has no early alerts. */
export function lookQueueOf(environment: Environment, client: SQSClient): LookQueue | null {
  const queueUrl = environment[VARIABLES.lookQueueUrl];
  return queueUrl === undefined ? null : new SqsLookQueue({ client, queueUrl });
}
