import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { createKinesisClient } from '../../adapters/aws/kinesis-client.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { compileEvents } from '../../engine/plan/stream-events.ts';
import { removeOrphans } from '../../engine/sweep/remove-orphans.ts';
import { alertSinksOf } from '../shared/alert-sinks.ts';
import { requiredText, startsAtMs } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { pipelinePlan } from '../shared/pipeline-plan.ts';
import { metricsOf } from '../shared/process-metrics.ts';
import { queuesOf } from '../shared/queues.ts';
import { stateStoresOf } from '../shared/state-stores.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { makeHandler } from './make-handler.ts';

const plan = pipelinePlan(compileEvents);

const names = StreamNames.fromEnvironment(process.env, plan);
const budget = new TimeBudget();
const backoff = backoffWithin(budget);
const stateTable = {
  client: createDynamoDbClient({ budget }),
  table: requiredText(process.env, 'stateTable'),
  backoff,
};
const { items, objects, state, pages } = stateStoresOf(process.env, stateTable, budget);

export const handler = makeHandler({
  plan,
  ports: {
    state,
    pages,
    topology: new KinesisShardTopology({
      client: createKinesisClient({ budget }),
      streamNameOf: (stream) => names.kinesisNameOf(stream),
      startsAtMs: startsAtMs(process.env),
      backoff,
    }),
    ...queuesOf(process.env, backoff, budget),
    clock,
    pause: enginePause(backoff),
  },
  log: processLog,
  metrics: metricsOf(process.env, clock.nowMs),
  sinks: alertSinksOf(process.env, clock),
  removeOrphans: (nowMs) => removeOrphans(items, objects, nowMs),
  budget,
});
