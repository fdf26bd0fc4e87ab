import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { at, click, MINUTE_MS, record, recordsOf } from '../../support/clicks.ts';
import { Crash, CrashPoint } from '../../support/crash.ts';
import { World } from '../../support/world.ts';

describe('the watermark of a shard', () => {
  test('trails the latest event by maxLateness', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:09'), click('10:10'), click('10:08')]));
    expect(await world.checkpoint()).toMatchObject({
      watermarkMs: at('10:09'),
      clockMs: at('10:10'),
      latestEventMs: at('10:10'),
      clockArrivalMs: null,
    });
  });

  test('never goes beyond an arrival: a fast clock does not make its shard late', async () => {
    const world = new World();
    await world.take([
      record(1, click('10:04'), { arrivalMs: at('10:00') }),
      record(2, click('09:59'), { arrivalMs: at('10:00:30') }),
    ]);
    expect(await world.checkpoint()).toMatchObject({
      watermarkMs: at('09:59'),
      clockMs: at('10:00'),
      latestEventMs: at('10:04'),
      clockArrivalMs: at('10:00'),
    });
  });

  test('never goes back', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:10')]));
    await world.take(recordsOf([click('10:05')], 2));
    expect(await world.checkpoint()).toMatchObject({ watermarkMs: at('10:09'), clockMs: at('10:10') });
  });

  test('is not moved by dead letters', async () => {
    const world = new World();
    await world.take([record(1, 'no json'), record(2, click('10:30'), { arrivalMs: at('10:00') })]);
    expect(await world.checkpoint()).toMatchObject({
      watermarkMs: START_OF_TIME_MS,
      clockMs: null,
      latestEventMs: null,
      clockArrivalMs: null,
      counters: { delivered: 2, dead: 2 },
    });
  });

  test('stays at the end of time once the stream has ended', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01')]));
    await world.end();
    await world.take(recordsOf([click('10:02')], 2));
    expect((await world.checkpoint()).watermarkMs).toBe(END_OF_TIME_MS);
  });
});

