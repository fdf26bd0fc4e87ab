import { durationMs } from '../../../engine/ir/duration.ts';
import { newCheckpoint } from '../../../engine/state/checkpoint.ts';
import { NO_ROLLUP } from '../../../engine/state/shard-rollup.ts';
import { idleWatermark } from '../../../engine/sweep/idle.ts';
import { endStream, type SweepReport, sweepStream } from '../../../engine/sweep/sweep.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { at, click, MINUTE_MS, record, recordsOf } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

const minus1 = (time: string) => at(time) - MINUTE_MS;

/** Two shards, both read: `busy` up to 10:40, `quiet` up to 10:10. Records arrived half a minute after their events. */
async function busyAndQuiet(): Promise<World> {
  const world = new World({ shards: ['busy', 'quiet'] });
  await arrive(world, 'busy', '10:40');
  await arrive(world, 'quiet', '10:10');
  return world;
}

async function arrive(world: World, shard: string, time: string): Promise<void> {
  const next = record(world.log.records(shard).length + 1, click(time), { arrivalMs: at(time) + 30_000 });
  world.log.append(shard, next);
  await world.take([next], shard);
}

/** A minute in which `busy` goes on and `quiet` does not. */
async function busyMinute(world: World, time: string): Promise<SweepReport> {
  world.clock.advance(MINUTE_MS);
  await arrive(world, 'busy', time);
  return world.sweep();
}

describe('an idle shard', () => {
  test('is raised to the minimum of the active shards', async () => {
    const world = await busyAndQuiet();
    expect(await world.sweep()).toMatchObject({ raised: [], watermarkMs: minus1('10:10') });
    expect(await busyMinute(world, '10:41')).toMatchObject({ raised: ['quiet'], watermarkMs: minus1('10:41') });
    expect(await world.checkpoint('quiet')).toMatchObject({ watermarkMs: minus1('10:41'), version: 3 });
  });

  test('is idle once sweeps have seen it stand for the idle timeout', async () => {
    const world = new World({ shards: ['busy', 'quiet'], idleTimeout: '3 minutes' });
    await arrive(world, 'busy', '10:40');
    await arrive(world, 'quiet', '10:10');
    await world.sweep();
    expect(await busyMinute(world, '10:41')).toMatchObject({ raised: [] });
    expect(await busyMinute(world, '10:42')).toMatchObject({ raised: [] });
    expect(await busyMinute(world, '10:43')).toMatchObject({ raised: ['quiet'] });
  });

  test('begins anew with every record', async () => {
    const world = new World({ shards: ['busy', 'quiet'], idleTimeout: '2 minutes' });
    await arrive(world, 'busy', '10:40');
    await arrive(world, 'quiet', '10:10');
    await world.sweep();
    await busyMinute(world, '10:41');
    await arrive(world, 'quiet', '10:11');
    expect(await busyMinute(world, '10:42')).toMatchObject({ raised: [] });
    expect(await busyMinute(world, '10:43')).toMatchObject({ raised: [] });
    expect(await busyMinute(world, '10:44')).toMatchObject({ raised: ['quiet'] });
  });

  test('is not probed while it goes on, for that says enough', async () => {
    const world = await busyAndQuiet();
    await world.sweep();
    world.log.probed = [];
    await busyMinute(world, '10:41');
    expect(world.log.probed).toEqual(['quiet']);
  });

  test('that has records waiting is blocked and holds the others', async () => {
    const world = await busyAndQuiet();
    world.log.append('quiet', record(2, click('10:11')));
    await world.sweep();
    expect(await busyMinute(world, '10:41')).toMatchObject({ raised: [], watermarkMs: minus1('10:10') });
  });

  test('is raised no further than a blocked shard is', async () => {
    const world = await busyAndQuiet();
    world.log.append('quiet', record(2, click('10:11')));
    world.log.add('empty');
    await world.sweepFor(1);
    expect((await world.checkpoint('empty')).watermarkMs).toBe(minus1('10:10'));
  });

  test('keeps what it has, also the list of its last commit', async () => {
    const world = await busyAndQuiet();
    const before = await world.checkpoint('quiet');
    await world.sweep();
    await busyMinute(world, '10:41');
    const { version, watermarkMs, ...kept } = await world.checkpoint('quiet');
    expect(kept).toEqual({ ...before, version: undefined, watermarkMs: undefined });
    expect(before.manifest.length).toBe(1);
    expect([version, watermarkMs]).toEqual([before.version + 1, minus1('10:41')]);
  });

  test('is not raised where a record is committed between the probe and the mark', async () => {
    const world = await busyAndQuiet();
    await world.sweep();
    world.log.onProbe = async (shard) => {
      world.log.onProbe = async () => {};
      await world.take([record(2, click('10:12'))], shard);
    };
    expect(await busyMinute(world, '10:41')).toMatchObject({ raised: [], watermarkMs: minus1('10:12') });
    expect(await world.checkpoint('quiet')).toMatchObject({ watermarkMs: minus1('10:12') });
  });

  test('that was raised judges its next events by the raised watermark, also in a warm container', async () => {
    const world = new World({ shards: ['busy', 'quiet'], views: ['pages_on_time'] });
    const warm = world.aggregator('quiet');
    await warm.process([record(1, click('10:10'), { arrivalMs: at('10:10') })]);
    world.log.append('quiet', record(1, click('10:10')));
    await arrive(world, 'busy', '10:40');
    await world.sweep();
    await busyMinute(world, '10:41');
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
    expect(await world.sweepFor(3)).toMatchObject({ raised: [], watermarkMs });
  });
});

