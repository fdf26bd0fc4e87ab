import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { chunksOf, mapSettled } from '../../engine/async/map-settled.ts';
import { assertCommit, assertKey } from '../../engine/ports/commit-size.ts';
import { StoreError } from '../../engine/ports/errors.ts';
import { Again, type Pause, withRetries } from '../../engine/ports/retry.ts';
import type {
  Condition,
  Item,
  ItemKey,
  ItemRange,
  ItemWrite,
  StateStore,
  TransactOutcome,
} from '../../engine/ports/state-store.ts';
import { compareText } from '../../engine/text/compare-text.ts';
import { failure } from './aws-errors.ts';
import { type Backoff, REAL_BACKOFF, servicePause } from './backoff.ts';
import { hasNumber, inPartition, isAbsent, type SortBounds } from './dynamodb-conditions.ts';
import { type ConsumedUnits, ConsumptionMeter } from './dynamodb-consumed.ts';
import { judgeFailure, sendTransaction } from './dynamodb-transaction.ts';
import { ForeignDataError } from './errors.ts';

export interface DynamoDbStateStoreOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly backoff?: Backoff;
  /** Makes a request token, new at every call and of at most 36 characters. */
  readonly newToken?: () => string;
  /** Told what each call cost; DynamoDB is asked for it only where this is given. */
  readonly onConsumed?: (consumed: ConsumedUnits) => void;
}

/**
 * The engine's state in a DynamoDB table: `pk`, `sk`, `version` (N) and `data` (S or B). All
 * reads are strongly consistent.
 *
 * **Request tokens** are new at every call to `transact`; only the attempts that the SDK makes within a call share one, so
 * that an attempt whose reply was lost is answered, not repeated. A token made of the content would be the same again when
 * the same item is written, removed, and rightly written once more within ten minutes, and DynamoDB would answer
 * that third write with success and not do it. What makes a *caller's* retry harmless is the version in its conditions.
 */
