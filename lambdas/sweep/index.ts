import { createDynamoDbClient, createKinesisClient, createSqsClient } from '../../adapters/aws/aws-clients.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { SqsFinalizeQueue } from '../../adapters/aws/sqs-finalize-queue.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { plan } from '../shared/pipeline-plan.ts';
import { metricsOf } from '../shared/process-metrics.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { makeHandler } from './make-handler.ts';

const names = StreamNames.fromEnvironment(process.env, plan);

export const handler = makeHandler({
  plan,
  ports: {
    state: new DynamoDbStateStore({ client: createDynamoDbClient(), table: requiredText(process.env, 'stateTable') }),
    topology: new KinesisShardTopology({
      client: createKinesisClient(),
      streamNameOf: (stream) => names.kinesisNameOf(stream),
    }),
    queue: new SqsFinalizeQueue({ client: createSqsClient(), queueUrl: requiredText(process.env, 'finalizeQueueUrl') }),
    clock,
  },
  log: processLog,
  metrics: metricsOf(process.env, clock.nowMs),
});
