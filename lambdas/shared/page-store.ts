import { createS3Client } from '../../adapters/aws/aws-clients.ts';
import { DynamoDbPageStore } from '../../adapters/aws/dynamodb-page-store.ts';
import type { DynamoDbStateStoreOptions } from '../../adapters/aws/dynamodb-state-store.ts';
import { S3PageStore } from '../../adapters/aws/s3-page-store.ts';
import { TieredPageStore } from '../../adapters/aws/tiered-page-store.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { type Environment, requiredText } from './config.ts';

/** Pages in the table of the state, and large ones in the bucket that the environment names. */
export function pageStoreOf(
  environment: Environment,
  stateTable: DynamoDbStateStoreOptions,
  budget: TimeBudget,
): TieredPageStore {
  const bucket = requiredText(environment, 'pagesBucket');
  const objects = new S3PageStore({ client: createS3Client({ budget }), bucket });
  return new TieredPageStore({ items: new DynamoDbPageStore(stateTable), objects });
}