describe('a commit', () => {
  test('lists exactly the segments and markers that it wrote, in their versions', async () => {
    const world = new World({ views: ['pages', 'totals', 'users'] });
    const container = world.aggregator();
    await container.process(recordsOf([click('10:01'), click('10:12')]));
    await container.process(recordsOf([click('10:02'), click('10:13', '/b', { user: 'u2' })], 3));
    for (const [index, { writes }] of world.state.commits.slice(1).entries()) {
      const [checkpoint, ...others] = writes;
      // Counts of late events go with it, but no watermark promises them.
      const listed = others.filter(({ key }) => !key.partition.startsWith('late#'));
      const written = listed.map((write) => ({ key: write.key, version: write.kind === 'put' ? write.version : 0 }));
      const data = checkpoint?.kind === 'put' ? JSON.parse(String(checkpoint.data)) : null;
      expect([index, data.manifest]).toEqual([index, written]);
      expect(written.length).toBeGreaterThan(3);
    }
    const markers = (await world.checkpoint()).manifest.filter(({ key }) => key.partition.startsWith('marker'));
    expect(markers.length).toBeGreaterThan(0);
  });

  test('of a stream that is not read from its oldest record on says since when its views have all of it', async () => {
    const startsAtMs = Date.parse('2026-01-01T00:00:00Z');
    const world = new World({ views: ['pages'] });
    await world.aggregator('s1', {}, { generation: 1, startsAtMs }).process(recordsOf([click('10:01')]));
    expect(Object.values((await world.checkpoint()).views)).toEqual([startsAtMs]);
  });

  test('writes its checkpoint first, for a reader that sees the rest must see it too', async () => {
    const world = new World({ views: ['pages', 'totals'] });
    await world.take(recordsOf([click('10:01')]));
    expect(world.state.commits.at(-1)?.writes[0]?.key).toEqual({ partition: 'checkpoint#clicks', sort: 's1' });
  });

  test('rewrites a small segment of a warm container, and appends to a large one', async () => {
    const world = new World();
    const container = world.aggregator();
    for (let i = 0; i < 5; i++) await container.process(recordsOf([click('10:01')], i + 1));
    expect((await world.segments()).map(({ version }) => version)).toEqual([5]);
    const pages = Array.from({ length: 300 }, (_, i) => click('10:02', `/page-${Math.imul(i + 1, 0x9e3779b1) >>> 0}`));
    await container.process([record(10, pages)]);
    await container.process(recordsOf([click('10:03')], 11));
    const after = await world.segments();
    expect(after.length).toBeGreaterThan(1);
    expect(after.at(-1)?.version).toBe(1);
    await world.end();
    expect(await world.summary()).toContain('10:00 /a 6');
    expect((await world.rows()).length).toBe(301);
  });

  test('rewrites larger segments where a factor says that writes cost little', async () => {
    const pages = Array.from({ length: 300 }, (_, i) => click('10:02', `/page-${Math.imul(i + 1, 0x9e3779b1) >>> 0}`));
    const versions = async (settings: { readonly generation: number; readonly rewriteFactor?: number }) => {
      const world = new World();
      const container = world.aggregator('s1', {}, settings);
      await container.process([record(1, pages)]);
      for (let i = 0; i < 3; i++) await container.process([record(i + 2, click('10:03'))]);
      const segments = await world.segments();
      await world.end();
      return { versions: segments.map(({ version }) => version), rows: await world.rows() };
    };
    const [cheap, dear] = [await versions({ generation: 1, rewriteFactor: 100 }), await versions({ generation: 1 })];
    expect(cheap.versions).toEqual([4]);
    expect(dear.versions).toEqual([1, 3]);
    expect(cheap.rows).toEqual(dear.rows);
  });

  test('of a cold container appends without reading a segment', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01')]));
    const read: string[] = [];
    world.state.onQuery = async ({ partition }) => {
      read.push(partition);
    };
    await world.take(recordsOf([click('10:02'), click('10:03')], 2));
    expect(read.filter((partition) => partition.startsWith('segment')).length).toBeLessThanOrEqual(1);
    expect((await world.segments()).map(({ version }) => version)).toEqual([1, 1]);
  });

  test('of older code is refused, and newer code goes on', async () => {
    const world = new World();
    const old = world.aggregator('s1', {}, { generation: 3 });
    await old.process(recordsOf([click('10:01')]));
    await world.aggregator('s1', {}, { generation: 4 }).process(recordsOf([click('10:02')], 2));
    const again = recordsOf([click('10:03')], 3);
    await expect(old.process(again)).rejects.toMatchObject({
      code: 'olderGeneration',
      message: expect.stringContaining("Stream 'clicks', shard s1: generation 4 of the code"),
    });
    await expect(world.aggregator('s1', {}, { generation: 3 }).process(again)).rejects.toMatchObject({
      code: 'olderGeneration',
    });
    await world.aggregator('s1', {}, { generation: 5 }).process(again);
    expect(await world.checkpoint()).toMatchObject({ generation: 5, counters: { delivered: 3, accepted: 3 } });
  });
});

describe('a view that joins a stream in the middle', () => {
  test('knows since when it has seen every event, and marks windows that began before as partial', async () => {
    const world = new World({ views: ['pages'] });
    await world.take(recordsOf([click('10:01'), click('10:07')]));
    const { stream } = new World({ views: ['pages', 'totals'] });
    const newer = world.aggregator('s1', {}, { generation: 2 }, stream);
    await newer.process(recordsOf([click('10:08'), click('10:12'), click('10:25')], 3));
    const { views } = await world.checkpoint();
    const since = Object.fromEntries(Object.entries(views).map(([key, ms]) => [key.split('@')[0], ms]));
    expect(since).toEqual({ pages: START_OF_TIME_MS, totals: at('10:07') + 1 });
    await world.finalizeAll(stream);
    const totals = stream.views[1]?.key ?? '';
    const page = await world.stores.results.windows({ view: totals, fromMs: 0, toMs: END_OF_TIME_MS, limit: 10 });
    expect(page.rows.map(({ windowStartMs, partial }) => [windowStartMs, partial])).toEqual([
      [at('10:05'), true],
      [at('10:10'), false],
    ]);
    expect((await world.rows('pages')).map(({ partial }) => partial)).toEqual([false, false, false]);
  });

  test('counts a shard that no newer code has read yet as not seen', async () => {
    const world = new World({ shards: ['s1', 's2'], views: ['pages'] });
    await world.take(recordsOf([click('10:12')]), 's1');
    await world.take(recordsOf([click('10:17')]), 's2');
    const { stream } = new World({ views: ['pages', 'totals'] });
    await world.aggregator('s1', {}, { generation: 2 }, stream).process(recordsOf([click('10:14'), click('10:26')], 2));
    await world.finalizeAll(stream);
    const totals = stream.views[1]?.key ?? '';
    const page = await world.stores.results.windows({ view: totals, fromMs: 0, toMs: END_OF_TIME_MS, limit: 10 });
    expect(page.rows.map(({ windowStartMs, partial }) => [windowStartMs, partial])).toEqual([[at('10:10'), true]]);
  });
});

