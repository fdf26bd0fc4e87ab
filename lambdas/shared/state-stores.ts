import { randomUUID } from 'node:crypto';
import { type Backoff, enginePause } from '../../adapters/aws/backoff.ts';
import { DynamoDbPageStore } from '../../adapters/aws/dynamodb-page-store.ts';
import { DynamoDbStateStore, type DynamoDbStateStoreOptions } from '../../adapters/aws/dynamodb-state-store.ts';
import { TieredPageStore } from '../../adapters/aws/tiered-page-store.ts';
import type { TimeBudget } from '../../adapters/aws/time-budget.ts';
import { openLater } from '../../adapters/open-later.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import type { PageStore } from '../../engine/ports/page-store.ts';
import { LargeItems } from '../../engine/protocol/large-items.ts';
import { type Environment, requiredText } from './config.ts';

/** Where the state lies: a table, and a bucket for what is large. */
export interface StateStores {
  /** The table alone: references stand in the place of what is large. */
  readonly items: DynamoDbStateStore;
  /** The bucket alone. */
  readonly objects: PageStore;
  readonly state: LargeItems;
  readonly pages: TieredPageStore;
}

/** The stores of the state. S3's client is loaded with the first object. */
export function stateStoresOf(
  environment: Environment,
  stateTable: DynamoDbStateStoreOptions & { readonly backoff: Backoff },
  budget: TimeBudget,
): StateStores {
  const objects = objectsOf(requiredText(environment, 'pagesBucket'), budget);
  const items = new DynamoDbStateStore(stateTable);
  const pause = enginePause(stateTable.backoff);
  return {
    items,
    objects,
    state: new LargeItems({ items, objects, clock: systemClock, pause, newToken: randomUUID }),
    pages: new TieredPageStore({ items: new DynamoDbPageStore(stateTable), objects }),
  };
}

function objectsOf(bucket: string, budget: TimeBudget): PageStore {
  const opened = openLater(async () => {
    const [{ createS3Client }, { S3PageStore }] = await Promise.all([
      import('../../adapters/aws/s3-client.ts'),
      import('../../adapters/aws/s3-page-store.ts'),
    ]);
    return new S3PageStore({ client: createS3Client({ budget }), bucket });
  });
  return {
    get: async (page) => (await opened()).get(page),
    put: async (key, bytes) => (await opened()).put(key, bytes),
    delete: async (pages) => (await opened()).delete(pages),
    list: async (partition) => (await opened()).list(partition),
  };
}