describe('where all shards are idle', () => {
  test('event time goes on from the latest event by the time that they were seen idle, beyond the timeout', async () => {
    const world = await busyAndQuiet();
    expect(await world.sweepFor(1)).toMatchObject({ watermarkMs: minus1('10:40'), raised: ['quiet'] });
    expect(await world.sweepFor(1)).toMatchObject({ watermarkMs: minus1('10:41'), raised: ['busy', 'quiet'] });
    expect(await world.sweepFor(10)).toMatchObject({ watermarkMs: minus1('10:51') });
  });

  test.each(['5 minutes', '8 hours', '21 days'] as const)('a pause of all of %s is no idleness', async (pause) => {
    const world = await busyAndQuiet();
    await world.sweepFor(3);
    const before = await world.watermark();
    world.clock.advance(durationMs(pause, 'pause'));
    expect(await world.sweep()).toMatchObject({ watermarkMs: before });
    // A new session of sweeps sees for itself how long nothing comes.
    expect(await world.sweepFor(1)).toMatchObject({ watermarkMs: before });
    expect((await world.sweepFor(3)).watermarkMs).toBe(before + MINUTE_MS);
  });

  test('a sweep that is left out costs nothing', async () => {
    const world = await busyAndQuiet();
    await world.sweepFor(1);
    world.clock.advance(2 * MINUTE_MS);
    expect(await world.sweep()).toMatchObject({ watermarkMs: minus1('10:42') });
  });

  test('a clock that goes back adds nothing, and does not take the watermark with it', async () => {
    const world = await busyAndQuiet();
    await world.sweepFor(11);
    world.clock.advance(-5 * MINUTE_MS);
    expect((await world.sweep()).watermarkMs).toBe(minus1('10:50'));
    expect((await world.sweepFor(1)).watermarkMs).toBe(minus1('10:51'));
  });

  test('two sweeps at once add the distance to the last one only once', async () => {
    const world = await busyAndQuiet();
    await world.sweepFor(1);
    world.clock.advance(MINUTE_MS);
    await Promise.all([world.sweep(), world.sweep()]);
    expect(await world.watermark()).toBe(minus1('10:41'));
    expect((await world.sweepFor(1)).watermarkMs).toBe(minus1('10:42'));
  });

  test('an event beyond its arrival counts with its arrival', async () => {
    const world = new World();
    await world.take([record(1, click('10:04'), { arrivalMs: at('10:00') })]);
    world.log.append('s1', record(1, click('10:04')));
    expect((await world.sweepFor(6)).watermarkMs).toBe(minus1('10:05'));
  });

  test('a stream without any event stays at the start of time', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    expect(await world.sweep()).toMatchObject({ raised: [], watermarkMs: START_OF_TIME_MS, shards: 2, wakes: 0 });
    expect(await world.sweepFor(100)).toMatchObject({ raised: [], watermarkMs: START_OF_TIME_MS });
  });

  test('a source without arrival times has no clock, and its watermark stays', async () => {
    const world = new World();
    world.log.append('s1', record(1, click('10:40')));
    await world.take(world.log.records('s1'));
    expect(await world.sweepFor(10)).toMatchObject({ raised: [], watermarkMs: minus1('10:40') });
  });
});

