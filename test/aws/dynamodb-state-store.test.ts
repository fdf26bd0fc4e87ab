import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { ConsumedUnits } from '../../adapters/aws/dynamodb-consumed.ts';
import { DynamoDbStateStore, type DynamoDbStateStoreOptions } from '../../adapters/aws/dynamodb-state-store.ts';
import { CommitTooLargeError, type StoreErrorCode } from '../../engine/ports/errors.ts';
import type { ItemKey, ItemWrite } from '../../engine/ports/state-store.ts';
import { fresh } from '../conformance/fresh.ts';
import { stateStoreConformance } from '../conformance/state-store.ts';
import { clientSettings, describeWithDynamoDb } from './emulators.ts';
import { type Fault, type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';
import { recordedBackoff } from './recorded-backoff.ts';
import { createStateTable } from './tables.ts';

describeWithDynamoDb('DynamoDbStateStore', (endpoint) => {
  let client: DynamoDBClient;
  let table: string;
  let proxy: FaultProxy;
  const proxied: DynamoDBClient[] = [];

  beforeAll(async () => {
    client = new DynamoDBClient(clientSettings(endpoint()));
    table = await createStateTable(client);
    proxy = await startFaultProxy(endpoint().url);
  });
  afterAll(async () => {
    for (const each of [client, ...proxied]) each.destroy();
    await proxy.close();
  });

  stateStoreConformance('as a state store', async () => ({ store: new DynamoDbStateStore({ client, table }) }));

  /** A store whose requests go through the proxy. */
  function storeBehindProxy(
    maxAttempts: number,
    options: Partial<DynamoDbStateStoreOptions> = {},
    requestTimeout = 0, // Without end.
  ) {
    const requestHandler = new NodeHttpHandler({ requestTimeout, throwOnRequestTimeout: true });
    const throughProxy = new DynamoDBClient({ ...clientSettings(proxy, maxAttempts), requestHandler });
    proxied.push(throughProxy);
    return new DynamoDbStateStore({ client: throughProxy, table, ...options });
  }
  const plainStore = () => new DynamoDbStateStore({ client, table });
  const requestsSince = (start: number) => proxy.seen.slice(start);

  describe('a transaction whose reply is lost', () => {
    test('has an unknown outcome, and is not applied twice when it is sent again', async () => {
      const store = storeBehindProxy(1);
      const write = put(fresh('state'));
      proxy.inject({ kind: 'loseReply' });
      await expect(store.transact([write])).rejects.toMatchObject({ name: 'StoreError', code: 'unknownOutcome' });
      expect(await store.get(write.key)).toMatchObject({ version: 1, data: 'data' });
      expect(await store.transact([write])).toEqual({ kind: 'conditionFailed', keys: [write.key] });
      expect(await store.get(write.key)).toMatchObject({ version: 1, data: 'data' });
    });

    test('is committed where the SDK itself sends it again, for both attempts are one request', async () => {
      const store = storeBehindProxy(3);
      const write = put(fresh('state'));
      const start = proxy.seen.length;
      proxy.inject({ kind: 'loseReply' });
      expect(await store.transact([write])).toEqual({ kind: 'committed' });
      const tokens = requestsSince(start).map(tokenOf);
      expect(tokens).toHaveLength(2);
      expect(new Set(tokens).size).toBe(1);
    });

    test('is still of unknown outcome where the next attempt is refused', async () => {
      for (const fault of [refusal('ThrottlingException'), cancelled('TransactionConflict')]) {
        const store = storeBehindProxy(2);
        const write = put(fresh('state'));
        proxy.inject({ kind: 'loseReply' }, fault);
        await expect(store.transact([write])).rejects.toMatchObject({ code: 'unknownOutcome' });
        expect(await store.get(write.key)).not.toBeNull();
      }
    });
  });

  describe('a request token', () => {
    test('is new at every call and at most 36 characters long', async () => {
      const store = storeBehindProxy(1);
      const start = proxy.seen.length;
      const write = put(fresh('state'));
      for (let i = 0; i < 3; i++) await store.transact([write]);
      const tokens = requestsSince(start).map(tokenOf);
      expect(new Set(tokens).size).toBe(3);
      for (const token of tokens) expect(token.length).toBeLessThanOrEqual(36);
    });

    test('lets the same write happen again after its item was removed', async () => {
      const store = plainStore();
      const write = put(fresh('state'));
      for (let i = 0; i < 3; i++) {
        expect(await store.transact([write])).toEqual({ kind: 'committed' });
        expect(await store.get(write.key)).not.toBeNull();
        await store.delete([write.key]);
      }
    });

    test('that is used for other writes is an error that says so', async () => {
      const store = new DynamoDbStateStore({ client, table, newToken: () => `fixed-${table.slice(-20)}` });
      expect(await store.transact([put(fresh('state'))])).toEqual({ kind: 'committed' });
      await expect(store.transact([put(fresh('state'))])).rejects.toThrow(/token was used for other writes/);
    });
  });

  describe('a transaction that fails', () => {
    const cases: [string, Fault, StoreErrorCode][] = [
      ['by a time-out', { kind: 'hang' }, 'unknownOutcome'],
      ['by an answer that is no JSON', { kind: 'garbleReply' }, 'unknownOutcome'],
      [
        'by an internal error',
        { kind: 'answer', status: 500, body: { __type: 'x#InternalServerError', message: '' } },
        'unknownOutcome',
      ],
      ['by an unavailable service', { kind: 'answer', status: 503, body: {} }, 'unknownOutcome'],
      ['by throttling', refusal('ThrottlingException'), 'throttled'],
      ['by the capacity of the table', refusal('ProvisionedThroughputExceededException'), 'throttled'],
      ['by the limit of the account', refusal('RequestLimitExceeded'), 'throttled'],
      ['because it is still in progress', refusal('TransactionInProgressException'), 'inProgress'],
      ['cancelled by throttling', cancelled('None', 'ThrottlingError'), 'throttled'],
      ['cancelled by capacity', cancelled('ProvisionedThroughputExceeded', 'None'), 'throttled'],
      ['cancelled by a conflict', cancelled('None', 'TransactionConflict'), 'conflict'],
      ['cancelled by throttling and a conflict', cancelled('TransactionConflict', 'ThrottlingError'), 'throttled'],
    ];
    test.each(cases)('%s is told apart', async (_title, fault, code) => {
      const store = storeBehindProxy(1, {}, fault.kind === 'hang' ? 200 : 0);
      const partition = fresh('state');
      proxy.inject(fault);
      const transaction = store.transact([put(partition, 'a'), put(partition, 'b')]);
      await expect(transaction).rejects.toMatchObject({ name: 'StoreError', code, cause: expect.anything() });
      await expect(transaction).rejects.toThrow(new RegExp(`^The transaction of 2 writes on table "${table}" `));
    });

    test('by a condition names the keys, whatever else went wrong', async () => {
      const store = storeBehindProxy(1);
      const [a, b, c] = ['a', 'b', 'c'].map((sort) => put('somewhere', sort)) as [ItemWrite, ItemWrite, ItemWrite];
      proxy.inject(cancelled('ConditionalCheckFailed', 'TransactionConflict', 'ConditionalCheckFailed'));
      expect(await store.transact([a, b, c])).toEqual({ kind: 'conditionFailed', keys: [a.key, c.key] });
    });

    test.each([
      ['the whole', refusal('ValidationException', 'Collection size of items exceeded, exceeding the 4MB limit')],
      ['one item', cancelled('None', ['ValidationError', 'Item size to update has exceeded the maximum allowed size'])],
    ])('because %s is too large for DynamoDB asks to be cut', async (_title, fault) => {
      const store = storeBehindProxy(1);
      proxy.inject(fault);
      await expect(store.transact([put('p', 'a'), put('p', 'b')])).rejects.toBeInstanceOf(CommitTooLargeError);
    });

    test('for any other reason says what DynamoDB said', async () => {
      const store = storeBehindProxy(1);
      proxy.inject(refusal('AccessDeniedException', 'No permission.'));
      await expect(store.transact([put('p')])).rejects.toThrow(/refused with AccessDeniedException: No permission\./);
      proxy.inject(cancelled(['ValidationError', 'Type mismatch for key']));
      await expect(store.transact([put('p')])).rejects.toThrow(/ValidationError: Type mismatch for key/);
    });

    test('by throttling wrote nothing', async () => {
      const store = storeBehindProxy(1);
      const write = put(fresh('state'));
      proxy.inject(refusal('ThrottlingException'));
      await expect(store.transact([write])).rejects.toMatchObject({ code: 'throttled' });
      expect(await store.get(write.key)).toBeNull();
    });
  });

  describe('a read', () => {
    test('that is throttled is a store error', async () => {
      const store = storeBehindProxy(1);
      proxy.inject(refusal('ThrottlingException'), refusal('ThrottlingException'));
      await expect(store.get({ partition: 'p', sort: 's' })).rejects.toMatchObject({ code: 'throttled' });
      await expect(store.query({ partition: 'p' })).rejects.toMatchObject({ code: 'throttled' });
    });

    test('is strongly consistent', async () => {
      const store = storeBehindProxy(1);
      const start = proxy.seen.length;
      await store.get({ partition: 'p', sort: 's' });
      await store.query({ partition: 'p', from: 'a', to: 'b', limit: 3 });
      expect(requestsSince(start).map(({ body }) => JSON.parse(body).ConsistentRead)).toEqual([true, true]);
    });

    test('of a table that does not exist names the table', async () => {
      const store = new DynamoDbStateStore({ client, table: 'no-such-table' });
      await expect(store.get({ partition: 'p', sort: 's' })).rejects.toThrow(/"no-such-table" .*Check that the table/);
    });

    test('of an item that something else wrote says so', async () => {
      const partition = fresh('state');
      await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: partition }, sk: { S: 'a' } } }));
      await expect(plainStore().query({ partition })).rejects.toThrow(/has no version or no data/);
    });
  });

  describe('removal', () => {
    test('asks again for what DynamoDB left, after pauses of random length', async () => {
      const backoff = recordedBackoff();
      const store = storeBehindProxy(1, { backoff });
      const keys = await written(store, 3);
      const start = proxy.seen.length;
      proxy.inject(unprocessed(table, keys), unprocessed(table, keys.slice(1)));
      await store.delete(keys);
      expect(requestsSince(start).map(({ body }) => JSON.parse(body).RequestItems[table].length)).toEqual([3, 3, 2]);
      expect(backoff.pausesMs).toEqual([25, 50]);
    });

    test('gives up after a number of attempts and says how much is left', async () => {
      const backoff = recordedBackoff();
      const store = storeBehindProxy(1, { backoff });
      const keys = [{ partition: 'p', sort: 's' }];
      proxy.inject(...Array.from({ length: 9 }, () => unprocessed(table, keys)));
      await expect(store.delete(keys)).rejects.toThrow(/left 1 of 1 items unremoved in 9 attempts/);
      expect(backoff.pausesMs).toHaveLength(8);
      expect(Math.max(...backoff.pausesMs)).toBe(1000);
    });

    test('that fails in one batch has ended in all others', async () => {
      const store = storeBehindProxy(1);
      const keys = await written(store, 60);
      const start = proxy.seen.length;
      proxy.inject(refusal('ThrottlingException'));
      await expect(store.delete(keys)).rejects.toMatchObject({ code: 'throttled' });
      expect(requestsSince(start)).toHaveLength(3);
      const { partition } = keys[0] as ItemKey;
      expect([10, 25]).toContain((await store.query({ partition })).length);
    });
  });

  test('what calls cost is told to whoever wants to know', async () => {
    const consumed: ConsumedUnits[] = [];
    const store = new DynamoDbStateStore({ client, table, onConsumed: (units) => consumed.push(units) });
    const partition = fresh('state');
    await store.transact([put(partition, 'a'), put(partition, 'b')]);
    await store.get({ partition, sort: 'a' });
    await store.query({ partition });
    await store.delete([{ partition, sort: 'a' }]);
    expect(consumed).toEqual([
      { operation: 'TransactWriteItems', table, readUnits: 0, writeUnits: 4 },
      { operation: 'GetItem', table, readUnits: 1, writeUnits: 0 },
      { operation: 'Query', table, readUnits: 1, writeUnits: 0 },
      { operation: 'BatchWriteItem', table, readUnits: 0, writeUnits: 1 },
    ]);
  });
});

