import { createKinesisClient } from '../../adapters/aws/kinesis-client.ts';
import { KinesisWriter } from '../../adapters/aws/kinesis-writer.ts';
import { compileEvents } from '../../engine/plan/stream-events.ts';
import { processLog } from '../shared/log.ts';
import { pipelinePlan } from '../shared/pipeline-plan.ts';
import { StreamNames } from '../shared/stream-names.ts';
import { makeHandler } from './make-handler.ts';

const plan = pipelinePlan(compileEvents);

const names = StreamNames.fromEnvironment(process.env, plan);

/** One call of PutRecords, from connecting to its last byte. */
const [CONNECTION_MS, REQUEST_MS] = [500, 2000];

export const handler = makeHandler({
  plan,
  writer: new KinesisWriter({
    client: createKinesisClient({
      connectionTimeoutMs: CONNECTION_MS,
      requestTimeoutMs: REQUEST_MS,
      maxAttempts: 1,
    }),
    callMs: CONNECTION_MS + REQUEST_MS,
  }),
  kinesisNameOf: (stream) => names.kinesisNameOf(stream),
  log: processLog,
});
