import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { DynamoDbResultStore } from '../../adapters/aws/dynamodb-result-store.ts';
import { createSqsClient } from '../../adapters/aws/sqs-client.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { WakeVisibility } from '../../adapters/aws/wake-visibility.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { compileNoEvents } from '../../engine/plan/no-events.ts';
import { compilePart } from '../../engine/plan/plan.ts';
import { alertSinksOf } from '../shared/alert-sinks.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { pipelinePlan } from '../shared/pipeline-plan.ts';
import { metricsOf, tellsRows } from '../shared/process-metrics.ts';
import { queuesOf } from '../shared/queues.ts';
import { stateStoresOf } from '../shared/state-stores.ts';
import { WriteUnitTally } from '../shared/write-unit-tally.ts';
import { makeHandler } from './make-handler.ts';

const plan = pipelinePlan(compileNoEvents);

compilePart(plan, 'rows');
const budget = new TimeBudget();
const backoff = backoffWithin(budget);
const client = createDynamoDbClient({ budget });
const sqs = createSqsClient({ budget });
const queueUrl = requiredText(process.env, 'finalizeQueueUrl');
const tally = new WriteUnitTally();
const { onConsumed } = tally;
const stateTable = { client, table: requiredText(process.env, 'stateTable'), backoff, onConsumed };
const { state, pages } = stateStoresOf(process.env, stateTable, budget);

export const handler = makeHandler({
  plan,
  ports: {
    state,
    pages,
    results: new DynamoDbResultStore({
      client,
      table: requiredText(process.env, 'resultsTable'),
      clock,
      backoff,
      onConsumed,
    }),
    ...queuesOf(process.env, backoff, budget),
    clock,
    pause: enginePause(backoff),
  },
  log: processLog,
  metrics: metricsOf(process.env, clock.nowMs),
  tellsRows: tellsRows(process.env),
  takeWriteUnits: tally.take,
  visibility: new WakeVisibility({
    client: sqs,
    queueUrl,
    onFailure: (error) => processLog.warn('A wake-up may be handled twice, or come again late.', { error }),
  }),
  sinks: alertSinksOf(process.env, clock),
  budget,
});
