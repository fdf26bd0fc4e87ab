import { MemoryStateStore } from '../../../adapters/memory/index.ts';
import type { ViewPlan } from '../../../engine/plan/plan.ts';
import { NO_EVENTS, newCheckpoint } from '../../../engine/state/checkpoint.ts';
import { rollupKey } from '../../../engine/state/keys.ts';
import {
  loadRollup,
  NO_ROLLUP,
  rollupCompleteFromMs,
  rollupWrite,
  withShard,
} from '../../../engine/state/shard-rollup.ts';
import { START_OF_TIME_MS } from '../../../engine/time/instant.ts';

const views = ['v@1', 'w@1'].map((key) => ({ key })) as ViewPlan[];
const first = {
  ...newCheckpoint('s1', []),
  counters: { ...NO_EVENTS, delivered: 3, accepted: 2, dead: 1 },
  countedLate: 2,
  clockMs: 100,
  latestEventMs: 110,
  clockArrivalMs: 105,
  views: { 'v@1': START_OF_TIME_MS, 'w@1': 50, 'gone@1': 70 },
};
const second = {
  ...newCheckpoint('s2', []),
  counters: { ...NO_EVENTS, delivered: 1, discarded: 1 },
  clockMs: 90,
  latestEventMs: 120,
  clockArrivalMs: 80,
  views: { 'v@1': START_OF_TIME_MS },
};

test('a roll-up has the sums of its shards, and the latest of what each says of time', () => {
  const rollup = withShard(withShard(NO_ROLLUP, first, views, 1000), second, views, 2000);
  expect(rollup).toEqual({
    version: 2,
    counters: { ...NO_EVENTS, delivered: 4, accepted: 2, dead: 1, discarded: 1 },
    countedLate: 2,
    clockMs: 100,
    latestEventMs: 120,
    clockArrivalMs: 105,
    // The second shard had no event of 'w' after it was deployed, so it is whole from behind that shard's latest one.
    views: { 'v@1': START_OF_TIME_MS, 'w@1': 121 },
    recent: [
      { shard: 's1', atMs: 1000 },
      { shard: 's2', atMs: 2000 },
    ],
  });
});

test('a view that is deployed later has missed all events of all shards in a roll-up', () => {
  const rollup = withShard(withShard(NO_ROLLUP, second, views, 1000), first, views, 2000);
  expect(rollupCompleteFromMs(rollup, 'later@1')).toBe(121);
  expect(rollupCompleteFromMs(NO_ROLLUP, 'later@1')).toBe(Number.NEGATIVE_INFINITY);
  expect(rollupCompleteFromMs(withShard(NO_ROLLUP, newCheckpoint('s', []), views, 0), 'v@1')).toBe(START_OF_TIME_MS);
});

test('a roll-up is stored and loaded as it is, and replaced only over the version that its writer saw', async () => {
  const state = new MemoryStateStore();
  expect(await loadRollup(state, 'clicks')).toEqual(NO_ROLLUP);
  const one = withShard(NO_ROLLUP, first, views, 1000);
  await state.transact([rollupWrite('clicks', one)]);
  expect(await loadRollup(state, 'clicks')).toEqual(one);
  expect(await state.transact([rollupWrite('clicks', withShard(NO_ROLLUP, second, views, 1000))])).toMatchObject({
    kind: 'conditionFailed',
  });
});

test('one that is damaged is refused with its key', async () => {
  const state = new MemoryStateStore();
  const [put] = [rollupWrite('clicks', withShard(NO_ROLLUP, first, views, 1000))];
  await state.transact([{ ...put, data: '{"counters":{}}' } as never]);
  await expect(loadRollup(state, 'clicks')).rejects.toMatchObject({
    code: 'stateFormat',
    message: expect.stringContaining(
      `${rollupKey('clicks').partition} / shards cannot be read: of a roll-up of shards`,
    ),
  });
});
