import { TimeBudget } from '../../adapters/aws/time-budget.ts';
import type { Overview } from '../../api/schemas/overview.ts';
import { StoredOverview } from '../../api/stored-overview.ts';
import { pipeline, stream, sum, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import type { Probe } from '../../engine/ports/shard-topology.ts';
import { loadBehind } from '../../engine/state/behind.ts';
import { makeHandler } from '../../lambdas/sweep/make-handler.ts';
import { memoryLog } from '../lambdas/support.ts';
import { recordedMetrics } from '../support/recorded-metrics.ts';
import { SmallWorld } from '../support/small-world.ts';

const T0 = Date.UTC(2026, 0, 1);
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const total = view('total', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }));
const other = view('other', events)
  .window(tumbling('10 seconds'))
  .aggregate((e) => ({ total: sum(e.v) }));

/** A deployed pipeline, its sweeps, and the overview that a container of the API makes of them. */
class Deployed {
  readonly world = new SmallWorld(pipeline('p', [total, other]));
  probe: () => Promise<Probe> = async () => 'caughtUp';
  readonly #container = this.newContainer();

  newContainer(): StoredOverview {
    const { plan, stores, clock } = this.world;
    return new StoredOverview({ plan, ports: stores, clock, startedMs: async () => T0, showsOpen: false });
  }

  take(...seconds: readonly number[]) {
    return this.world.take(seconds.map((second) => ({ key: 'a', v: 1, at: T0 / 1000 + second })));
  }

  async sweep(afterMs = 60_000): Promise<void> {
    const { plan, ports, stores, clock, shards } = this.world;
    clock.advance(afterMs);
    const topology = { shards: async () => shards, probe: () => this.probe() };
    const sweep = makeHandler({
      ...{ plan, log: memoryLog(), metrics: recordedMetrics(), sinks: null, budget: new TimeBudget() },
      ports: { ...ports, queue: stores.queue, pages: stores.pages, topology, pause: async () => undefined },
    });
    await sweep().catch(() => undefined);
  }

  overview(container = this.#container): Promise<Overview> {
    // Beyond what an answer is kept for.
    this.world.clock.advance(2000);
    return container.read();
  }
}

let deployed: Deployed;
beforeEach(() => {
  deployed = new Deployed();
});

describe('a view that is stuck', () => {
  test('is told once sweeps have seen it stand for two and a half of their intervals, by a container that begins too', async () => {
    await deployed.take(1, 25);
    await deployed.world.finalize('other');
    await deployed.sweep();
    const sinceMs = deployed.world.clock.nowMs();
    await deployed.sweep();
    await deployed.sweep(29_000);
    expect((await deployed.overview()).health.state).toBe('quiet');
    await deployed.sweep(60_000);
    const told = await deployed.overview(deployed.newContainer());
    expect(told.health).toMatchObject({ state: 'stuck', view: 'total', stream: null });
    expect(told.views.total?.stuck).toEqual({
      since: sinceMs,
      code: 'not_closing',
      detail: expect.stringMatching(
        /^View 'total' could close 20 s more of event time, and nothing has moved on since 2026-01-01T00:01:00\.000Z\. Its events are kept\. Look at /,
      ),
    });
    expect(told.views.other?.stuck).toBeNull();
  });

  test('is stuck no more once it has moved on, before any sweep has seen that', async () => {
    await deployed.take(1, 25);
    for (let sweep = 0; sweep < 4; sweep++) await deployed.sweep();
    expect((await deployed.overview()).health.state).toBe('stuck');
    await deployed.world.finalizeAll();
    expect((await deployed.overview()).views.total?.stuck).toBeNull();
    for (let sweep = 0; sweep < 4; sweep++) await deployed.sweep();
    expect((await deployed.overview()).views.total?.stuck).toBeNull();
  });

  test('is none that is behind again and again and moves on in between', async () => {
    for (let sweep = 0; sweep < 6; sweep++) {
      await deployed.take(1 + 20 * sweep, 25 + 20 * sweep);
      await deployed.sweep();
      expect((await deployed.overview()).health.state).not.toBe('stuck');
      await deployed.world.finalizeAll();
    }
  });

  test('costs no write where nothing is behind', async () => {
    await deployed.take(1, 25);
    await deployed.world.finalizeAll();
    await deployed.sweep();
    expect((await loadBehind(deployed.world.stores.state, 'events')).version).toBe(0);
  });
});