function put(partition: string, sort = 'a'): ItemWrite {
  return { kind: 'put', key: { partition, sort }, version: 1, data: 'data', condition: { kind: 'absent' } };
}

async function written(store: DynamoDbStateStore, count: number): Promise<ItemKey[]> {
  const partition = fresh('state');
  const writes = Array.from({ length: count }, (_, i) => put(partition, String(i)));
  await store.transact(writes);
  return writes.map((write) => write.key);
}

function tokenOf({ body }: { body: string }): string {
  return JSON.parse(body).ClientRequestToken as string;
}

/** A cancelled transaction, with a code for each write. */
function cancelled(...reasons: (string | [string, string])[]): Fault {
  const CancellationReasons = reasons.map((reason) => {
    const [Code, Message] = typeof reason === 'string' ? [reason] : reason;
    return Message === undefined ? { Code } : { Code, Message };
  });
  return refusal('TransactionCanceledException', 'Transaction cancelled', { CancellationReasons });
}

function unprocessed(table: string, keys: readonly ItemKey[]): Fault {
  const requests = keys.map(({ partition, sort }) => ({
    DeleteRequest: { Key: { pk: { S: partition }, sk: { S: sort } } },
  }));
  return { kind: 'answer', status: 200, body: { UnprocessedItems: { [table]: requests } } };
}