describe('an event that was older than an hour at its arrival', () => {
  /** The latest event is of 10:40, and arrived at a time. */
  async function replayed(arrival: string): Promise<World> {
    const world = new World();
    const old = record(1, click('10:40'), { arrivalMs: at(arrival) });
    world.log.append('s1', old);
    await world.take([old]);
    return world;
  }

  test('is from a replay, and event time waits for the next one', async () => {
    expect(await (await replayed('11:40')).sweepFor(10)).toMatchObject({ watermarkMs: minus1('10:49') });
    expect(await (await replayed('11:40:01')).sweepFor(10)).toMatchObject({ watermarkMs: minus1('10:40') });
  });

  test('is not held back by a shard that never had one, nor taken to the latest of another', async () => {
    const world = new World({ shards: ['ahead', 'behind', 'empty'] });
    for (const [shard, time] of [
      ['ahead', '10:40'],
      ['behind', '10:10'],
    ] as const) {
      const old = record(1, click(time), { arrivalMs: at('18:00') });
      world.log.append(shard, old);
      await world.take([old], shard);
    }
    expect(await world.sweepFor(10)).toMatchObject({ raised: [], watermarkMs: minus1('10:10') });
    expect(await world.checkpoint('empty')).toMatchObject({ version: 2, watermarkMs: minus1('10:10') });
  });

  test('says nothing where it is not the latest, as one that was late on its way', async () => {
    const world = await replayed('10:41');
    const late = record(2, click('10:35'), { arrivalMs: at('18:00') });
    world.log.append('s1', late);
    await world.take([late]);
    expect(await world.sweepFor(10)).toMatchObject({ watermarkMs: minus1('10:49') });
  });

  test('says nothing either once the source has sent all that it had', async () => {
    const world = await replayed('18:00');
    const topology = { shards: () => world.log.shards(), probe: async () => 'replayed' as const };
    for (let minute = 0; minute < 5; minute++) {
      await sweepStream(world.stream, { ...world.ports, topology });
      world.clock.advance(MINUTE_MS);
    }
    expect(await world.watermark()).toBe(minus1('10:43'));
  });
});

describe('what is gone still tells how far event time has come', () => {
  const { stream } = new World();
  const idle = { probe: 'caughtUp', idleMs: 6 * MINUTE_MS } as const;
  const clock = { clockMs: at('10:00'), clockArrivalMs: at('10:01') };

  test('retired shards', () => {
    const gone = { ...newCheckpoint('p', []), retired: true, ...clock };
    const shards = [
      { checkpoint: gone, probe: null, idleMs: 0 },
      { checkpoint: newCheckpoint('c', ['p']), ...idle },
    ];
    expect(idleWatermark(stream, shards, NO_ROLLUP)).toBe(minus1('10:05'));
  });

  test('shards whose checkpoints are gone', () => {
    expect(idleWatermark(stream, [{ checkpoint: newCheckpoint('c', ['p']), ...idle }], clock)).toBe(minus1('10:05'));
  });
});

describe('a new shard', () => {
  test('gets a checkpoint before it is read, and holds the watermark until the sweep finds it empty', async () => {
    const world = await busyAndQuiet();
    world.log.add('new');
    expect((await world.sweep()).shards).toBe(3);
    expect(await world.checkpoint('new')).toMatchObject({ version: 1, position: null, watermarkMs: minus1('10:10') });
    await busyMinute(world, '10:41');
    expect(await world.checkpoint('new')).toMatchObject({ version: 2, position: null, watermarkMs: minus1('10:41') });
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
    await world.sweepFor(1);
    world.clock.advance(MINUTE_MS);
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
    await world.sweep();
    world.log.onProbe = async () => {
      throw new Error('Rate of probes exceeded.');
    };
    await expect(busyMinute(world, '10:41')).rejects.toThrow('Rate of probes exceeded.');
    expect(await world.watermark()).toBe(minus1('10:10'));
    world.log.onProbe = async () => {};
    // What was not seen is not idle: it begins anew.
    expect(await busyMinute(world, '10:42')).toMatchObject({ raised: [] });
    expect(await busyMinute(world, '10:43')).toMatchObject({ raised: ['quiet'] });
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
