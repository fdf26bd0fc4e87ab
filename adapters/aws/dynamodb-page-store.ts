import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { assertKey } from '../../engine/ports/commit-size.ts';
import type { PageRef, PageStore } from '../../engine/ports/page-store.ts';
import type { ItemKey } from '../../engine/ports/state-store.ts';
import { failure } from './aws-errors.ts';
import { ConsumptionMeter } from './dynamodb-consumed.ts';
import { DynamoDbStateStore, type DynamoDbStateStoreOptions } from './dynamodb-state-store.ts';

/**
 * Pages as items of the state table. They are written one by one and without a condition: that is half of what DynamoDB
 * bills for a write in a transaction.
 */
export class DynamoDbPageStore implements PageStore {
  readonly #options: DynamoDbStateStoreOptions;
  readonly #state: DynamoDbStateStore;
  readonly #meter: ConsumptionMeter;

  constructor(options: DynamoDbStateStoreOptions) {
    this.#options = options;
    this.#state = new DynamoDbStateStore(options);
    this.#meter = new ConsumptionMeter(options.onConsumed);
  }

  async get({ key, bytes }: PageRef): Promise<Uint8Array | null> {
    const data = (await this.#state.get(key))?.data;
    return data instanceof Uint8Array && data.length === bytes ? data : null;
  }

  async put(key: ItemKey, bytes: Uint8Array): Promise<void> {
    assertKey(key);
    const { client, table } = this.#options;
    const command = new PutItemCommand({
      TableName: table,
      Item: { pk: { S: key.partition }, sk: { S: key.sort }, version: { N: '1' }, data: { B: bytes } },
      ...this.#meter.request,
    });
    const output = await client.send(command).catch((error) => {
      throw failure(`Writing the page at ("${key.partition}", "${key.sort}") to table "${table}"`, error);
    });
    this.#meter.count('PutItem', 'write', output.ConsumedCapacity);
  }

  async delete(pages: readonly PageRef[]): Promise<void> {
    await this.#state.delete(pages.map(({ key }) => key));
  }

  async list(partition: string): Promise<readonly PageRef[]> {
    const items = await this.#state.query({ partition });
    return items.map(({ key, data }) => ({ key, bytes: data.length }));
  }
}
