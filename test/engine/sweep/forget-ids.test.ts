import { MemoryStateStore } from '../../../adapters/memory/index.ts';
import { newCheckpoint } from '../../../engine/state/checkpoint.ts';
import { idsKey, idsPartition } from '../../../engine/state/keys.ts';
import { forgetIds } from '../../../engine/sweep/forget-ids.ts';

const PLAN = { by: 'id', paneMs: 1000, withinMs: 10_000 } as never;
const START_MS = Date.UTC(2026, 0, 1);

async function stateWith(items: number): Promise<MemoryStateStore> {
  const state = new MemoryStateStore();
  for (let i = 0; i < items; i++) {
    const key = idsKey('clicks', 'a', START_MS + i * 1000, i + 1);
    await state.transact([{ kind: 'put', key, version: 1, data: Buffer.alloc(1), condition: { kind: 'absent' } }]);
  }
  return state;
}
const left = async (state: MemoryStateStore) => (await state.query({ partition: idsPartition('clicks', 'a') })).length;
const forget = (state: MemoryStateStore, watermarkMs: number) =>
  forgetIds(state, 'clicks', PLAN, [newCheckpoint('a', [])], watermarkMs);

test('ids that no shard looks at any more are deleted, and those that are remembered stay', async () => {
  const state = await stateWith(60);
  await forget(state, START_MS + 40_000);
  const kept = await left(state);
  expect(kept).toBeGreaterThanOrEqual(30);
  expect(kept).toBeLessThan(60);
});

test('a backlog is deleted some at a time, the oldest first', async () => {
  const state = await stateWith(450);
  const lefts: number[] = [];
  for (let sweep = 0; sweep < 3; sweep++) {
    await forget(state, START_MS + 3_600_000);
    lefts.push(await left(state));
  }
  expect(lefts).toEqual([250, 50, 0]);
});
