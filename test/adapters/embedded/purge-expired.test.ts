import { openEmbedded } from '../../../adapters/embedded/index.ts';
import { memoryStores } from '../../../adapters/memory/index.ts';
import type { ItemWrite } from '../../../engine/ports/state-store.ts';

const fixed = { nowMs: () => 0 };

describe.each([
  ['EmbeddedStateStore', () => openEmbedded(':memory:', fixed)],
  ['MemoryStateStore', () => memoryStores(fixed)],
])('%s.purgeExpired', (_name, open) => {
  test('removes what expired before the given second, and nothing else', async () => {
    const { state } = open();
    const put = (sort: string, expiresAtSeconds?: number): ItemWrite => {
      const expiry = expiresAtSeconds === undefined ? {} : { expiresAtSeconds };
      return {
        kind: 'put',
        key: { partition: 'p', sort },
        version: 1,
        data: '',
        condition: { kind: 'absent' },
        ...expiry,
      };
    };
    await state.transact([
      put('long ago', 1),
      put('just before', 999),
      put('now', 1000),
      put('later', 1001),
      put('never'),
    ]);
    expect(await state.purgeExpired(1000)).toBe(2);
    const left = (await state.query({ partition: 'p' })).map((item) => item.key.sort);
    expect(left).toEqual(['later', 'never', 'now']);
    expect(await state.purgeExpired(1000)).toBe(0);
  });
});