describe('a stream that is not read', () => {
  test('is told after ten minutes in which records waited and none was read, and before any view', async () => {
    await deployed.take(1, 25);
    await deployed.sweep();
    deployed.probe = async () => 'recordsWaiting';
    await deployed.sweep();
    const sinceMs = deployed.world.clock.nowMs();
    for (let sweep = 0; sweep < 9; sweep++) await deployed.sweep();
    expect((await deployed.overview()).streams.events?.stuck).toBeNull();
    await deployed.sweep();
    const { health, streams } = await deployed.overview(deployed.newContainer());
    expect(health).toMatchObject({ state: 'stuck', view: null, stream: 'events' });
    expect(streams.events?.stuck).toMatchObject({ since: sinceMs, code: 'not_reading' });
    expect(streams.events?.stuck?.detail).toMatch(
      /^Records wait in shard s1 of stream 'events', and none was read since /,
    );
    // One batch is enough to show that it is read.
    await deployed.take(26);
    expect((await deployed.overview()).streams.events?.stuck).toBeNull();
  });

  test('is none that could not be looked at', async () => {
    await deployed.take(1, 25);
    deployed.probe = async () => {
      throw new Error('Kinesis does not answer.');
    };
    for (let sweep = 0; sweep < 13; sweep++) await deployed.sweep();
    expect((await deployed.overview()).streams.events?.stuck).toBeNull();
  });
});

describe('the rate', () => {
  test('is that since the sweep before the last one, the same for a container that begins', async () => {
    await deployed.sweep();
    await deployed.take(...Array.from({ length: 30 }, (_, second) => second));
    await deployed.sweep(58_000);
    await deployed.take(...Array.from({ length: 30 }, (_, second) => 60 + second));
    const { events_per_second: rate, streams, unknown } = await deployed.overview();
    expect(rate).toBe(1);
    expect(streams.events?.events_per_second).toBe(1);
    expect((await deployed.newContainer().read()).events_per_second).toBe(1);
    expect(unknown['streams.events_per_second']).toBeUndefined();
  });

  test('is none, and said to be unknown, where no sweep of late has counted', async () => {
    await deployed.take(1, 2, 3);
    const before = await deployed.overview();
    expect([before.events_per_second, before.unknown['streams.events_per_second']]).toEqual([0, expect.any(String)]);
    await deployed.sweep();
    deployed.world.clock.advance(6 * 60_000);
    await deployed.take(4);
    const later = await deployed.overview();
    expect([later.events_per_second, later.unknown['streams.events_per_second']]).toEqual([0, expect.any(String)]);
  });
});

test('the size of the state is as the sweep of the last quarter of an hour has found it', async () => {
  await deployed.take(1, 25);
  expect((await deployed.overview()).views.total).toMatchObject({ state_bytes: null, open_windows: null });
  for (let minute = 0; minute < 15; minute++) await deployed.sweep(minute === 0 ? 58_000 : 60_000);
  const { views, unknown } = await deployed.overview();
  expect(views.total?.open_windows).toBe(2);
  expect(views.total?.state_bytes).toBeGreaterThan(0);
  expect(Object.keys(unknown)).not.toContain('views.state_bytes');
});

test('each figure that is null has its reason, and no other has one', async () => {
  await deployed.take(1, 25);
  const sent = [{ key: 'a' }];
  await deployed.world.take(sent);
  const { unknown, ...overview } = await deployed.overview();
  const isNull = (name: string) => {
    const [first = '', figure = ''] = name.split('.');
    const value = overview[first as keyof typeof overview];
    return figure === ''
      ? value === null
      : Object.values(value as Record<string, Record<string, unknown>>).some((each) => each[figure] === null);
  };
  const figures = ['cost', 'streams.waiting', 'streams.processing_delay_ms', 'streams.dead_by_reason'];
  figures.push('views.rows_per_minute', 'views.state_bytes', 'views.open_windows');
  expect(figures.filter(isNull)).toEqual(figures);
  expect(
    Object.keys(unknown)
      .filter((name) => name !== 'streams.events_per_second')
      .sort(),
  ).toEqual(figures.sort());
  for (const reason of Object.values(unknown)) expect(reason).toMatch(/^[A-Z].*\.$/);
});
