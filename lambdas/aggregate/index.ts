import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { createKinesisClient } from '../../adapters/aws/kinesis-client.ts';
import { StreamCreationTimes, streamNameOfArn } from '../../adapters/aws/kinesis-event.ts';
import { ShardHashKeys } from '../../adapters/aws/kinesis-hash-keys.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { compilePart } from '../../engine/plan/plan.ts';
import { compileEvents } from '../../engine/plan/stream-events.ts';
import { LARGEST_ITEM_BYTES } from '../../engine/protocol/large-items.ts';
import { codeGeneration, requiredText, startsAtMs } from '../shared/config.ts';
import { deadLettersOf } from '../shared/dead-letters.ts';
import { processLog } from '../shared/log.ts';
import { pipelinePlan } from '../shared/pipeline-plan.ts';
import { metricsOf } from '../shared/process-metrics.ts';
import { queuesOf } from '../shared/queues.ts';
import { stateStoresOf } from '../shared/state-stores.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { WriteUnitTally } from '../shared/write-unit-tally.ts';
import { makeHandler } from './make-handler.ts';

const plan = pipelinePlan(compileEvents);

compilePart(plan, 'columns');
const names = StreamNames.fromEnvironment(process.env, plan);
const budget = new TimeBudget();
const backoff = backoffWithin(budget);
const kinesis = createKinesisClient({ budget });
const tally = new WriteUnitTally();
const creationTimes = new StreamCreationTimes({ client: kinesis, clock });
const hashKeys = new ShardHashKeys({ client: kinesis });
const stateTable = {
  client: createDynamoDbClient({ budget }),
  table: requiredText(process.env, 'stateTable'),
  backoff,
  onConsumed: tally.onConsumed,
};
const { state } = stateStoresOf(process.env, stateTable, budget);

export const handler = makeHandler({
  plan,
  ports: {
    state,
    deadLetters: deadLettersOf(process.env, budget),
    ...queuesOf(process.env, backoff, budget),
    topology: new KinesisShardTopology({
      client: kinesis,
      streamNameOf: (stream) => names.kinesisNameOf(stream),
      startsAtMs: startsAtMs(process.env),
      backoff,
    }),
    clock,
    pause: enginePause(backoff),
  },
  // Writing a large object again costs as much as another one.
  settings: {
    generation: codeGeneration(process.env),
    largestRewriteBytes: LARGEST_ITEM_BYTES,
    startsAtMs: startsAtMs(process.env),
  },
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
