import { newCheckpoint } from '../../../engine/state/checkpoint.ts';
import { NO_ROLLUP } from '../../../engine/state/shard-rollup.ts';
import { idleWatermark } from '../../../engine/sweep/idle.ts';
import { endStream, sweepStream } from '../../../engine/sweep/sweep.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { at, click, MINUTE_MS, record, recordsOf } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

const minus1 = (time: string) => at(time) - MINUTE_MS;

/** Two shards, both read: `busy` up to 10:40 just now, `quiet` up to 10:10 a while ago. */
async function busyAndQuiet(): Promise<World> {
  const world = new World({ shards: ['busy', 'quiet'] });
  world.log.append('busy', record(1, click('10:40'), { arrivalMs: at('11:59:30') }));
  world.log.append('quiet', record(1, click('10:10'), { arrivalMs: at('11:50') }));
  await world.take(world.log.records('busy'), 'busy');
  await world.take(world.log.records('quiet'), 'quiet');
  return world;
}

describe('an idle shard', () => {
  test('is raised to the minimum of the active shards', async () => {
    const world = await busyAndQuiet();
    expect(await world.watermark()).toBe(minus1('10:10'));
    expect(await world.sweep()).toMatchObject({ raised: ['quiet'], watermarkMs: minus1('10:40') });
    expect(await world.checkpoint('quiet')).toMatchObject({ watermarkMs: minus1('10:40'), version: 3 });
  });

  test('is not probed before the idle timeout is over', async () => {
    const world = await busyAndQuiet();
    world.clock.set(at('11:50:59'));
    expect(await world.sweep()).toMatchObject({ raised: [] });
    expect(world.log.probed).toEqual([]);
    world.clock.set(at('11:51'));
    await world.sweep();
    expect(world.log.probed).toEqual(['quiet']);
  });

  test('that has records waiting is blocked and holds the others', async () => {
    const world = await busyAndQuiet();
    world.log.append('quiet', record(2, click('10:11'), { arrivalMs: at('11:55') }));
    expect(await world.sweep()).toMatchObject({ raised: [], watermarkMs: minus1('10:10') });
  });

  test('is raised no further than a blocked shard is', async () => {
    const world = await busyAndQuiet();
    world.log.append('quiet', record(2, click('10:11')));
    world.log.add('empty');
    await world.sweep();
    expect((await world.checkpoint('empty')).watermarkMs).toBe(minus1('10:10'));
  });

  test('keeps what it has, also the list of its last commit', async () => {
    const world = await busyAndQuiet();
    const before = await world.checkpoint('quiet');
    await world.sweep();
    const { version, watermarkMs, ...kept } = await world.checkpoint('quiet');
    expect(kept).toEqual({ ...before, version: undefined, watermarkMs: undefined });
    expect(before.manifest.length).toBe(1);
    expect([version, watermarkMs]).toEqual([before.version + 1, minus1('10:40')]);
  });

  test('is not raised where a record is committed between the probe and the mark', async () => {
    const world = await busyAndQuiet();
    world.log.onProbe = async (shard) => {
      world.log.onProbe = async () => {};
      await world.take([record(2, click('10:12'))], shard);
    };
    expect(await world.sweep()).toMatchObject({ raised: [], watermarkMs: minus1('10:12') });
    expect(await world.checkpoint('quiet')).toMatchObject({ watermarkMs: minus1('10:12') });
  });

  test('that was raised judges its next events by the raised watermark, also in a warm container', async () => {
    const world = new World({ shards: ['busy', 'quiet'], views: ['pages_on_time'] });
    const warm = world.aggregator('quiet');
    await warm.process([record(1, click('10:10'), { arrivalMs: at('11:50') })]);
    world.log.append('quiet', record(1, click('10:10')));
    await world.take([record(1, click('10:40'), { arrivalMs: at('11:59:30') })], 'busy');
    await world.sweep();
    await warm.process([record(2, click('10:12'))]);
    expect((await world.checkpoint('quiet')).counters).toMatchObject({ delivered: 2, accepted: 1, late: 1 });
  });

  test('holds the rest of a record that was cut into commit chunks', async () => {
    const world = await busyAndQuiet();
    const packed = record(2, [click('10:11'), click('10:16'), click('10:21'), click('10:26')], {
      arrivalMs: at('11:51'),
    });
    world.log.append('quiet', packed);
    world.state.limits = { items: 3 };
    // The record is cut into commit chunks, and the container dies after the first.
    world.state.script(null, 'throttled');
    await expect(world.take([packed], 'quiet')).rejects.toThrow();
    world.state.limits = {};
    const { watermarkMs } = await world.checkpoint('quiet');
    expect(await world.sweep()).toMatchObject({ raised: [], watermarkMs });
  });
});

