import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import type { ConsumedUnits } from '../../adapters/aws/dynamodb-consumed.ts';
import { DynamoDbResultStore, type DynamoDbResultStoreOptions } from '../../adapters/aws/dynamodb-result-store.ts';
import { SLOTS } from '../../contracts/tables.ts';
import type { ResultStore, RowPlace, StoredRow, WindowsQuery } from '../../engine/ports/result-store.ts';
import { compareText } from '../../engine/text/compare-text.ts';
import { fresh } from '../conformance/fresh.ts';
import { resultStoreConformance } from '../conformance/result-store.ts';
import { putRows } from '../support/put-rows.ts';
import { clientSettings, describeWithDynamoDb } from './emulators.ts';
import { type Fault, type FaultProxy, refusal, startFaultProxy } from './fault-proxy.ts';
import { recordedBackoff } from './recorded-backoff.ts';
import { createResultTable } from './tables.ts';

const MINUTE_MS = 60_000;
const clock = { nowMs: () => 0 };

describeWithDynamoDb('DynamoDbResultStore', (endpoint) => {
  let client: DynamoDBClient;
  let table: string;
  let proxy: FaultProxy;
  const proxied: DynamoDBClient[] = [];

  beforeAll(async () => {
    client = new DynamoDBClient(clientSettings(endpoint()));
    table = await createResultTable(client);
    proxy = await startFaultProxy(endpoint().url);
  });
  afterAll(async () => {
    for (const each of [client, ...proxied]) each.destroy();
    await proxy.close();
  });

  resultStoreConformance('as a result store', async (clock) => ({
    store: new DynamoDbResultStore({ client, table, clock }),
  }));

  function storeBehindProxy(maxAttempts: number, options: Partial<DynamoDbResultStoreOptions> = {}) {
    const throughProxy = new DynamoDBClient(clientSettings(proxy, maxAttempts));
    proxied.push(throughProxy);
    return new DynamoDbResultStore({ client: throughProxy, table, clock, ...options });
  }
  const plainStore = () => new DynamoDbResultStore({ client, table, clock });
  const requestsSince = (start: number) => proxy.seen.slice(start);

  describe('a put whose reply is lost', () => {
    test('is written, also where the SDK itself sends it again', async () => {
      const row = rowOf(fresh('view'), 0);
      proxy.inject({ kind: 'loseReply' });
      expect(await putRows(storeBehindProxy(3), [row])).toEqual(['written']);
    });

    test('has an unknown outcome, and is written when it is put again', async () => {
      const store = storeBehindProxy(1);
      const row = rowOf(fresh('view'), 0);
      proxy.inject({ kind: 'loseReply' });
      await expect(putRows(store, [row])).rejects.toMatchObject({ name: 'StoreError', code: 'unknownOutcome' });
      expect(await putRows(store, [row])).toEqual(['written']);
      expect(await putRows(store, [{ ...row, revision: 2 }])).toEqual(['refused']);
    });
  });

  describe('a put that fails for one row', () => {
    test('begins no more, and has ended for those that it began', async () => {
      const store = storeBehindProxy(1);
      const view = fresh('view');
      const rows = Array.from({ length: 100 }, (_, i) => rowOf(view, i * MINUTE_MS));
      const start = proxy.seen.length;
      proxy.inject(refusal('ThrottlingException'));
      await expect(putRows(store, rows)).rejects.toMatchObject({ name: 'StoreError', code: 'throttled' });
      const begun = requestsSince(start).length;
      expect(begun).toBeLessThan(100);
      // Of those that were begun, all but the refused one have been written by now.
      expect((await store.get(rows)).filter((row) => row !== null)).toHaveLength(begun - 1);
      expect(await putRows(store, rows)).toEqual(rows.map(() => 'written'));
    });

    test('names its view, group and window', async () => {
      proxy.inject(refusal('AccessDeniedException', 'No permission.'));
      await expect(putRows(storeBehindProxy(1), [rowOf('clicks@1', 0)])).rejects.toThrow(
        /Writing the row of view "clicks@1", group \["a"\], window 1970-01-01T00:00:00\.000Z to table .* Check the permissions/,
      );
    });

    test('whose window lies outside of the years 0 to 9999 is refused', async () => {
      await expect(putRows(plainStore(), [rowOf('v', -63_000_000_000_000)])).rejects.toThrow(
        /outside the years 0 to 9999/,
      );
    });
  });

  describe('get', () => {
    test('asks again for what DynamoDB left, after a pause', async () => {
      const backoff = recordedBackoff();
      const store = storeBehindProxy(1, { backoff });
      const view = fresh('view');
      const rows = [0, 1, 2].map((i) => rowOf(view, i * MINUTE_MS));
      await putRows(store, rows);
      const start = proxy.seen.length;
      proxy.inject(unprocessed(table, rows));
      expect(await store.get(rows)).toEqual(rows);
      expect(requestsSince(start).map(({ operation }) => operation)).toEqual(['BatchGetItem', 'BatchGetItem']);
      expect(backoff.pausesMs).toEqual([25]);
    });

    test('gives up after a number of attempts and says how much is left', async () => {
      const row = rowOf(fresh('view'), 0);
      proxy.inject(...Array.from({ length: 9 }, () => unprocessed(table, [row])));
      const store = storeBehindProxy(1, { backoff: recordedBackoff() });
      await expect(store.get([row])).rejects.toThrow(/left 1 of 1 rows unread in 9 attempts/);
    });

    test('takes more rows than one answer of 16 MB can hold', async () => {
      const view = fresh('view');
      const columns = JSON.stringify({ text: 'x'.repeat(300_000) });
      const rows = Array.from({ length: 60 }, (_, i) => rowOf(view, i * MINUTE_MS, { columns }));
      await putRows(plainStore(), rows);
      expect(await plainStore().get(rows)).toEqual(rows);
    });
  });

  describe('windows', () => {
    test('of all time cost one query a slot, however much of it is empty', async () => {
      const store = storeBehindProxy(1);
      const view = fresh('view');
      const rows = [Date.UTC(1970), Date.UTC(2015, 4), Date.UTC(9000)].map((start) => rowOf(view, start));
      await putRows(store, rows);
      const start = proxy.seen.length;
      const query = { view, fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY, limit: 100 };
      expect(await store.windows(query)).toMatchObject({ rows, cursor: null });
      expect(requestsSince(start)).toHaveLength(SLOTS);
    });

    test('read about as many rows as they give', async () => {
      const view = fresh('view');
      const rows = Array.from({ length: 400 }, (_, i) => rowOf(view, 0, { group: `["group-${i}"]` }));
      await putRows(plainStore(), rows);
      const store = storeBehindProxy(1);
      const start = proxy.seen.length;
      await store.windows({ view, fromMs: 0, toMs: 1, limit: 160 });
      const limits = requestsSince(start).map(({ body }) => JSON.parse(body).Limit as number);
      expect(limits.reduce((sum, limit) => sum + limit, 0)).toBeLessThan(2 * 160);
    });

    test('are the same as a plain list, sorted and cut, for any rows and any pages', async () => {
      const group = fc.constantFrom('["a"]', '["b"]', '["\u{1F600}"]', '["\uFF61"]', `["${'x'.repeat(1200)}"]`);
      const cell = fc.record({ group, minute: fc.integer({ min: -5, max: 5 }) });
      const cases = fc.record({
        cells: fc.uniqueArray(cell, { maxLength: 30, selector: ({ group, minute }) => `${minute}${group}` }),
        from: fc.integer({ min: -6, max: 6 }),
        length: fc.integer({ min: 0, max: 12 }),
        limit: fc.integer({ min: 1, max: 8 }),
        order: fc.constantFrom('oldestFirst' as const, 'latestFirst' as const),
        only: fc.option(group, { nil: undefined }),
      });
      const property = fc.asyncProperty(cases, async ({ cells, from, length, limit, order, only }) => {
        const store = plainStore();
        const view = fresh('view');
        const rows = cells.map(({ group, minute }) => rowOf(view, minute * MINUTE_MS, { group }));
        await putRows(store, rows);
        const query = { view, fromMs: from * MINUTE_MS, toMs: (from + length) * MINUTE_MS, limit, order };
        const wanted = rows
          .filter((row) => row.windowStartMs >= query.fromMs && row.windowStartMs < query.toMs)
          .filter((row) => only === undefined || row.group === only)
          .sort((a, b) => a.windowStartMs - b.windowStartMs || compareText(a.group, b.group));
        if (order === 'latestFirst') wanted.reverse();
        expect(await allPages(store, only === undefined ? query : { ...query, group: only })).toEqual(wanted);
      });
      await fc.assert(property, { seed: 20_150_517, numRuns: 25 });
    });

    test('that are throttled are a store error that names the view', async () => {
      proxy.inject(...Array.from({ length: SLOTS }, () => refusal('ThrottlingException')));
      const reading = storeBehindProxy(1).windows({ view: 'v', fromMs: 0, toMs: 1, limit: 1 });
      await expect(reading).rejects.toMatchObject({ code: 'throttled' });
      await expect(reading).rejects.toThrow(/Reading rows of view "v"/);
    });
  });

  describe('groups that are too long for a key', () => {
    const long = (end: string) => `["${'ü'.repeat(600)}${end}"]`;

    test('are told apart where they differ only at their end', async () => {
      const view = fresh('view');
      const rows = ['x', 'y'].map((end) => rowOf(view, 0, { group: long(end), columns: `{"end":"${end}"}` }));
      expect(await putRows(plainStore(), rows)).toEqual(['written', 'written']);
      expect(await plainStore().get(rows)).toEqual(rows);
      expect(await plainStore().latest(view, long('y'))).toMatchObject(rows[1] as StoredRow);
    });

    test('are in their order among others', async () => {
      const view = fresh('view');
      const groups = ['["a"]', long('x'), `["${'ü'.repeat(20)}ý"]`, '["ý"]'];
      await putRows(
        plainStore(),
        [...groups].reverse().map((group) => rowOf(view, 0, { group })),
      );
      const { rows } = await plainStore().windows({ view, fromMs: 0, toMs: 1, limit: 10 });
      expect(rows.map((row) => row.group)).toEqual(groups);
    });

    test('are refused together with the view where that takes all of the key', async () => {
      await expect(putRows(plainStore(), [rowOf('v'.repeat(1049), 0)])).rejects.toThrow(/takes 1049 bytes/);
      expect(await putRows(plainStore(), [rowOf(fresh('v').padEnd(1048, 'v'), 0, { group: long('x') })])).toEqual([
        'written',
      ]);
    });
  });

  test('what calls cost is told to whoever wants to know', async () => {
    const consumed: ConsumedUnits[] = [];
    const store = new DynamoDbResultStore({ client, table, clock, onConsumed: (units) => consumed.push(units) });
    const row = rowOf(fresh('view'), 0);
    await putRows(store, [row]);
    await store.get([row]);
    await store.latest(row.view, row.group);
    expect(consumed.map(({ operation }) => operation)).toEqual(['PutItem', 'BatchGetItem', 'Query']);
    expect(consumed[0]).toMatchObject({ table, readUnits: 0, writeUnits: 2 });
    expect(consumed[1]).toMatchObject({ table, readUnits: 1, writeUnits: 0 });
  });
});

function rowOf(view: string, windowStartMs: number, rest: Partial<StoredRow> = {}): StoredRow {
  const windowEndMs = windowStartMs + MINUTE_MS;
  const base = {
    group: '["a"]',
    revision: 1,
    epoch: 1,
    partial: false,
    lateEvents: 0,
    retracted: false,
    expiresAtSeconds: null,
    columns: '{"n":1}',
  };
  return { view, windowStartMs, windowEndMs, ...base, ...rest };
}

function unprocessed(table: string, rows: readonly StoredRow[]): Fault {
  const Keys = rows.map(({ view, group, windowStartMs }) => ({
    pk: { S: `${view}#${group}` },
    sk: { S: new Date(windowStartMs).toISOString() },
  }));
  return { kind: 'answer', status: 200, body: { Responses: { [table]: [] }, UnprocessedKeys: { [table]: { Keys } } } };
}

async function allPages(store: ResultStore, query: WindowsQuery): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  let cursor: RowPlace | null = null;
  do {
    const page = await store.windows({ ...query, cursor });
    rows.push(...page.rows.map(({ updatedAtMs: _, ...row }) => row));
    cursor = page.cursor;
  } while (cursor !== null);
  return rows;
}
