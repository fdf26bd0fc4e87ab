import { randomUUID } from 'node:crypto';
import { backoffWithin, enginePause } from '../../adapters/aws/backoff.ts';
import { createDynamoDbClient } from '../../adapters/aws/dynamodb-client.ts';
import { DynamoDbResultStore } from '../../adapters/aws/dynamodb-result-store.ts';
import { createKinesisClient } from '../../adapters/aws/kinesis-client.ts';
import { KinesisRecordPutter } from '../../adapters/aws/kinesis-record-putter.ts';
import { createS3Client } from '../../adapters/aws/s3-client.ts';
import { S3DeadLetterStore } from '../../adapters/aws/s3-dead-letter-store.ts';
import { S3KeptObjects } from '../../adapters/aws/s3-kept-objects.ts';
import { S3RedriveNotes } from '../../adapters/aws/s3-redrive-notes.ts';
import { tableCreated } from '../../adapters/aws/table-created.ts';
import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { systemClock as clock } from '../../adapters/system-clock.ts';
import { StoredOverview } from '../../api/stored-overview.ts';
import { compileEvents } from '../../engine/plan/stream-events.ts';
import { readOpenIncidents } from '../../engine/query/open-incidents.ts';
import { requiredText } from '../shared/config.ts';
import { processLog } from '../shared/log.ts';
import { pipelinePlan } from '../shared/pipeline-plan.ts';
import { stateStoresOf } from '../shared/state-stores.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { apiSettings } from './api-settings.ts';
import { type ApiHandler, makeHandler } from './make-handler.ts';

const plan = pipelinePlan(compileEvents);

const budget = new TimeBudget();
const backoff = backoffWithin(budget);
const client = createDynamoDbClient({ budget });
const s3 = createS3Client({ budget });
const stateTable = { client, table: requiredText(process.env, 'stateTable'), backoff };
const bucket = requiredText(process.env, 'bucket');
const { allows, showsOpen, pageBuild } = apiSettings(process.env);
const { state, pages } = stateStoresOf(process.env, stateTable, budget);
const ports = {
  state,
  pages,
  results: new DynamoDbResultStore({ client, table: requiredText(process.env, 'resultsTable'), clock, backoff }),
  pause: enginePause(backoff),
};
const overview = new StoredOverview({
  plan,
  ports,
  clock,
  startedMs: tableCreated(client, stateTable.table, clock.nowMs),
  showsOpen,
});
const names = StreamNames.fromEnvironment(process.env, plan);

const made = KinesisRecordPutter.of(createKinesisClient({ budget, maxAttempts: 1 }), backoff).then((putter) =>
  makeHandler({
    source: {
      plan,
      ports,
      sideOutputs: new S3DeadLetterStore({
        objects: new S3KeptObjects(s3, bucket),
        notes: new S3RedriveNotes(s3, bucket),
        putter,
        streams: new Map(plan.streams.map(({ name, definition }) => [name, definition])),
        kinesisNames: new Map(plan.streams.map(({ name }) => [name, names.kinesisNameOf(name)])),
        clock,
        newAttempt: randomUUID,
      }),
      runsOn: 'aws',
      allowed: { acknowledge: allows !== 'read', redrive: allows === 'redrive', send: false },
      pageBuild,
      nowMs: clock.nowMs,
      overview: () => overview.read(),
      incidents: () => readOpenIncidents(plan, ports),
    },
    log: processLog,
    budget,
  }),
);

export const handler: ApiHandler = async (request, context) => (await made)(request, context);