describe('where all shards are idle', () => {
  test('event time goes on at the rate of the clock since the last arrival', async () => {
    const world = await busyAndQuiet();
    // Event time 10:40 arrived at 11:59:30, and it is 12:10: 10 minutes and a half later.
    world.clock.set(at('12:10'));
    const report = await world.sweep();
    expect(report.watermarkMs).toBe(minus1('10:50:30'));
    expect(report.raised).toEqual(['busy', 'quiet']);
    world.clock.set(at('12:11'));
    expect((await world.sweep()).watermarkMs).toBe(minus1('10:51:30'));
  });

  test('a clock that goes back does not take the watermark with it', async () => {
    const world = await busyAndQuiet();
    world.clock.set(at('12:10'));
    await world.sweep();
    world.clock.set(at('12:05'));
    expect((await world.sweep()).watermarkMs).toBe(minus1('10:50:30'));
  });

  test('an event beyond its arrival counts with its arrival', async () => {
    const world = new World();
    await world.take([record(1, click('10:04'), { arrivalMs: at('10:00') })]);
    world.log.append('s1', record(1, click('10:04')));
    world.clock.set(at('10:05'));
    expect((await world.sweep()).watermarkMs).toBe(minus1('10:05'));
  });

  test('a stream without any event stays at the start of time', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    expect(await world.sweep()).toMatchObject({ raised: [], watermarkMs: START_OF_TIME_MS, shards: 2, wakes: 0 });
    world.clock.advance(1_000 * MINUTE_MS);
    expect(await world.sweep()).toMatchObject({ raised: [], watermarkMs: START_OF_TIME_MS });
  });

  test('a source without arrival times has no clock, and its watermark stays', async () => {
    const world = new World();
    world.log.append('s1', record(1, click('10:40')));
    await world.take(world.log.records('s1'));
    expect(await world.sweep()).toMatchObject({ raised: [], watermarkMs: minus1('10:40') });
  });

  test('retired shards still tell how far event time has come', () => {
    const { stream } = new World();
    const facts = { ...newCheckpoint('s', []), watermarkMs: 0 };
    const watermarkMs = idleWatermark(
      stream,
      [
        {
          checkpoint: { ...facts, retired: true, clockMs: at('10:00'), lastArrivalMs: at('11:00') },
          probe: null,
        },
        {
          checkpoint: { ...facts, retired: false, clockMs: null, lastArrivalMs: null },
          probe: 'caughtUp',
        },
      ],
      NO_ROLLUP,
      at('11:05'),
    );
    expect(watermarkMs).toBe(minus1('10:05'));
  });

  test('shards whose checkpoints are gone still tell it too', () => {
    const { stream } = new World();
    const rollup = { clockMs: at('10:00'), lastArrivalMs: at('11:00') };
    const child = { checkpoint: newCheckpoint('s', ['p']), probe: 'caughtUp' as const };
    expect(idleWatermark(stream, [child], rollup, at('11:30'))).toBe(minus1('10:30'));
  });
});

