import type { LateEvent } from '../../../engine/ports/dead-letter-sink.ts';
import { at, click, record, recordsOf, sequence } from '../../support/clicks.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { World } from '../../support/world.ts';

async function lateEvents(world: World): Promise<readonly LateEvent[]> {
  return (await world.sides()).filter((side) => side.kind === 'late');
}

/** A shard whose watermark is 10:15, and a view that allows lateness of 10 minutes. */
async function worldAt1015(views: ConstructorParameters<typeof World>[0] = {}): Promise<World> {
  const world = new World({ ...views });
  await world.take(recordsOf([click('10:16')]));
  return world;
}

describe('an event is late for a window', () => {
  test('when the end of the window plus the allowed lateness is at or before the watermark', async () => {
    const world = await worldAt1015();
    // 10:05 + 10 minutes = 10:15.
    await world.take(recordsOf([click('10:04:59.999'), click('10:05')], 2));
    expect(await world.counters()).toMatchObject({ delivered: 3, accepted: 2, late: 1 });
    expect((await lateEvents(world)).map(({ eventTimeMs }) => eventTimeMs)).toEqual([at('10:04:59.999')]);
  });

  test('as judged by the checkpoint before its commit, not by events of the same commit', async () => {
    const world = new World({ views: ['pages_on_time'] });
    await world.take(recordsOf([click('10:01'), click('10:59'), click('10:02')]));
    expect(await world.counters()).toMatchObject({ accepted: 3, late: 0 });
  });

  test('one millisecond of watermark earlier it is not', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:15:59.999')]));
    await world.take(recordsOf([click('10:04:59.999')], 2));
    expect(await world.counters()).toMatchObject({ accepted: 2, late: 0 });
  });
});

describe('an event that comes after its window has ended', () => {
  test('and counts there is among the accepted ones, and counted apart', async () => {
    const world = await worldAt1015();
    // 10:14 is in the window that has just ended, 10:15 in the one that is open, and 10:04 is too late.
    await world.take(recordsOf([click('10:14'), click('10:15'), click('10:04')], 2));
    expect(await world.counters()).toMatchObject({ accepted: 3, late: 1 });
    expect((await world.checkpoint()).countedLate).toBe(1);
  });

  test('counts once, however many views count it', async () => {
    const world = await worldAt1015({ views: ['pages', 'totals'] });
    await world.take(recordsOf([click('10:14')], 2));
    await world.take(recordsOf([click('10:14')], 2));
    expect((await world.checkpoint()).countedLate).toBe(1);
  });

  test('is not counted where nothing takes it any more', async () => {
    const world = await worldAt1015({ views: ['pages_on_time'] });
    await world.take(recordsOf([click('10:14')], 2));
    expect(await world.counters()).toMatchObject({ late: 1 });
    expect((await world.checkpoint()).countedLate).toBe(0);
  });
});

describe('a late event', () => {
  test('is kept with its bytes and its position for each window that it missed', async () => {
    const world = await worldAt1015({ views: ['pages', 'pages_on_time'] });
    const event = click('10:02', '/late');
    await world.take([record(2, [click('10:15'), event], { arrivalMs: at('10:16') })]);
    const kept = {
      kind: 'late',
      stream: 'clicks',
      shard: 's1',
      position: { sequence: sequence(2), index: 1 },
      arrivalMs: at('10:16'),
      bytes: expect.any(Uint8Array),
      eventTimeMs: at('10:02'),
    };
    const window = { windowStartMs: at('10:00'), windowEndMs: at('10:05') };
    const found = await lateEvents(world);
    expect(found).toEqual([
      { ...kept, missed: { view: 'pages', ...window } },
      { ...kept, missed: { view: 'pages_on_time', ...window } },
    ]);
    expect(JSON.parse(Buffer.from(found[0]?.bytes ?? []).toString())).toMatchObject({ id: event.id, page: '/late' });
  });

  test('is counted and let go by a view that drops', async () => {
    const world = await worldAt1015({ views: ['totals'] });
    await world.take(recordsOf([click('10:02')], 2));
    expect(await world.counters()).toMatchObject({ delivered: 2, accepted: 1, late: 1 });
    expect(await world.sides()).toEqual([]);
  });

  test('for one view that another still takes is accepted, and kept for the one that missed it', async () => {
    const world = await worldAt1015({ views: ['pages', 'pages_on_time'] });
    await world.take(recordsOf([click('10:06')], 2));
    expect(await world.counters()).toMatchObject({ delivered: 2, accepted: 2, late: 0 });
    expect((await lateEvents(world)).map(({ missed }) => missed.view)).toEqual(['pages_on_time']);
    await world.end();
    expect(await world.summary('pages')).toEqual(['10:05 /a 1', '10:15 /a 1']);
    expect(await world.summary('pages_on_time')).toEqual(['10:15 /a 1']);
  });
});

