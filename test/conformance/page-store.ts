import type { PageRef, PageStore } from '../../engine/ports/page-store.ts';
import { fresh, hex } from './fresh.ts';

export interface PageStoreFixture {
  readonly store: PageStore;
  close?(): Promise<void>;
}

/** Sizes of pages, small ones and such as no item of DynamoDB can hold. */
const SIZES = [1, 1000, 8191, 8192, 8193, 300_000, 390_001, 5_000_000];

/** What every `PageStore` does. Each test uses partitions of its own: `create` may give a shared database. */
export function pageStoreConformance(name: string, create: () => Promise<PageStoreFixture>): void {
  const check = (fact: string, body: (store: PageStore, partition: string) => Promise<void>) => {
    test(fact, async () => {
      const fixture = await create();
      try {
        await body(fixture.store, fresh('carried#view@1'));
      } finally {
        await fixture.close?.();
      }
    });
  };
  describe(name, () => {
    describe('a page', () => declarePageTests(check));
    describe('a list', () => declareListTests(check));
    describe('removal', () => declareRemovalTests(check));
  });
}

type Check = (fact: string, body: (store: PageStore, partition: string) => Promise<void>) => void;

function declarePageTests(check: Check): void {
  for (const bytes of [1, 8193]) {
    check(`of ${bytes} bytes that was never written is null`, async (store, partition) => {
      expect(await store.get({ key: { partition, sort: '1' }, bytes })).toBeNull();
    });
  }

  for (const size of SIZES) {
    check(`of ${size} bytes comes back as it was written`, async (store, partition) => {
      const bytes = content(size, 1);
      const page = await put(store, partition, '0000000007#0000000000#1', bytes);
      expect(hex((await store.get(page)) ?? 'nothing')).toBe(hex(bytes));
    });
  }

  check('is kept as it was when it was written', async (store, partition) => {
    const buffer = content(20_000, 1);
    const small = await put(store, partition, 'small', buffer.subarray(16, 32));
    const large = await put(store, partition, 'large', buffer.subarray(100, 10_100));
    buffer.fill(0);
    expect(hex((await store.get(small)) ?? 'nothing')).toBe(hex(content(20_000, 1).subarray(16, 32)));
    expect(hex((await store.get(large)) ?? 'nothing')).toBe(hex(content(20_000, 1).subarray(100, 10_100)));
  });

  check('of another partition or sort key is another', async (store, partition) => {
    const first = await put(store, partition, '1#2', content(10, 1));
    await put(store, partition, '1', content(10, 2));
    await put(store, `${partition}#1`, '2', content(10, 3));
    expect(hex((await store.get(first)) ?? 'nothing')).toBe(hex(content(10, 1)));
  });

  // A writer that died may have left any size: its successor's page counts, whatever lies there.
  for (const [before, after] of [
    [500, 500],
    [500, 20],
    [20_000, 20_000],
    [20_000, 9000],
    [500, 20_000],
    [20_000, 500],
  ] as const) {
    check(`of ${after} bytes takes the place of an attempt's of ${before} bytes`, async (store, partition) => {
      await put(store, partition, '1', content(before, 1));
      const page = await put(store, partition, '1', content(after, 2));
      expect(hex((await store.get(page)) ?? 'nothing')).toBe(hex(content(after, 2)));
    });
  }

  check('is not given for one of another size', async (store, partition) => {
    const { key } = await put(store, partition, '1', content(9000, 1));
    for (const bytes of [10, 8999, 9001]) expect(await store.get({ key, bytes })).toBeNull();
  });
}

function declareListTests(check: Check): void {
  check('of an empty partition is empty', async (store, partition) => {
    expect(await store.list(partition)).toEqual([]);
  });

  check('has the pages of its partition alone, each with its size', async (store, partition) => {
    const pages: PageRef[] = [];
    for (const [index, size] of [1, 8192, 8193, 20_000].entries()) {
      pages.push(await put(store, partition, `000000000${index}#0000000000#1`, content(size, 1)));
    }
    await put(store, `${partition}#`, '1', content(10, 1));
    await put(store, `${partition}0`, '1', content(10_000, 1));
    expect(sorted(await store.list(partition))).toEqual(sorted(pages));
  });

  check('keeps sort keys as they are', async (store, partition) => {
    const sorts = ['1#2', 'a/b', 'ü€😀', '%23', 'a b+c'];
    for (const sort of sorts) await put(store, partition, sort, content(9000, 1));
    expect((await store.list(partition)).map(({ key }) => key.sort).sort()).toEqual([...sorts].sort());
  });

  check('goes beyond one answer of the service', async (store, partition) => {
    // DynamoDB answers with 1 MB at most, S3 with 1,000 keys.
    const sorts = Array.from({ length: 1010 }, (_, index) => String(index).padStart(4, '0'));
    for (let from = 0; from < sorts.length; from += 50) {
      const some = sorts.slice(from, from + 50);
      await Promise.all(some.map((sort, index) => put(store, partition, sort, content(index % 2 ? 8193 : 3000, 1))));
    }
    const listed = await store.list(partition);
    expect(listed.map(({ key }) => key.sort).sort()).toEqual(sorts);
    await store.delete(listed);
    expect(await store.list(partition)).toEqual([]);
  });
}

function declareRemovalTests(check: Check): void {
  check('takes just the pages that are named', async (store, partition) => {
    const gone = [
      await put(store, partition, '1', content(10, 1)),
      await put(store, partition, '2', content(10_000, 1)),
    ];
    const kept = [
      await put(store, partition, '3', content(10, 1)),
      await put(store, partition, '4', content(10_000, 1)),
    ];
    await store.delete(gone);
    for (const page of gone) expect(await store.get(page)).toBeNull();
    expect(sorted(await store.list(partition))).toEqual(sorted(kept));
  });

  check('of pages that are gone, or named twice, is no error', async (store, partition) => {
    const small = await put(store, partition, '1', content(10, 1));
    const large = await put(store, partition, '2', content(10_000, 1));
    await store.delete([]);
    await store.delete([small, large, small, large]);
    await store.delete([small, large]);
    expect(await store.list(partition)).toEqual([]);
  });

  check('of all that is listed leaves nothing, whatever attempts there were', async (store, partition) => {
    for (const size of [10, 20_000, 10, 9000]) await put(store, partition, '1', content(size, 1));
    await store.delete(await store.list(partition));
    expect(await store.list(partition)).toEqual([]);
    for (const bytes of [10, 9000, 20_000]) {
      expect(await store.get({ key: { partition, sort: '1' }, bytes })).toBeNull();
    }
  });

  check('makes room for the same page once more', async (store, partition) => {
    for (const size of [10, 10_000]) {
      const page = await put(store, partition, '1', content(size, 1));
      await store.delete([page]);
      await store.put(page.key, content(size, 2));
      expect(hex((await store.get(page)) ?? 'nothing')).toBe(hex(content(size, 2)));
    }
  });
}

async function put(store: PageStore, partition: string, sort: string, bytes: Uint8Array): Promise<PageRef> {
  const key = { partition, sort };
  await store.put(key, bytes);
  return { key, bytes: bytes.length };
}

function content(size: number, salt: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + salt) & 0xff);
}

function sorted(pages: readonly PageRef[]): PageRef[] {
  return [...pages].sort((a, b) => (a.key.sort < b.key.sort ? -1 : 1));
}
