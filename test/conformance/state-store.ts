import { CommitTooLargeError } from '../../engine/ports/errors.ts';
import { COMMIT_LIMITS, type Item, type ItemWrite, type StateStore } from '../../engine/ports/state-store.ts';
import { fresh, hex } from './fresh.ts';

export interface StateStoreFixture {
  readonly store: StateStore;
  close?(): Promise<void>;
}

/**
 * What every `StateStore` does. Each test uses partitions of its own: `create` may give a shared database. `kind` begins their
 * names, where a store tells items by it.
 */
export function stateStoreConformance(name: string, create: () => Promise<StateStoreFixture>, kind = 'state'): void {
  const check = (fact: string, body: (store: StateStore, partition: string) => Promise<void>) => {
    test(fact, async () => {
      const fixture = await create();
      try {
        await body(fixture.store, fresh(kind));
      } finally {
        await fixture.close?.();
      }
    });
  };
  describe(name, () => {
    describe('an item', () => declareItemTests(check));
    describe('a transaction', () => declareTransactionTests(check));
    describe('a query', () => declareQueryTests(check));
    describe('the limits of a commit', () => declareLimitTests(check));
    describe('removal', () => declareRemovalTests(check));
  });
}

type Check = (fact: string, body: (store: StateStore, partition: string) => Promise<void>) => void;

function declareItemTests(check: Check): void {
  check('that was never written is null', async (store, partition) => {
    expect(await store.get({ partition, sort: 'a' })).toBeNull();
  });

  for (const text of ['', 'checkpoint', 'ü€😀 "quoted" \n\u0000 end', '{"a":[1,null]}']) {
    check(`keeps the text ${JSON.stringify(text)}`, async (store, partition) => {
      await commit(store, [put(partition, 'a', { data: text })]);
      expect(await store.get({ partition, sort: 'a' })).toEqual({
        key: { partition, sort: 'a' },
        version: 1,
        data: text,
      });
    });
  }

  const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (const [title, bytes] of [
    ['no bytes at all', new Uint8Array(0)],
    ['every value of a byte', everyByte],
    ['a view of a larger buffer', everyByte.subarray(16, 32)],
  ] as const) {
    check(`keeps bytes: ${title}`, async (store, partition) => {
      await commit(store, [put(partition, 'a', { data: bytes })]);
      const item = await store.get({ partition, sort: 'a' });
      expect(item?.data).toBeInstanceOf(Uint8Array);
      expect(hex(item?.data ?? 'nothing')).toBe(hex(bytes));
    });
  }

  check('does not change when the caller reuses its buffer', async (store, partition) => {
    const buffer = Uint8Array.of(1, 2, 3);
    await commit(store, [put(partition, 'a', { data: buffer })]);
    buffer.fill(9);
    expect(hex((await store.get({ partition, sort: 'a' }))?.data ?? 'nothing')).toBe('010203');
  });

  check('does not change when a reader changes what it got', async (store, partition) => {
    await commit(store, [put(partition, 'a', { data: Uint8Array.of(1, 2, 3) })]);
    for (const item of [await store.get({ partition, sort: 'a' }), ...(await store.query({ partition }))]) {
      if (item === null || typeof item.data === 'string') throw new Error('Bytes were expected.');
      item.data.fill(9);
    }
    expect(hex((await store.get({ partition, sort: 'a' }))?.data ?? 'nothing')).toBe('010203');
  });

  check('keeps its version, however large', async (store, partition) => {
    await commit(store, [put(partition, 'a', { version: Number.MAX_SAFE_INTEGER })]);
    expect((await store.get({ partition, sort: 'a' }))?.version).toBe(Number.MAX_SAFE_INTEGER);
  });

  check('may turn from text to bytes', async (store, partition) => {
    await commit(store, [put(partition, 'a', { data: 'text' })]);
    const data = Uint8Array.of(7);
    await commit(store, [put(partition, 'a', { data, version: 2, condition: { kind: 'version', is: 1 } })]);
    expect(hex((await store.get({ partition, sort: 'a' }))?.data ?? 'nothing')).toBe('07');
  });

  check('of the same sort key in another partition is another item', async (store, partition) => {
    await commit(store, [put(partition, 'a', { data: 'one' }), put(`${partition}#`, 'a', { data: 'two' })]);
    expect((await store.get({ partition, sort: 'a' }))?.data).toBe('one');
    expect((await store.get({ partition: `${partition}#`, sort: 'a' }))?.data).toBe('two');
  });
}