describe('a marker', () => {
  test('goes with an accepted event whose window end the watermark has reached', async () => {
    const world = await worldAt1015();
    await world.take(recordsOf([click('10:14:59.999'), click('10:15'), click('10:11')], 2));
    const markers = await world.markers();
    expect(markers.map(({ key, version }) => [key.sort, version])).toEqual([
      ['2026-03-01T10:10:00.000Z#s1#0000000003', 1],
    ]);
    const segments = await world.segments();
    expect(JSON.parse(String(markers[0]?.data))).toEqual({ key: segments[0]?.key, version: 1 });
  });

  test('does not go with an event whose window is still open, however old the event', async () => {
    const world = await worldAt1015();
    await world.take(recordsOf([click('10:15:00.000'), click('10:19')], 2));
    expect(await world.markers()).toEqual([]);
  });

  test('names the version of a rewritten segment', async () => {
    const world = new World();
    const container = world.aggregator();
    await container.process(recordsOf([click('10:16')]));
    await container.process(recordsOf([click('10:12'), click('10:17')], 2));
    await container.process(recordsOf([click('10:13')], 4));
    const data = (await world.markers()).map((marker) => JSON.parse(String(marker.data)));
    const segments = (await world.segments()).filter(({ key }) => key.sort.includes('T10:10'));
    for (const [index, { key: segment, version }] of data.entries()) {
      expect(segments.some(({ key, version: stored }) => key.sort === segment.sort && stored >= version)).toBe(true);
      expect([index, version >= 1]).toEqual([index, true]);
    }
    expect(data.length).toBe(2);
  });
});

describe('side outputs', () => {
  test('are written before the commit that counts them, and overwritten by the retry', async () => {
    const world = await worldAt1015();
    const batch = [record(2, click('10:01')), record(3, 'no json'), record(4, click('10:15'))];
    const dying = new CrashPoint(1);
    const state = { ...delegate(world), transact: dying.wrap(world.state).transact };
    await expect(world.aggregator('s1', { state }).process(batch)).rejects.toThrow(Crash);
    expect((await world.sides()).map(({ kind }) => kind)).toEqual(['late', 'dead']);
    expect(await world.counters()).toMatchObject({ delivered: 1 });
    await world.take(batch);
    expect((await world.sides()).map(({ kind }) => kind)).toEqual(['late', 'dead']);
    expect(await world.counters()).toMatchObject({ delivered: 4, accepted: 2, late: 1, dead: 1 });
  });

  test('name every window that an event missed, also when a container that was overtaken writes them again', async () => {
    const world = new World({ views: ['pages', 'pages_on_time'] });
    const zombie = world.aggregator();
    await zombie.process(recordsOf([click('10:08')]));
    const batch = recordsOf([click('10:16'), click('10:04')], 2);
    await world.take(batch.slice(0, 1));
    await world.take(batch.slice(1));
    const missed = async () => (await lateEvents(world)).map(({ missed }) => missed.view);
    expect(await missed()).toEqual(['pages', 'pages_on_time']);
    // By its own watermark of 10:07 the event of 10:04 misses one window only; its commit will fail.
    await zombie.process(batch);
    expect(await missed()).toEqual(['pages', 'pages_on_time']);
  });

  test('that cannot be written keep the commit back', async () => {
    const world = await worldAt1015();
    const deadLetters = new CrashPoint(1).wrap(world.stores.deadLetters);
    await expect(world.aggregator('s1', { deadLetters }).process([record(2, 'no json')])).rejects.toThrow(Crash);
    expect(await world.counters()).toMatchObject({ delivered: 1 });
  });
});

describe('an allowed lateness that a deploy raises', () => {
  test('makes the view begin anew, for panes that are gone must not take events again', () => {
    const keys = (allowedLateness: '0 ms' | '1 hour') =>
      new World({ allowedLateness }).stream.views.map(({ key }) => key);
    expect(keys('0 ms')).not.toEqual(keys('1 hour'));
  });
});

function delegate({ state }: World) {
  return { get: state.get.bind(state), query: state.query.bind(state), delete: state.delete.bind(state) };
}
