import { DynamoDbPageStore } from '../../adapters/aws/dynamodb-page-store.ts';
import type { DynamoDbStateStoreOptions } from '../../adapters/aws/dynamodb-state-store.ts';
import { TieredPageStore } from '../../adapters/aws/tiered-page-store.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { openLater } from '../../adapters/open-later.ts';
import type { PageStore } from '../../engine/ports/page-store.ts';
import { type Environment, requiredText } from './config.ts';

/**
 * Pages in the table of the state, and large ones in the bucket that the environment names. S3's client is loaded with the
 * first of these.
 */
export function pageStoreOf(
  environment: Environment,
  stateTable: DynamoDbStateStoreOptions,
  budget: TimeBudget,
): TieredPageStore {
  const bucket = requiredText(environment, 'pagesBucket');
  const opened = openLater(async () => {
    const [{ createS3Client }, { S3PageStore }] = await Promise.all([
      import('../../adapters/aws/s3-client.ts'),
      import('../../adapters/aws/s3-page-store.ts'),
    ]);
    return new S3PageStore({ client: createS3Client({ budget }), bucket });
  });
  const objects: PageStore = {
    get: async (page) => (await opened()).get(page),
    put: async (key, bytes) => (await opened()).put(key, bytes),
    delete: async (pages) => (await opened()).delete(pages),
    list: async (partition) => (await opened()).list(partition),
  };
  return new TieredPageStore({ items: new DynamoDbPageStore(stateTable), objects });
}