export class DynamoDbStateStore implements StateStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #pause: Pause;
  readonly #newToken: () => string;
  readonly #meter: ConsumptionMeter;

  constructor({ client, table, backoff = REAL_BACKOFF, newToken = randomUUID, onConsumed }: DynamoDbStateStoreOptions) {
    this.#client = client;
    this.#table = table;
    this.#pause = servicePause(backoff);
    this.#newToken = newToken;
    this.#meter = new ConsumptionMeter(onConsumed);
  }

  async get(key: ItemKey): Promise<Item | null> {
    assertKey(key);
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: keyAttributes(key),
      ConsistentRead: true,
      ...this.#meter.request,
    });
    const output = await this.#client.send(command).catch((error) => {
      throw failure(`Reading the item at ${describe(key)} from table "${this.#table}"`, error);
    });
    this.#meter.count('GetItem', 'read', output.ConsumedCapacity);
    return output.Item === undefined ? null : this.#toItem(output.Item);
  }

  async query(range: ItemRange): Promise<readonly Item[]> {
    const { from = '', to, limit = Number.POSITIVE_INFINITY } = range;
    if (limit <= 0 || (to !== undefined && compareText(from, to) >= 0)) return [];
    const keyCondition = inPartition(range.partition, sortBounds(range));
    const items: Item[] = [];
    let startKey: Record<string, AttributeValue> | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.#table,
        ...keyCondition,
        ConsistentRead: true,
        ...(limit === Number.POSITIVE_INFINITY ? {} : { Limit: limit - items.length }),
        ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
        ...this.#meter.request,
      });
      const output = await this.#client.send(command).catch((error) => {
        throw failure(`Reading partition "${range.partition}" of table "${this.#table}"`, error);
      });
      this.#meter.count('Query', 'read', output.ConsumedCapacity);
      for (const attributes of output.Items ?? []) items.push(this.#toItem(attributes));
      startKey = output.LastEvaluatedKey;
    } while (startKey !== undefined && items.length < limit);
    // BETWEEN takes in its upper bound: the one item that may lie exactly there is the last.
    if (to !== undefined && items.at(-1)?.key.sort === to) items.pop();
    return items;
  }

  async transact(writes: readonly ItemWrite[]): Promise<TransactOutcome> {
    assertCommit(writes);
    if (writes.length === 0) return { kind: 'committed' };
    const sent = await sendTransaction(this.#client, {
      TransactItems: writes.map((write) => this.#toTransactItem(write)),
      ClientRequestToken: this.#newToken(),
      ...this.#meter.request,
    });
    if (sent.output === undefined) return judgeFailure(sent, writes, this.#table);
    this.#meter.count('TransactWriteItems', 'write', sent.output.ConsumedCapacity);
    return { kind: 'committed' };
  }

  async delete(keys: readonly ItemKey[]): Promise<void> {
    // A batch that names a key twice is refused as a whole.
    const distinct = new Map(keys.map((key) => [JSON.stringify([key.partition, key.sort]), key]));
    const requests = [...distinct.values()].map((key) => ({ DeleteRequest: { Key: keyAttributes(key) } }));
    await mapSettled(chunksOf(requests, BATCH_WRITE_ITEMS), CONCURRENT_BATCHES, (chunk) => this.#deleteBatch(chunk));
  }

  async #deleteBatch(requests: WriteRequest[]): Promise<void> {
    let left = requests;
    await withRetries(BATCH_ATTEMPTS, this.#pause, async () => {
      const command = new BatchWriteItemCommand({ RequestItems: { [this.#table]: left }, ...this.#meter.request });
      const output = await this.#client.send(command).catch((error) => {
        throw failure(`Removing ${left.length} items from table "${this.#table}"`, error);
      });
      this.#meter.count('BatchWriteItem', 'write', output.ConsumedCapacity);
      left = output.UnprocessedItems?.[this.#table] ?? [];
      return left.length === 0 ? undefined : new Again(() => this.#unremoved(left.length, requests.length));
    });
  }

  #unremoved(left: number, asked: number): StoreError {
    return new StoreError(
      'throttled',
      `Table "${this.#table}" left ${left} of ${asked} items unremoved in ${BATCH_ATTEMPTS} attempts: try again later.`,
    );
  }

  #toTransactItem(write: ItemWrite): TransactWriteItem {
    const condition = writeCondition(write.condition);
    if (write.kind === 'delete') {
      return { Delete: { TableName: this.#table, Key: keyAttributes(write.key), ...condition } };
    }
    const { data } = write;
    const attributes: Record<string, AttributeValue> = {
      ...keyAttributes(write.key),
      version: { N: String(write.version) },
      data: typeof data === 'string' ? { S: data } : { B: data },
    };
    return { Put: { TableName: this.#table, Item: attributes, ...condition } };
  }

  #toItem({ pk, sk, version, data }: Record<string, AttributeValue>): Item {
    const key = { partition: pk?.S ?? '', sort: sk?.S ?? '' };
    const content = data?.S ?? data?.B;
    if (version?.N === undefined || content === undefined) {
      throw new ForeignDataError(
        `The item at ${describe(key)} in table "${this.#table}" has no version or no data: something else than streamgauge wrote it. Remove it, or use a table that is not shared.`,
      );
    }
    return { key, version: Number(version.N), data: content };
  }
}

function writeCondition(condition: Condition) {
  return condition.kind === 'absent' ? isAbsent() : hasNumber('version', condition.is);
}

function sortBounds({ from = '', to }: ItemRange): SortBounds {
  if (to === undefined) return from === '' ? { kind: 'all' } : { kind: 'from', first: from };
  return from === '' ? { kind: 'before', end: to } : { kind: 'between', first: from, last: to };
}

/** DynamoDB's own limit. */
const BATCH_WRITE_ITEMS = 25;
const CONCURRENT_BATCHES = 8;
const BATCH_ATTEMPTS = 9;

function keyAttributes(key: ItemKey): Record<string, AttributeValue> {
  return { pk: { S: key.partition }, sk: { S: key.sort } };
}

function describe(key: ItemKey): string {
  return `("${key.partition}", "${key.sort}")`;
}
