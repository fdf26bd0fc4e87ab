import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { RESULT_TABLE, SLOTS } from '../../contracts/tables.ts';
import { chunksOf, mapSettled } from '../../engine/async/map-settled.ts';
import { append } from '../../engine/lists/append.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { StoreError } from '../../engine/ports/errors.ts';
import {
  isExpired,
  type PutOutcome,
  type ReadRow,
  type ResultStore,
  type RowKey,
  type RowPage,
  type RowPlace,
  type RowWrite,
  type StoredRow,
  type WindowsQuery,
} from '../../engine/ports/result-store.ts';
import { Again, type Pause, withRetries } from '../../engine/ports/retry.ts';
import { compareText } from '../../engine/text/compare-text.ts';
import { END_OF_TIME_MS } from '../../engine/time/instant.ts';
import { failure, isRefusal, sentence } from './aws-errors.ts';
import { type Backoff, REAL_BACKOFF, servicePause } from './backoff.ts';
import { inPartition, isNoRowAt, isRowOfEpoch, type KeyNames, TABLE_KEYS } from './dynamodb-conditions.ts';
import { type ConsumedUnits, ConsumptionMeter } from './dynamodb-consumed.ts';
import {
  afterGroupsOf,
  compareGroups,
  groupPartition,
  indexSort,
  slotPartition,
  windowBounds,
  windowSort,
} from './result-keys.ts';
import { type Fetch, mergeSorted, SortedSource } from './result-pages.ts';
import { type Attributes, rowAttributes, rowKeyAttributes, sameRow, toReadRow, toRow } from './result-row.ts';

export interface DynamoDbResultStoreOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Tells which rows have expired: DynamoDB removes them some time later, within days. */
  readonly clock: Clock;
  readonly backoff?: Backoff;
  /** Told what each call cost; DynamoDB is asked for it only where this is given. */
  readonly onConsumed?: (consumed: ConsumedUnits) => void;
}

/**
 * Result rows in a DynamoDB table; `result-keys.ts` tells how they lie in it.
 *
 * `get`, `latest` and the windows of one group are strongly consistent. The windows of all groups come from an index,
 * which DynamoDB keeps up with the table only eventually, as a rule within a fraction of a second: a row written just
 * before may still be missing, or be of its previous revision.
 */
