import { MemoryStateStore } from '../../../adapters/memory/index.ts';
import {
  addCounters,
  checkpointWrite,
  listCheckpoints,
  loadCheckpoint,
  NO_EVENTS,
  newCheckpoint,
  replaceCheckpoint,
} from '../../../engine/state/checkpoint.ts';
import { checkpointKey, progressKey } from '../../../engine/state/keys.ts';
import { loadProgress, NO_PROGRESS, progressWrite } from '../../../engine/state/progress.ts';
import { globalWatermark } from '../../../engine/state/watermark.ts';
import { START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { at } from '../../support/clicks.ts';

const text = (key: { partition: string; sort: string }, data: string | Uint8Array) =>
  [{ kind: 'put', key, version: 1, data, condition: { kind: 'absent' } }] as const;

describe('a checkpoint', () => {
  test('is stored and loaded as it is, with its version', async () => {
    const state = new MemoryStateStore();
    const unread = newCheckpoint('s1', ['p1', 'p2'], at('10:00'));
    const full = {
      ...unread,
      version: 1,
      generation: 4,
      position: { sequence: '9'.repeat(129), index: 3 },
      clockMs: at('10:01'),
      latestEventMs: at('10:02'),
      clockArrivalMs: at('10:01'),
      counters: { delivered: 6, accepted: 1, late: 2, dead: 1, duplicate: 1, discarded: 1 },
      countedLate: 1,
      manifest: [{ key: { partition: 'segment#v#0#s1', sort: 'x' }, version: 2 }],
      views: { 'v@1': START_OF_TIME_MS },
    };
    await state.transact([checkpointWrite('clicks', unread, full)]);
    expect(await loadCheckpoint(state, 'clicks', 's1')).toEqual(full);
    expect(await loadCheckpoint(state, 'clicks', 's2')).toBeNull();
    expect(await listCheckpoints(state, 'other')).toEqual([]);
  });

  test('of code that did not count late events that are counted has none', async () => {
    const state = new MemoryStateStore();
    const { version, countedLate, ...before } = newCheckpoint('s1', []);
    await state.transact(text(checkpointKey('clicks', 's1'), JSON.stringify(before)));
    expect(await loadCheckpoint(state, 'clicks', 's1')).toEqual({ ...before, version: version + 1, countedLate });
  });

  test('is replaced only over the version that its writer saw', async () => {
    const state = new MemoryStateStore();
    const unread = newCheckpoint('s1', []);
    expect(await replaceCheckpoint(state, 'clicks', unread, { watermarkMs: at('10:00') })).toBe(true);
    expect(await replaceCheckpoint(state, 'clicks', unread, { watermarkMs: at('11:00') })).toBe(false);
    const [stored] = await listCheckpoints(state, 'clicks');
    expect(stored).toEqual({ ...unread, version: 1, watermarkMs: at('10:00') });
  });

  test('goes from one version to the next and to no other', () => {
    const unread = newCheckpoint('s1', []);
    expect(() => checkpointWrite('clicks', unread, { ...unread, version: 2 })).toThrow('from version 0 to 2');
    expect(() => checkpointWrite('clicks', unread, unread)).toThrow('from version 0 to 0');
  });

  test('that is bytes is refused with its key', async () => {
    const state = new MemoryStateStore();
    await state.transact(text(checkpointKey('clicks', 's1'), Uint8Array.of(1)));
    await expect(loadCheckpoint(state, 'clicks', 's1')).rejects.toMatchObject({
      code: 'stateFormat',
      message: expect.stringContaining('checkpoint#clicks / s1 cannot be read: a checkpoint is text'),
    });
  });
});

describe('progress', () => {
  test('is at the start of time before anything is finalized, and stored with its version', async () => {
    const state = new MemoryStateStore();
    expect(await loadProgress(state, 'v@1', 0)).toEqual(NO_PROGRESS);
    const next = { ...NO_PROGRESS, version: 1, closedUpToMs: at('10:00'), held: true, unfinishedEpoch: 0 };
    await state.transact([progressWrite('v@1', 0, NO_PROGRESS, next)]);
    expect(await loadProgress(state, 'v@1', 0)).toEqual(next);
    expect(await loadProgress(state, 'v@1', 1)).toEqual(NO_PROGRESS);
    const again = await state.transact([progressWrite('v@1', 0, NO_PROGRESS, next)]);
    expect(again.kind).toBe('conditionFailed');
  });

  test('goes from one version to the next, and is text', async () => {
    const state = new MemoryStateStore();
    expect(() => progressWrite('v@1', 0, NO_PROGRESS, NO_PROGRESS)).toThrow('from version 0 to 0');
    await state.transact(text(progressKey('v@1', 0), Uint8Array.of(1)));
    await expect(loadProgress(state, 'v@1', 0)).rejects.toMatchObject({ code: 'stateFormat' });
  });
});

describe('counters', () => {
  test('add up one by one', () => {
    const some = { delivered: 15, accepted: 1, late: 2, dead: 3, duplicate: 4, discarded: 5 };
    expect(addCounters(some, some)).toEqual({
      delivered: 30,
      accepted: 2,
      late: 4,
      dead: 6,
      duplicate: 8,
      discarded: 10,
    });
    expect(addCounters(NO_EVENTS, some)).toEqual(some);
  });
});

describe('the global watermark', () => {
  const shardAt = (time: string, retired = false) => ({ ...newCheckpoint(time, [], at(time)), retired });

  test('is the minimum of all shards that are not retired', () => {
    expect(globalWatermark([shardAt('10:05'), shardAt('10:01'), shardAt('10:09')])).toBe(at('10:01'));
    expect(globalWatermark([shardAt('10:05'), shardAt('10:01', true)])).toBe(at('10:05'));
  });

  test('is the start of time where there are no shards, or one that has seen nothing', () => {
    expect(globalWatermark([])).toBe(START_OF_TIME_MS);
    expect(globalWatermark([shardAt('10:05', true)])).toBe(START_OF_TIME_MS);
    expect(globalWatermark([shardAt('10:05'), newCheckpoint('s', [])])).toBe(START_OF_TIME_MS);
  });
});