describe('a container that starts with newer code', () => {
  test('is not held up by segments of a view that is no longer there, once they are removed', async () => {
    const world = new World({ views: ['pages'] });
    await world.take(recordsOf([click('10:01')]));
    await world.stores.state.delete((await world.segments()).map(({ key }) => key));
    expect(await world.segments()).toEqual([]);
    const { stream } = new World({ views: ['totals'] });
    await world.aggregator('s1', {}, { generation: 2 }, stream).process(recordsOf([click('10:02')], 2));
    expect(await world.counters()).toMatchObject({ delivered: 2, accepted: 2 });
  });
});

describe('a wake-up', () => {
  test('is sent by the commit that takes the watermark over the end of a window, and by no other', async () => {
    const world = new World({ views: ['pages', 'users'] });
    const container = world.aggregator();
    await container.process(recordsOf([click('10:04')]));
    await world.wakes();
    await container.process(recordsOf([click('10:05:59.999')], 2));
    expect(await world.wakes()).toEqual([]);
    const batch = recordsOf([click('10:06')], 3);
    await container.process(batch);
    const [pages] = world.stream.views;
    const position = `${batch[0]?.sequence}.0`;
    expect(await world.wakes()).toEqual([{ view: pages?.key, bucket: 0, deduplicationId: `s1#${position}` }]);
    await container.process(recordsOf([click('10:14')], 4));
    const wakes = (await world.wakes()).map(({ view, bucket }) => [view.split('@')[0], bucket]);
    expect(wakes).toEqual([
      ['pages', 0],
      ['users', 0],
      ['users', 1],
      ['users', 2],
    ]);
  });

  test('is sent only when the global watermark crosses, not the own one', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    await world.take(recordsOf([click('10:01')]), 's1');
    await world.take(recordsOf([click('10:20')]), 's2');
    await world.wakes();
    await world.take(recordsOf([click('10:30')], 2), 's2');
    expect(await world.wakes()).toEqual([]);
    await world.take(recordsOf([click('10:12')], 2), 's1');
    expect((await world.wakes()).length).toBe(1);
  });

  test('is sent although the reply to the commit was lost', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:04')]));
    await world.wakes();
    world.state.script('lostReply');
    await world.take(recordsOf([click('10:07')], 2));
    expect((await world.wakes()).length).toBe(1);
  });

  test('of two shards that cross at the same time is sent by at least one', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    await world.take(recordsOf([click('10:04')]), 's1');
    await world.take(recordsOf([click('10:04')]), 's2');
    await world.wakes();
    await Promise.all(['s1', 's2'].map((shard) => world.take(recordsOf([click('10:07')], 2), shard)));
    expect((await world.wakes()).length).toBeGreaterThan(0);
  });

  test('that a crash swallowed comes from the sweep', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:04')]));
    await world.wakes();
    const queue = new CrashPoint(1).wrap(world.stores.queue);
    const batch = recordsOf([click('10:07')], 2);
    await expect(world.aggregator('s1', { queue }).process(batch)).rejects.toThrow(Crash);
    await world.take(batch);
    expect(await world.wakes()).toEqual([]);
    expect(await world.sweep()).toMatchObject({ wakes: 1 });
    expect(await world.wakes()).toMatchObject([{ deduplicationId: `sweep#${at('12:00') / MINUTE_MS}` }]);
  });
});