export class DynamoDbResultStore implements ResultStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;
  readonly #pause: Pause;
  readonly #meter: ConsumptionMeter;

  constructor({ client, table, clock, backoff = REAL_BACKOFF, onConsumed }: DynamoDbResultStoreOptions) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
    this.#pause = servicePause(backoff);
    this.#meter = new ConsumptionMeter(onConsumed);
  }

  async get(keys: readonly RowKey[]): Promise<readonly (StoredRow | null)[]> {
    const asked = keys.map(rowKeyAttributes);
    // A batch that names a key twice is refused as a whole.
    const distinct = [...new Map(asked.map((key) => [identity(key), key])).values()];
    const batches = chunksOf(distinct, BATCH_GET_ITEMS);
    const found = (await mapSettled(batches, CONCURRENT_BATCHES, (batch) => this.#getBatch(batch))).flat();
    const rows = new Map(found.map((attributes) => [identity(attributes), toRow(attributes, this.#table)]));
    const nowMs = this.#clock.nowMs();
    return asked.map((key) => {
      const row = rows.get(identity(key));
      return row === undefined || isExpired(row, nowMs) ? null : row;
    });
  }

  /**
   * A row that is already there with the same epoch and content counts as written: it is this call's own, its reply lost
   * and the request repeated, or an earlier call's that failed halfway and is now done again.
   *
   * @throws StoreError where some rows may not have been written, after all requests have ended: put them all again.
   */
  async put(writes: readonly RowWrite[]): Promise<readonly PutOutcome[]> {
    return mapSettled(writes, CONCURRENT_PUTS, (write) => this.#putRow(write));
  }

  async windows(query: WindowsQuery): Promise<RowPage> {
    const bounds = windowBounds(query.fromMs, query.toMs);
    if (bounds === null || query.limit < 1) return { rows: [], cursor: null };
    const after = query.cursor ?? null;
    // One more than asked for tells whether there is a next page.
    const wanted = query.limit + 1;
    const sources =
      query.group === undefined
        ? this.#slotSources(query, bounds, after, wanted)
        : [new SortedSource(this.#groupFetch(query, query.group, bounds, after), wanted)];
    const compare = query.order === 'latestFirst' ? latestFirst : byWindowThenGroup;
    const rows = await mergeSorted(sources, compare, wanted);
    const page = rows.slice(0, query.limit);
    if (rows.length <= query.limit) return { rows: page, cursor: null };
    const { windowStartMs, group } = page.at(-1) as ReadRow;
    return { rows: page, cursor: { windowStartMs, group } };
  }

  async latest(view: string, group: string, atMs = END_OF_TIME_MS): Promise<ReadRow | null> {
    let next: Attributes | undefined;
    do {
      const { items, lastKey } = await this.#query(view, {
        ...inPartition(groupPartition(view, group), {
          kind: 'upTo',
          last: windowSort(Math.min(atMs, END_OF_TIME_MS)),
        }),
        ConsistentRead: true,
        ScanIndexForward: false,
        // Retracted rows are few, and stand beside the row that took their place; expired ones are removed within days.
        Limit: 4,
        ...(next === undefined ? {} : { ExclusiveStartKey: next }),
      });
      const [row] = this.#shown(items);
      if (row !== undefined) return row;
      next = lastKey;
    } while (next !== undefined);
    return null;
  }

  async #getBatch(keys: Attributes[]): Promise<Attributes[]> {
    const found: Attributes[] = [];
    let left = keys;
    return withRetries(BATCH_ATTEMPTS, this.#pause, async () => {
      const command = new BatchGetItemCommand({
        RequestItems: { [this.#table]: { Keys: left, ConsistentRead: true } },
        ...this.#meter.request,
      });
      const output = await this.#client.send(command).catch((error) => {
        throw failure(`Reading ${left.length} rows from table "${this.#table}"`, error);
      });
      this.#meter.count('BatchGetItem', 'read', output.ConsumedCapacity);
      append(found, output.Responses?.[this.#table] ?? []);
      // What is left was throttled, or is beyond the 16 MB of one answer, which 100 rows exceed at most twice.
      left = output.UnprocessedKeys?.[this.#table]?.Keys ?? [];
      return left.length === 0 ? found : new Again(() => this.#unread(left.length, keys.length));
    });
  }

  #unread(left: number, asked: number): StoreError {
    return new StoreError(
      'throttled',
      `Table "${this.#table}" left ${left} of ${asked} rows unread in ${BATCH_ATTEMPTS} attempts: try again later.`,
    );
  }

  async #putRow({ row, over }: RowWrite): Promise<PutOutcome> {
    const nowMs = this.#clock.nowMs();
    const nowSeconds = Math.floor(nowMs / 1000);
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: rowAttributes(row, nowMs),
      ...(over === null ? isNoRowAt(nowSeconds) : isRowOfEpoch(over, nowSeconds)),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...this.#meter.request,
    });
    try {
      const output = await this.#client.send(command);
      this.#meter.count('PutItem', 'write', output.ConsumedCapacity);
      return 'written';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return error.Item !== undefined && sameRow(row, toRow(error.Item, this.#table)) ? 'written' : 'refused';
      }
      const doing = `Writing the row of view "${row.view}", group ${row.group.slice(0, 200)}, window ${windowSort(row.windowStartMs)} to table "${this.#table}"`;
      if (isRefusal(error)) throw failure(doing, error);
      throw new StoreError('unknownOutcome', `${doing} may or may not have happened: ${sentence(error)}`, {
        cause: error,
      });
    }
  }

  #slotSources(query: WindowsQuery, bounds: Bounds, after: RowPlace | null, wanted: number): SortedSource<ReadRow>[] {
    // Rows spread over the slots evenly, and a half more than their share in each mostly spares a second request.
    const firstSize = Math.min(wanted, Math.ceil((1.5 * wanted) / SLOTS) + 2);
    const last = afterGroupsOf(bounds.last);
    const behind = after === null ? null : indexSort(after.windowStartMs, after.group);
    return Array.from({ length: SLOTS }, (_, slot) => {
      const partition = slotPartition(query.view, slot);
      const fetch = this.#fetchBetween(query, INDEX, partition, { first: bounds.first, last, behind });
      return new SortedSource(fetch, firstSize);
    });
  }

  #groupFetch(query: WindowsQuery, group: string, bounds: Bounds, after: RowPlace | null): Fetch<ReadRow> {
    const behind = after === null ? null : windowSort(after.windowStartMs);
    return this.#fetchBetween(query, TABLE, groupPartition(query.view, group), { ...bounds, behind });
  }

  /**
   * Rows of one partition from `first` to `last`, both included, in the order of the query, but only those behind `behind`,
   * which may be gone.
   */
  #fetchBetween(
    { view, order }: WindowsQuery,
    { keys, input }: Source,
    partition: string,
    { first, last, behind }: Bounds & { readonly behind: string | null },
  ): Fetch<ReadRow> {
    const forward = order !== 'latestFirst';
    const from = forward && behind !== null && compareText(behind, first) > 0 ? behind : first;
    const to = !forward && behind !== null && compareText(behind, last) < 0 ? behind : last;
    let next: Attributes | undefined;
    let ended = compareText(from, to) > 0;
    return async (atLeast) => {
      if (ended) return null;
      const { items, lastKey } = await this.#query(view, {
        ...input,
        ...inPartition(partition, { kind: 'between', first: from, last: to }, keys),
        ScanIndexForward: forward,
        Limit: atLeast,
        ...(next === undefined ? {} : { ExclusiveStartKey: next }),
      });
      next = lastKey;
      ended = lastKey === undefined;
      return this.#shown(items.filter((item) => item[keys.sort]?.S !== behind));
    };
  }

  /** Rows that readers see. */
  #shown(items: readonly Attributes[]): ReadRow[] {
    const nowMs = this.#clock.nowMs();
    return items.map((item) => toReadRow(item, this.#table)).filter((row) => !row.retracted && !isExpired(row, nowMs));
  }

  async #query(
    view: string,
    input: Partial<QueryCommandInput>,
  ): Promise<{ items: Attributes[]; lastKey?: Attributes }> {
    const command = new QueryCommand({ TableName: this.#table, ...input, ...this.#meter.request });
    const output = await this.#client.send(command).catch((error) => {
      throw failure(`Reading rows of view "${view}" from table "${this.#table}"`, error);
    });
    this.#meter.count('Query', 'read', output.ConsumedCapacity);
    const items = output.Items ?? [];
    return output.LastEvaluatedKey === undefined ? { items } : { items, lastKey: output.LastEvaluatedKey };
  }
}

type Bounds = { readonly first: string; readonly last: string };

/** What a range of rows is read from. */
interface Source {
  readonly keys: KeyNames;
  readonly input: Partial<QueryCommandInput>;
}

const TABLE: Source = { keys: TABLE_KEYS, input: { ConsistentRead: true } };
const INDEX: Source = {
  keys: { partition: RESULT_TABLE.index.partitionKey, sort: RESULT_TABLE.index.sortKey },
  input: { IndexName: RESULT_TABLE.index.name },
};

/** DynamoDB's own limit. */
const BATCH_GET_ITEMS = 100;
const CONCURRENT_BATCHES = 8;
const BATCH_ATTEMPTS = 9;
const CONCURRENT_PUTS = 32;

function byWindowThenGroup(a: ReadRow, b: ReadRow): number {
  return a.windowStartMs - b.windowStartMs || compareGroups(a.group, b.group);
}

function latestFirst(a: ReadRow, b: ReadRow): number {
  return byWindowThenGroup(b, a);
}

function identity(key: Attributes): string {
  return JSON.stringify([key.pk?.S, key.sk?.S]);
}
