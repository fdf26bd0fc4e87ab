import { randomUUID } from 'node:crypto';
import type { Clock } from '../../engine/ports/clock.ts';
import { LargeItems } from '../../engine/protocol/large-items.ts';
import { REAL_BACKOFF, servicePause } from './backoff.ts';
import { OPERATOR_TIMEOUTS } from './client-settings.ts';
import { createCloudFormationClient } from './cloudformation-client.ts';
import { createDynamoDbClient } from './dynamodb-client.ts';
import { DynamoDbPageStore } from './dynamodb-page-store.ts';
import { DynamoDbResultStore } from './dynamodb-result-store.ts';
import { DynamoDbStateStore } from './dynamodb-state-store.ts';
import { createS3Client } from './s3-client.ts';
import { S3PageStore } from './s3-page-store.ts';
import { type ResultNames, readResultNames } from './stack-outputs.ts';
import { TieredPageStore } from './tiered-page-store.ts';

export interface OpenResultsOptions {
  readonly stack: string;
  /** The pipeline's names of its streams. */
  readonly streams: readonly string[];
  readonly clock: Clock;
}

/** The rows of a deployed pipeline and the state of its open windows, with clients set up from the environment. */
export async function openAwsResults({ clock, ...where }: OpenResultsOptions) {
  const { resultsTable, stateTable, pagesBucket } = await readNames(where);
  const client = createDynamoDbClient(OPERATOR_TIMEOUTS);
  const s3 = createS3Client(OPERATOR_TIMEOUTS);
  const table = { client, table: stateTable };
  const items = new DynamoDbStateStore(table);
  const objects = new S3PageStore({ client: s3, bucket: pagesBucket });
  const pause = servicePause(REAL_BACKOFF);
  return {
    results: new DynamoDbResultStore({ client, table: resultsTable, clock }),
    state: new LargeItems({ items, objects, clock, pause, newToken: randomUUID }),
    pages: new TieredPageStore({ items: new DynamoDbPageStore(table), objects }),
    pause,
    close() {
      client.destroy();
      s3.destroy();
    },
  };
}

async function readNames({ stack, streams }: Omit<OpenResultsOptions, 'clock'>): Promise<ResultNames> {
  const client = createCloudFormationClient(OPERATOR_TIMEOUTS);
  try {
    return await readResultNames(client, stack, streams);
  } finally {
    client.destroy();
  }
}