function declareTransactionTests(check: Check): void {
  check('of nothing is committed', async (store) => {
    expect(await store.transact([])).toEqual({ kind: 'committed' });
  });

  check('whose items must be absent fails where one is there', async (store, partition) => {
    await commit(store, [put(partition, 'a', { data: 'first' })]);
    expect(await store.transact([put(partition, 'a', { data: 'second' })])).toEqual(failed(partition, 'a'));
    expect((await store.get({ partition, sort: 'a' }))?.data).toBe('first');
  });

  check('replaces an item at the version that it expects', async (store, partition) => {
    await commit(store, [put(partition, 'a', { version: 7 })]);
    await commit(store, [put(partition, 'a', { version: 8, data: 'new', condition: { kind: 'version', is: 7 } })]);
    expect(await store.get({ partition, sort: 'a' })).toEqual({
      key: { partition, sort: 'a' },
      version: 8,
      data: 'new',
    });
  });

  for (const [title, is] of [
    ['an older', 6],
    ['a newer', 8],
  ] as const) {
    check(`that expects ${title} version fails`, async (store, partition) => {
      await commit(store, [put(partition, 'a', { version: 7, data: 'old' })]);
      const write = put(partition, 'a', { version: is + 1, data: 'new', condition: { kind: 'version', is } });
      expect(await store.transact([write])).toEqual(failed(partition, 'a'));
      expect(await store.get({ partition, sort: 'a' })).toMatchObject({ version: 7, data: 'old' });
    });
  }

  check('that expects a version fails where there is no item', async (store, partition) => {
    const write = put(partition, 'a', { version: 2, condition: { kind: 'version', is: 1 } });
    expect(await store.transact([write])).toEqual(failed(partition, 'a'));
    expect(await store.get({ partition, sort: 'a' })).toBeNull();
  });

  check('with one failed condition writes nothing, and names the key', async (store, partition) => {
    await commit(store, [put(partition, 'kept', { data: 'kept' }), put(partition, 'old', { version: 3, data: 'old' })]);
    const outcome = await store.transact([
      put(partition, 'new'),
      { kind: 'delete', key: { partition, sort: 'kept' }, condition: { kind: 'version', is: 1 } },
      put(partition, 'old', { version: 3, condition: { kind: 'version', is: 2 } }),
      put(`${partition}-other`, 'new'),
    ]);
    expect(outcome).toEqual(failed(partition, 'old'));
    expect((await store.query({ partition })).map((item) => [item.key.sort, item.data])).toEqual([
      ['kept', 'kept'],
      ['old', 'old'],
    ]);
    expect(await store.query({ partition: `${partition}-other` })).toEqual([]);
  });

  check('names every key whose condition failed, in the order of the writes', async (store, partition) => {
    await commit(store, [put(partition, 'z'), put(partition, 'a')]);
    const outcome = await store.transact([
      put(partition, 'z'),
      put(partition, 'fine'),
      { kind: 'delete', key: { partition, sort: 'gone' }, condition: { kind: 'version', is: 1 } },
      put(partition, 'a', { version: 6, condition: { kind: 'version', is: 5 } }),
    ]);
    expect(outcome).toEqual(failed(partition, 'z', 'gone', 'a'));
  });

  check('writes to many partitions at once', async (store, partition) => {
    const partitions = Array.from({ length: COMMIT_LIMITS.items }, (_, i) => `${partition}-${i}`);
    await commit(
      store,
      partitions.map((each) => put(each, 'a', { data: each })),
    );
    const items = await Promise.all(partitions.map((each) => store.get({ partition: each, sort: 'a' })));
    expect(items.map((item) => item?.data)).toEqual(partitions);
  });

  check('that writes one key twice is refused as a mistake of the caller', async (store, partition) => {
    const twice = [put(partition, 'a'), put(partition, 'a', { version: 2, condition: { kind: 'version', is: 1 } })];
    await expect(store.transact(twice)).rejects.toThrow(/twice/);
    const putAndDelete: ItemWrite[] = [
      put(partition, 'b'),
      { kind: 'delete', key: { partition, sort: 'b' }, condition: { kind: 'absent' } },
    ];
    await expect(store.transact(putAndDelete)).rejects.toThrow(/twice/);
    expect(await store.query({ partition })).toEqual([]);
  });

  check('of two writers to one version lets exactly one win', async (store, partition) => {
    await commit(store, [put(partition, 'checkpoint'), put(partition, 'counter', { data: '' })]);
    const writers = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const outcomes = await Promise.all(
      writers.map(async (writer) => {
        const writes = [
          put(partition, 'checkpoint', { version: 2, data: writer, condition: { kind: 'version', is: 1 } }),
          put(partition, `segment-${writer}`, { data: writer }),
        ];
        return (await untilSettled(() => store.transact(writes))).kind;
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
    const winner = writers[outcomes.indexOf('committed')] as string;
    expect((await store.query({ partition })).map((item) => [item.key.sort, item.data])).toEqual([
      ['checkpoint', winner],
      ['counter', ''],
      [`segment-${winner}`, winner],
    ]);
  });

  check('of writers that each read, raise and retry loses no write', async (store, partition) => {
    await commit(store, [put(partition, 'sum', { data: '0' })]);
    await Promise.all([1, 2, 4, 8, 16].map((amount) => addTo(store, partition, amount)));
    expect(await store.get({ partition, sort: 'sum' })).toMatchObject({ version: 6, data: '31' });
  });
}

function declareQueryTests(check: Check): void {
  const sorts = async (
    store: StateStore,
    partition: string,
    range: { from?: string; to?: string; limit?: number } = {},
  ) => (await store.query({ partition, ...range })).map((item) => item.key.sort);

  check('of an unknown partition is empty', async (store, partition) => {
    expect(await store.query({ partition })).toEqual([]);
  });

  check('gives items whole and in the order of their sort keys', async (store, partition) => {
    await commit(store, [
      put(partition, 'b', { data: Uint8Array.of(2) }),
      put(partition, 'a', { data: 'one', version: 4 }),
    ]);
    expect(await store.query({ partition })).toEqual([
      { key: { partition, sort: 'a' }, version: 4, data: 'one' },
      { key: { partition, sort: 'b' }, version: 1, data: expect.any(Uint8Array) },
    ]);
  });

  check('starts at `from` and ends before `to`', async (store, partition) => {
    await commit(
      store,
      ['a', 'a#1', 'a#2', 'aa', 'b', 'b#1', 'c'].map((sort) => put(partition, sort)),
    );
    expect(await sorts(store, partition)).toEqual(['a', 'a#1', 'a#2', 'aa', 'b', 'b#1', 'c']);
    expect(await sorts(store, partition, { from: 'a#1' })).toEqual(['a#1', 'a#2', 'aa', 'b', 'b#1', 'c']);
    expect(await sorts(store, partition, { to: 'b' })).toEqual(['a', 'a#1', 'a#2', 'aa']);
    expect(await sorts(store, partition, { from: 'a#', to: 'a$' })).toEqual(['a#1', 'a#2']);
    expect(await sorts(store, partition, { from: 'a#1', to: 'b#1' })).toEqual(['a#1', 'a#2', 'aa', 'b']);
    expect(await sorts(store, partition, { from: 'a#1\u0000', to: 'b#1\u0000' })).toEqual(['a#2', 'aa', 'b', 'b#1']);
  });

  check('between a key and itself, or backwards, is empty', async (store, partition) => {
    await commit(store, [put(partition, 'a'), put(partition, 'b')]);
    expect(await sorts(store, partition, { from: 'a', to: 'a' })).toEqual([]);
    expect(await sorts(store, partition, { from: 'b', to: 'a' })).toEqual([]);
  });

  check('gives at most `limit` items, the first ones', async (store, partition) => {
    await commit(
      store,
      ['a', 'b', 'c', 'd'].map((sort) => put(partition, sort)),
    );
    expect(await sorts(store, partition, { limit: 1 })).toEqual(['a']);
    expect(await sorts(store, partition, { from: 'b', limit: 2 })).toEqual(['b', 'c']);
    expect(await sorts(store, partition, { from: 'b', to: 'd', limit: 2 })).toEqual(['b', 'c']);
    expect(await sorts(store, partition, { from: 'b', to: 'c', limit: 2 })).toEqual(['b']);
    expect(await sorts(store, partition, { limit: 100 })).toEqual(['a', 'b', 'c', 'd']);
  });

  check('sorts by the bytes of UTF-8, not by UTF-16 units', async (store, partition) => {
    // U+FF61 and U+1F600: UTF-16 puts the second, a surrogate pair, before the first.
    const ordered = ['#', '1', '10', '2', 'A', 'Z', 'a', 'b', 'é', '€', '\uFF61', '\u{1F600}'];
    await commit(
      store,
      [...ordered].reverse().map((sort) => put(partition, sort)),
    );
    expect(await sorts(store, partition)).toEqual(ordered);
    expect(await sorts(store, partition, { from: '\uFF61' })).toEqual(['\uFF61', '\u{1F600}']);
    expect(await sorts(store, partition, { from: '€', to: '\u{1F600}' })).toEqual(['€', '\uFF61']);
  });

  check('sees one partition only', async (store, partition) => {
    await commit(store, [put(partition, 'a'), put(`${partition}#1`, 'b'), put(`${partition}\u0000`, 'c')]);
    expect(await sorts(store, partition)).toEqual(['a']);
  });

  check('gives everything, however many pages it takes', async (store, partition) => {
    const sortOf = (i: number) => `pane#${String(i).padStart(3, '0')}`;
    const all = Array.from({ length: 30 }, (_, i) => sortOf(i));
    await commit(
      store,
      all.map((sort, i) => put(partition, sort, { data: new Uint8Array(60_000).fill(i) })),
    );
    const items = await store.query({ partition });
    expect(items.map((item) => item.key.sort)).toEqual(all);
    expect(items.map((item) => item.data.length)).toEqual(all.map(() => 60_000));
    expect(items.map((item) => (item.data as Uint8Array)[59_999])).toEqual(all.map((_, i) => i));
    expect(await sorts(store, partition, { limit: 25 })).toEqual(all.slice(0, 25));
    expect(await sorts(store, partition, { from: sortOf(3), to: sortOf(28) })).toEqual(all.slice(3, 28));
  });

  check('leaves out what was deleted', async (store, partition) => {
    await commit(store, [put(partition, 'a'), put(partition, 'b')]);
    await commit(store, [{ kind: 'delete', key: { partition, sort: 'a' }, condition: { kind: 'version', is: 1 } }]);
    expect(await sorts(store, partition)).toEqual(['b']);
  });
}

function declareLimitTests(check: Check): void {
  const refuses = async (store: StateStore, partition: string, writes: readonly ItemWrite[]) => {
    await expect(store.transact(writes)).rejects.toBeInstanceOf(CommitTooLargeError);
    expect(await store.query({ partition })).toEqual([]);
  };
  const items = (partition: string, count: number, bytes: number) =>
    Array.from({ length: count }, (_, i) => put(partition, `item-${i}`, { data: new Uint8Array(bytes) }));

  check(`allow ${COMMIT_LIMITS.items} items, and not one more`, async (store, partition) => {
    await refuses(store, partition, items(partition, COMMIT_LIMITS.items + 1, 1));
    await commit(store, items(partition, COMMIT_LIMITS.items, 1));
    expect(await store.query({ partition })).toHaveLength(COMMIT_LIMITS.items);
  });

  check('refuse an item that is too large', async (store, partition) => {
    await refuses(store, partition, [
      ...items(partition, 1, 1),
      put(partition, 'large', { data: new Uint8Array(COMMIT_LIMITS.itemBytes) }),
    ]);
  });

  check('count text by its bytes', async (store, partition) => {
    await refuses(store, partition, [put(partition, 'text', { data: 'ü'.repeat(COMMIT_LIMITS.itemBytes / 2) })]);
  });

  check('allow an item just below them', async (store, partition) => {
    const length = COMMIT_LIMITS.itemBytes - 1000;
    await commit(store, [put(partition, 'large', { data: new Uint8Array(length).fill(5) })]);
    expect((await store.get({ partition, sort: 'large' }))?.data).toHaveLength(length);
  });

  check('refuse a commit whose items are too large together, and allow one just below', async (store, partition) => {
    const each = COMMIT_LIMITS.bytes / 20;
    await refuses(store, partition, items(partition, 20, each));
    await commit(store, items(partition, 20, each - 1000));
    expect(await store.query({ partition })).toHaveLength(20);
  });

  check('refuse keys that are empty or too long', async (store, partition) => {
    await expect(store.transact([put(partition, '')])).rejects.toThrow(/sort key .* 1 to 1024/);
    await expect(store.transact([put('', 'a')])).rejects.toThrow(/partition key .* 1 to 2048/);
    await expect(store.transact([put(partition, 'é'.repeat(513))])).rejects.toThrow(/sort key .* 1026 bytes/);
    await commit(store, [put(partition, 'é'.repeat(512))]);
    expect(await store.query({ partition })).toHaveLength(1);
  });
}

function declareRemovalTests(check: Check): void {
  check('in a transaction obeys its condition', async (store, partition) => {
    const key = { partition, sort: 'a' };
    await commit(store, [put(partition, 'a', { version: 3 })]);
    expect(await store.transact([{ kind: 'delete', key, condition: { kind: 'version', is: 2 } }])).toEqual(
      failed(partition, 'a'),
    );
    expect(await store.transact([{ kind: 'delete', key, condition: { kind: 'absent' } }])).toEqual(
      failed(partition, 'a'),
    );
    expect(await store.get(key)).not.toBeNull();
    await commit(store, [{ kind: 'delete', key, condition: { kind: 'version', is: 3 } }]);
    expect(await store.get(key)).toBeNull();
  });

  check('leaves a key that can be written as if it had never been', async (store, partition) => {
    await commit(store, [put(partition, 'a', { version: 3 })]);
    await commit(store, [{ kind: 'delete', key: { partition, sort: 'a' }, condition: { kind: 'version', is: 3 } }]);
    await commit(store, [put(partition, 'a', { data: 'again' })]);
    expect(await store.get({ partition, sort: 'a' })).toMatchObject({ version: 1, data: 'again' });
  });

  check('without conditions takes any number of keys, absent ones and doubles among them', async (store, partition) => {
    const all = Array.from({ length: 60 }, (_, i) => `item-${String(i).padStart(2, '0')}`);
    await commit(
      store,
      all.map((sort) => put(partition, sort)),
    );
    const removed = all.filter((_, i) => i % 7 !== 0);
    const absent = Array.from({ length: 40 }, (_, i) => `absent-${i}`);
    const keys = [...removed, ...absent, ...removed.slice(0, 3)].map((sort) => ({ partition, sort }));
    await store.delete(keys);
    expect((await store.query({ partition })).map((item) => item.key.sort)).toEqual(all.filter((_, i) => i % 7 === 0));
  });

  check('of no keys does nothing', async (store, partition) => {
    await commit(store, [put(partition, 'a')]);
    await store.delete([]);
    expect(await store.query({ partition })).toHaveLength(1);
  });
}

function put(
  partition: string,
  sort: string,
  rest: Partial<Omit<Extract<ItemWrite, { kind: 'put' }>, 'kind' | 'key'>> = {},
): ItemWrite {
  return { kind: 'put', key: { partition, sort }, version: 1, data: 'data', condition: { kind: 'absent' }, ...rest };
}

function failed(partition: string, ...sorts: string[]) {
  return { kind: 'conditionFailed', keys: sorts.map((sort) => ({ partition, sort })) };
}

async function commit(store: StateStore, writes: readonly ItemWrite[]): Promise<void> {
  expect(await store.transact(writes)).toEqual({ kind: 'committed' });
}

/** Retries where a store says that nothing was written because of another transaction. */
async function untilSettled<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (tries === 50 || (code !== 'conflict' && code !== 'throttled')) throw error;
    }
  }
}

async function addTo(store: StateStore, partition: string, amount: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const item = (await store.get({ partition, sort: 'sum' })) as Item;
    const condition = { kind: 'version', is: item.version } as const;
    const data = String(Number(item.data) + amount);
    const writes = [put(partition, 'sum', { version: item.version + 1, data, condition })];
    if ((await untilSettled(() => store.transact(writes))).kind === 'committed') return;
  }
  throw new Error('A writer lost 200 times in a row.');
}