describe('a new shard', () => {
  test('gets a checkpoint before it is read, and holds the watermark until the sweep finds it empty', async () => {
    const world = await busyAndQuiet();
    world.log.add('new');
    const report = await world.sweep();
    expect(report.shards).toBe(3);
    expect(await world.checkpoint('new')).toMatchObject({ version: 2, position: null, watermarkMs: minus1('10:40') });
  });

  test('is registered once, whoever comes first', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    await Promise.all([world.sweep(), world.take(recordsOf([click('10:01')]), 's1'), world.take([], 's2')]);
    expect((await world.checkpoints()).map(({ shard }) => shard)).toEqual(['s1', 's2']);
    expect(await world.counters()).toMatchObject({ accepted: 1 });
  });

  test('that two writers register at once conflicts in the store, and the slower one goes on', async () => {
    const world = new World();
    world.state.script('conflict');
    world.state.onTransact = async () => {
      world.state.onTransact = async () => {};
      await world.aggregator('s1', { state: world.stores.state }).process([]);
    };
    await world.take(recordsOf([click('10:01')]));
    expect(await world.counters()).toMatchObject({ accepted: 1 });
  });
});

describe('a sweep that fails', () => {
  test('has no write in flight any more when it reports the failure', async () => {
    const world = await busyAndQuiet();
    world.log.add('new');
    await world.sweep();
    world.clock.set(at('12:30'));
    let inFlight = 0;
    const { state } = world;
    const slow = {
      get: state.get.bind(state),
      query: state.query.bind(state),
      delete: state.delete.bind(state),
      transact: async (writes: Parameters<typeof state.transact>[0]) => {
        if (writes[0]?.key.sort === 'busy') throw new Error('No connection.');
        inFlight++;
        for (let turn = 0; turn < 50; turn++) await Promise.resolve();
        inFlight--;
        return state.transact(writes);
      },
    };
    await expect(sweepStream(world.stream, { ...world.ports, state: slow })).rejects.toThrow('No connection.');
    expect(inFlight).toBe(0);
  });

  test('because a shard cannot be probed says so, and raises nothing that it does not know', async () => {
    const world = await busyAndQuiet();
    world.log.onProbe = async () => {
      throw new Error('Rate of probes exceeded.');
    };
    await expect(world.sweep()).rejects.toThrow('Rate of probes exceeded.');
    expect(await world.watermark()).toBe(minus1('10:10'));
    world.log.onProbe = async () => {};
    expect(await world.sweep()).toMatchObject({ raised: ['quiet'] });
  });
});

describe('a shard that cannot be probed', () => {
  test('holds the watermark, fails the sweep, and does not keep it from waking finalizers', async () => {
    const world = new World({ shards: ['busy', 'broken'] });
    for (const shard of ['busy', 'broken']) await world.take(recordsOf([click('10:01'), click('10:08')]), shard);
    await world.wakes();
    world.log.onProbe = async () => {
      throw new Error('The source does not answer.');
    };
    const before = await world.watermark();
    await expect(world.sweep()).rejects.toThrow('The source does not answer.');
    expect(await world.watermark()).toBe(before);
    expect((await world.wakes()).length).toBeGreaterThan(0);
  });
});

describe('the end of a stream', () => {
  test('takes every shard to the end of time, and what arrives afterwards is late', async () => {
    const world = new World({ views: ['pages_on_time'] });
    await world.take(recordsOf([click('10:01')]));
    await world.end();
    expect(await world.watermark()).toBe(END_OF_TIME_MS);
    expect(await world.summary('pages_on_time')).toEqual(['10:00 /a 1']);
    await world.take(recordsOf([click('10:02')], 2));
    expect(await world.counters()).toMatchObject({ accepted: 1, late: 1 });
  });

  test('is refused where another writer is at work', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01')]));
    world.state.beforeWriteOf(
      ({ partition }) => partition.startsWith('checkpoint'),
      () => world.aggregator('s1', { state: world.stores.state }).process([record(2, click('10:02'))]),
    );
    await expect(endStream(world.stream, world.state)).rejects.toThrow(
      "Stream 'clicks', shard s1: another writer is at work",
    );
  });
});
