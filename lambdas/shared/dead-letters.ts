import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { openLater } from '../../adapters/open-later.ts';
import type { DeadLetterSink } from '../../engine/ports/dead-letter-sink.ts';
import { type Environment, requiredText } from './config.ts';

/** Side outputs in the bucket that the environment names. S3's client is loaded with the first of them. */
export function deadLettersOf(environment: Environment, budget: TimeBudget): DeadLetterSink {
  const bucket = requiredText(environment, 'bucket');
  const sink = openLater(async () => {
    const [{ createS3Client }, { S3DeadLetterSink }] = await Promise.all([
      import('../../adapters/aws/s3-client.ts'),
      import('../../adapters/aws/s3-dead-letter-sink.ts'),
    ]);
    return new S3DeadLetterSink({ client: createS3Client({ budget }), bucket });
  });
  return {
    async put(records) {
      if (records.length > 0) await (await sink()).put(records);
    },
  };
}
