import type { Backoff } from '../../adapters/aws/backoff.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { openLater } from '../../adapters/open-later.ts';
import { VARIABLES } from '../../contracts/environment.ts';
import type { FinalizeQueue } from '../../engine/ports/finalize-queue.ts';
import type { LookQueue } from '../../engine/ports/look-queue.ts';
import { type Environment, requiredText } from './config.ts';

export interface Queues {
  readonly queue: FinalizeQueue;
  /** Null where the pipeline has no early alerts. */
  readonly looks: LookQueue | null;
}

/**
 * The queues that the environment names. Most batches and most passes send nothing, so SQS's client is loaded with the
 * first message.
 */
export function queuesOf(environment: Environment, backoff: Backoff, budget: TimeBudget): Queues {
  const queueUrl = requiredText(environment, 'finalizeQueueUrl');
  const looksUrl = environment[VARIABLES.lookQueueUrl];
  const client = openLater(async () => {
    const { createSqsClient } = await import('../../adapters/aws/sqs-client.ts');
    return createSqsClient({ budget });
  });
  const queue = openLater(async () => {
    const { SqsFinalizeQueue } = await import('../../adapters/aws/sqs-finalize-queue.ts');
    return new SqsFinalizeQueue({ client: await client(), queueUrl, backoff });
  });
  const looks = openLater(async () => {
    const { SqsLookQueue } = await import('../../adapters/aws/sqs-look-queue.ts');
    return new SqsLookQueue({ client: await client(), queueUrl: looksUrl ?? '' });
  });
  return {
    queue: {
      async send(wakes) {
        if (wakes.length > 0) await (await queue()).send(wakes);
      },
    },
    looks: looksUrl === undefined ? null : { send: async (look, delayMs) => (await looks()).send(look, delayMs) },
  };
}
