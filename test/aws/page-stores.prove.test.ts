import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { ConsumedUnits } from '../../adapters/aws/dynamodb-consumed.ts';
import { DynamoDbPageStore } from '../../adapters/aws/dynamodb-page-store.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { S3PageStore } from '../../adapters/aws/s3-page-store.ts';
import { TieredPageStore } from '../../adapters/aws/tiered-page-store.ts';
import { MAX_ITEM_PAGE_BYTES } from '../../engine/ports/page-store.ts';
import { fresh } from '../conformance/fresh.ts';
import { pageStoreConformance } from '../conformance/page-store.ts';
import { clientSettings, describeWithDynamoDb, describeWithSqsAndS3 } from './emulators.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { createStateTable } from './tables.ts';

describeWithDynamoDb('The page stores of AWS', (dynamoDb) => {
  describeWithSqsAndS3('and S3', (s3) => {
    let dynamo: DynamoDBClient;
    let objects: S3Client;
    let table: string;
    let proxied: S3Client;
    let proxy: FaultProxy;
    const bucket = fresh('pages');
    const consumed: ConsumedUnits[] = [];

    beforeAll(async () => {
      dynamo = new DynamoDBClient(clientSettings(dynamoDb()));
      objects = new S3Client({ ...clientSettings(s3()), forcePathStyle: true });
      proxy = await startFaultProxy(s3().url);
      proxied = new S3Client({ ...clientSettings(proxy, 1), forcePathStyle: true });
      table = await createStateTable(dynamo);
      await objects.send(new CreateBucketCommand({ Bucket: bucket }));
    });
    afterAll(async () => {
      for (const client of [dynamo, objects, proxied]) client.destroy();
      await proxy.close();
    });
    beforeEach(() => {
      consumed.length = 0;
    });

    const items = () => new DynamoDbPageStore({ client: dynamo, table, onConsumed: (each) => consumed.push(each) });
    const store = (client = objects) =>
      new TieredPageStore({ items: items(), objects: new S3PageStore({ client, bucket }) });

    pageStoreConformance('as a page store', async () => ({ store: store() }));

    test('a page of up to 8 KiB is an item, written without a transaction, and a larger one an object', async () => {
      const partition = fresh('carried#v@1');
      await store().put({ partition, sort: '0000000007#0000000000#1' }, new Uint8Array(MAX_ITEM_PAGE_BYTES));
      await store().put({ partition, sort: '0000000007#0000000000#2' }, new Uint8Array(MAX_ITEM_PAGE_BYTES + 1));
      // Of the key and the names of attributes a little more than 8 KiB, and not twice that.
      expect(consumed.map(({ operation, writeUnits }) => [operation, writeUnits])).toEqual([['PutItem', 9]]);
      const state = new DynamoDbStateStore({ client: dynamo, table });
      expect((await state.query({ partition })).map(({ key }) => key.sort)).toEqual(['0000000007#0000000000#1']);
      expect(await keysOf(partition)).toEqual([`pages/${encodeURIComponent(partition)}/0000000007%230000000000%232`]);
    });

    test('a large page that older code wrote as an item is read, listed and deleted', async () => {
      const key = { partition: fresh('carried#v@1'), sort: '0000000007#0000000000' };
      const state = new DynamoDbStateStore({ client: dynamo, table });
      const data = new Uint8Array(300_000).fill(7);
      await state.transact([{ kind: 'put', key, version: 3, data, condition: { kind: 'absent' } }]);
      const page = { key, bytes: data.length };
      expect(await store().get(page)).toEqual(data);
      expect(await store().list(key.partition)).toEqual([page]);
      await store().delete([page]);
      expect(await state.get(key)).toBeNull();
    });

    describe('where the function may list its prefix alone, S3 does not say that an object is missing', () => {
      const page = { key: { partition: 'carried#denied', sort: '1' }, bytes: 9000 };
      const denied = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

      test('a page that the list does not have is missing', async () => {
        proxy.inject({ kind: 'answer', status: 403, body: denied });
        expect(await store(proxied).get(page)).toBeNull();
      });

      test('a page that the list has may not be read, which is an error that says what to look at', async () => {
        await store().put(page.key, new Uint8Array(page.bytes));
        proxy.inject({ kind: 'answer', status: 403, body: denied });
        await expect(store(proxied).get(page)).rejects.toThrow(
          `Reading s3://${bucket}/pages/carried%23denied/1 failed with AccessDenied: Access Denied. Check the permissions of the function's role.`,
        );
      });
    });

    test('a write that S3 asks to repeat later is throttled, and the page is not there', async () => {
      const page = { key: { partition: fresh('carried#slow'), sort: '1' }, bytes: 9000 };
      proxy.inject({
        kind: 'answer',
        status: 503,
        body: '<Error><Code>SlowDown</Code><Message>Slow.</Message></Error>',
      });
      await expect(store(proxied).put(page.key, new Uint8Array(page.bytes))).rejects.toMatchObject({
        name: 'StoreError',
        code: 'throttled',
      });
      expect(await store().get(page)).toBeNull();
    });

    test('a page whose reply was lost is there, and may be written again', async () => {
      const page = { key: { partition: fresh('carried#lost'), sort: '1' }, bytes: 9000 };
      proxy.inject({ kind: 'loseReply' });
      await expect(store(proxied).put(page.key, new Uint8Array(page.bytes).fill(1))).rejects.toThrow(
        `Writing s3://${bucket}/pages/`,
      );
      await store().put(page.key, new Uint8Array(page.bytes).fill(1));
      expect(await store().get(page)).toEqual(new Uint8Array(page.bytes).fill(1));
    });

    test('a page that S3 refuses to remove is named in the error', async () => {
      const page = { key: { partition: 'carried#locked', sort: '1' }, bytes: 9000 };
      const error =
        '<Error><Key>pages/carried%23locked/1</Key><Code>InternalError</Code><Message>No.</Message></Error>';
      proxy.inject({ kind: 'answer', status: 200, body: `<DeleteResult>${error}</DeleteResult>` });
      await expect(store(proxied).delete([page])).rejects.toThrow(
        `Removing 1 of 1 pages from s3://${bucket}, first pages/carried%23locked/1, failed with InternalError: No.`,
      );
    });

    async function keysOf(partition: string): Promise<(string | undefined)[]> {
      const Prefix = `pages/${encodeURIComponent(partition)}/`;
      const { Contents = [] } = await objects.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
      return Contents.map(({ Key }) => Key);
    }
  });
});
