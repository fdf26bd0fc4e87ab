import { createDynamoDbClient, createKinesisClient, createSqsClient } from '../../adapters/aws/aws-clients.ts';
import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { SqsFinalizeQueue } from '../../adapters/aws/sqs-finalize-queue.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { alertSinksOf } from '../shared/alert-sinks.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { lookQueueOf } from '../shared/look-queue.ts';
import { pageStoreOf } from '../shared/page-store.ts';
import { plan } from '../shared/pipeline-plan.ts';
import { metricsOf } from '../shared/process-metrics.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { makeHandler } from './make-handler.ts';

const names = StreamNames.fromEnvironment(process.env, plan);
const budget = new TimeBudget();
const backoff = backoffWithin(budget);
const sqs = createSqsClient({ budget });
const stateTable = {
  client: createDynamoDbClient({ budget }),
  table: requiredText(process.env, 'stateTable'),
  backoff,
};

export const handler = makeHandler({
  plan,
  ports: {
    state: new DynamoDbStateStore(stateTable),
    pages: pageStoreOf(process.env, stateTable, budget),
    topology: new KinesisShardTopology({
      client: createKinesisClient({ budget }),
      streamNameOf: (stream) => names.kinesisNameOf(stream),
      backoff,
    }),
    queue: new SqsFinalizeQueue({
      client: sqs,
      queueUrl: requiredText(process.env, 'finalizeQueueUrl'),
      backoff,
    }),
    looks: lookQueueOf(process.env, sqs),
    clock,
    pause: enginePause(backoff),
  },
  log: processLog,
  metrics: metricsOf(process.env, clock.nowMs),
  sinks: alertSinksOf(process.env, clock),
  budget,
});
