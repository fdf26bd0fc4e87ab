import {
  createDynamoDbClient,
  createKinesisClient,
  createS3Client,
  createSqsClient,
} from '../../adapters/aws/aws-clients.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { StreamCreationTimes, streamNameOfArn } from '../../adapters/aws/kinesis-event.ts';
import { ShardHashKeys } from '../../adapters/aws/kinesis-hash-keys.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { S3DeadLetterSink } from '../../adapters/aws/s3-dead-letter-sink.ts';
import { SqsFinalizeQueue } from '../../adapters/aws/sqs-finalize-queue.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { codeGeneration, requiredText, retentionMs } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { plan } from '../shared/pipeline-plan.ts';
import { metricsOf } from '../shared/process-metrics.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { WriteUnitTally } from '../shared/write-unit-tally.ts';
import { makeHandler } from './make-handler.ts';

const names = StreamNames.fromEnvironment(process.env, plan);
const kinesis = createKinesisClient();
const tally = new WriteUnitTally();
const creationTimes = new StreamCreationTimes({ client: kinesis, clock });
const hashKeys = new ShardHashKeys({ client: kinesis });

export const handler = makeHandler({
  plan,
  ports: {
    state: new DynamoDbStateStore({
      client: createDynamoDbClient(),
      table: requiredText(process.env, 'stateTable'),
      onConsumed: tally.onConsumed,
    }),
    deadLetters: new S3DeadLetterSink({ client: createS3Client(), bucket: requiredText(process.env, 'bucket') }),
    queue: new SqsFinalizeQueue({ client: createSqsClient(), queueUrl: requiredText(process.env, 'finalizeQueueUrl') }),
    topology: new KinesisShardTopology({ client: kinesis, streamNameOf: (stream) => names.kinesisNameOf(stream) }),
    clock,
  },
  settings: { generation: codeGeneration(process.env), retentionMs: retentionMs(process.env) },
  source: {
    streamOf: (arn) => names.streamOf(arn),
    creationSecondsOf: (arn) => creationTimes.of(arn),
    hashKeysOf: (arn, shard) => hashKeys.of(streamNameOfArn(arn), shard),
  },
  log: processLog,
  metrics: metricsOf(process.env, clock.nowMs),
  takeWriteUnits: tally.take,
});
