import {
  createDynamoDbClient,
  createKinesisClient,
  createS3Client,
  createSqsClient,
} from '../../adapters/aws/aws-clients.ts';
import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { StreamCreationTimes, streamNameOfArn } from '../../adapters/aws/kinesis-event.ts';
import { ShardHashKeys } from '../../adapters/aws/kinesis-hash-keys.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { S3DeadLetterSink } from '../../adapters/aws/s3-dead-letter-sink.ts';
import { SqsFinalizeQueue } from '../../adapters/aws/sqs-finalize-queue.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { codeGeneration, requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { lookQueueOf } from '../shared/look-queue.ts';
import { plan } from '../shared/pipeline-plan.ts';
import { metricsOf } from '../shared/process-metrics.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { WriteUnitTally } from '../shared/write-unit-tally.ts';
import { makeHandler } from './make-handler.ts';

const names = StreamNames.fromEnvironment(process.env, plan);
const budget = new TimeBudget();
const backoff = backoffWithin(budget);
const kinesis = createKinesisClient({ budget });
const sqs = createSqsClient({ budget });
const tally = new WriteUnitTally();
const creationTimes = new StreamCreationTimes({ client: kinesis, clock });
const hashKeys = new ShardHashKeys({ client: kinesis });

export const handler = makeHandler({
  plan,
  ports: {
    state: new DynamoDbStateStore({
      client: createDynamoDbClient({ budget }),
      table: requiredText(process.env, 'stateTable'),
      backoff,
      onConsumed: tally.onConsumed,
    }),
    deadLetters: new S3DeadLetterSink({
      client: createS3Client({ budget }),
      bucket: requiredText(process.env, 'bucket'),
    }),
    queue: new SqsFinalizeQueue({
      client: sqs,
      queueUrl: requiredText(process.env, 'finalizeQueueUrl'),
      backoff,
    }),
    looks: lookQueueOf(process.env, sqs),
    topology: new KinesisShardTopology({
      client: kinesis,
      streamNameOf: (stream) => names.kinesisNameOf(stream),
      backoff,
    }),
    clock,
    pause: enginePause(backoff),
  },
  settings: { generation: codeGeneration(process.env) },
  source: {
    streamOf: (arn) => names.streamOf(arn),
    creationSecondsOf: (arn) => creationTimes.of(arn),
    hashKeysOf: (arn, shard) => hashKeys.of(streamNameOfArn(arn), shard),
  },
  log: processLog,
  metrics: metricsOf(process.env, clock.nowMs),
  takeWriteUnits: tally.take,
  budget,
});
