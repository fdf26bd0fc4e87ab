import { GetObjectCommand } from '@aws-sdk/client-s3';
import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { DiscardedBatchError } from '../../adapters/aws/discarded-batch.ts';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { createKinesisClient } from '../../adapters/aws/kinesis-client.ts';
import { StreamCreationTimes } from '../../adapters/aws/kinesis-event.ts';
import { createS3Client } from '../../adapters/aws/s3-client.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { compileEvents } from '../../engine/plan/stream-events.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { pipelinePlan } from '../shared/pipeline-plan.ts';
import { metricsOf } from '../shared/process-metrics.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { makeHandler } from './make-handler.ts';

const plan = pipelinePlan(compileEvents);

const names = StreamNames.fromEnvironment(process.env, plan);
const budget = new TimeBudget();
const backoff = backoffWithin(budget);
const creationTimes = new StreamCreationTimes({ client: createKinesisClient({ budget }), clock });
const s3 = createS3Client({ budget });

export const handler = makeHandler({
  plan,
  shared: {
    state: new DynamoDbStateStore({
      client: createDynamoDbClient({ budget }),
      table: requiredText(process.env, 'stateTable'),
      backoff,
    }),
    pause: enginePause(backoff),
  },
  source: { streamOf: (arn) => names.streamOf(arn), creationSecondsOf: (arn) => creationTimes.of(arn) },
  readObject: async (bucket, key) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body === undefined)
      throw new DiscardedBatchError(
        `The object s3://${bucket}/${key} has no content: something else than Lambda wrote it. Remove it.`,
      );
    return Body.transformToString();
  },
  log: processLog,
  metrics: metricsOf(process.env, clock.nowMs),
  budget,
});
