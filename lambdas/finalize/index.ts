import { createDynamoDbClient, createS3Client, createSqsClient } from '../../adapters/aws/aws-clients.ts';
import { DynamoDbPageStore } from '../../adapters/aws/dynamodb-page-store.ts';
import { DynamoDbResultStore } from '../../adapters/aws/dynamodb-result-store.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { S3PageStore } from '../../adapters/aws/s3-page-store.ts';
import { SqsFinalizeQueue } from '../../adapters/aws/sqs-finalize-queue.ts';
import { TieredPageStore } from '../../adapters/aws/tiered-page-store.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { plan } from '../shared/pipeline-plan.ts';
import { metricsOf, tellsRows } from '../shared/process-metrics.ts';
import { WriteUnitTally } from '../shared/write-unit-tally.ts';
import { makeHandler } from './make-handler.ts';

const client = createDynamoDbClient();
const tally = new WriteUnitTally();
const { onConsumed } = tally;
const stateTable = { client, table: requiredText(process.env, 'stateTable'), onConsumed };

export const handler = makeHandler({
  plan,
  ports: {
    state: new DynamoDbStateStore(stateTable),
    pages: new TieredPageStore({
      items: new DynamoDbPageStore(stateTable),
      objects: new S3PageStore({ client: createS3Client(), bucket: requiredText(process.env, 'pagesBucket') }),
    }),
    results: new DynamoDbResultStore({ client, table: requiredText(process.env, 'resultsTable'), clock, onConsumed }),
    queue: new SqsFinalizeQueue({ client: createSqsClient(), queueUrl: requiredText(process.env, 'finalizeQueueUrl') }),
    clock,
  },
  log: processLog,
  metrics: metricsOf(process.env, clock.nowMs),
  tellsRows: tellsRows(process.env),
  takeWriteUnits: tally.take,
});
