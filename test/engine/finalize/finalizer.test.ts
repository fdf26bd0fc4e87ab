import { finalizeView } from '../../../engine/finalize/finalizer.ts';
import { readOpenWindows } from '../../../engine/query/open-windows.ts';
import { endStream } from '../../../engine/sweep/sweep.ts';
import { at, click, record, recordsOf } from '../../support/clicks.ts';
import { viewNamed } from '../../support/pipeline-kit.ts';
import { World } from '../../support/world.ts';

/** Watermark 10:05 exactly, with an event at the last millisecond of a window and one at the first of the next. */
const EDGES = recordsOf([click('10:00'), click('10:04:59.999'), click('10:05'), click('10:06')]);

describe('a window', () => {
  test('is final when the global watermark is at its end, and not one millisecond before', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:05:59.999')]));
    expect(await world.finalize()).toMatchObject({ outcome: 'done', panes: 0 });
    expect(await world.rows()).toEqual([]);
    await world.take(recordsOf([click('10:06')], 3));
    expect(await world.finalize()).toMatchObject({
      outcome: 'done',
      panes: 1,
      rowsWritten: 1,
      watermarkMs: at('10:05'),
    });
    expect(await world.summary()).toEqual(['10:00 /a 1']);
  });

  test('takes in its start and leaves out its end', async () => {
    const world = new World();
    await world.take(EDGES);
    await world.finalize();
    expect(await world.summary()).toEqual(['10:00 /a 2']);
    await world.end();
    expect(await world.summary()).toEqual(['10:00 /a 2', '10:05 /a 2']);
  });

  test('with an offset begins there', async () => {
    const world = new World({ views: ['users'] });
    await world.take(recordsOf([click('10:02:59.999'), click('10:03'), click('10:12:59.999'), click('10:13')]));
    await world.end();
    expect(await world.summary('users', 'user', 'events')).toEqual(['09:53 u1 1', '10:03 u1 2', '10:13 u1 1']);
  });

  test('merges the events of several shards, in every aggregate', async () => {
    const world = new World({ shards: ['s1', 's2', 's3'] });
    await world.take([record(1, click('10:01', '/a', { user: 'x', amount: 0.1 }))], 's1');
    await world.take([record(1, click('10:02', '/a', { user: 'y', amount: 0.2 }))], 's2');
    await world.take([record(1, [click('10:03', '/a', { user: 'x', amount: 0.3 }), click('10:03', '/b')])], 's3');
    await world.end();
    expect((await world.rows()).map(({ columns }) => columns)).toEqual([
      {
        window_start: '2026-03-01T10:00:00.000Z',
        window_end: '2026-03-01T10:05:00.000Z',
        page: '/a',
        views: 3,
        users: 2,
        amount: 0.6,
        dearest: 0.3,
      },
      expect.objectContaining({ page: '/b', views: 1, users: 1, amount: 0, dearest: null }),
    ]);
  });

  test('waits for the slowest shard: the global watermark is the minimum', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    await world.take(recordsOf([click('10:01'), click('11:00')]), 's1');
    await world.take(recordsOf([click('10:02')]), 's2');
    expect(await world.finalize()).toMatchObject({ panes: 0, watermarkMs: at('10:01') });
    await world.take(recordsOf([click('10:08')], 2), 's2');
    expect(await world.finalize()).toMatchObject({ panes: 1, watermarkMs: at('10:07') });
    expect(await world.summary()).toEqual(['10:00 /a 2']);
  });

  test('waits for a shard without any data', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    await world.take(recordsOf([click('10:01'), click('11:00')]), 's1');
    expect(await world.finalize()).toMatchObject({ outcome: 'idle', panes: 0 });
    expect(await world.rows()).toEqual([]);
  });

  test('without events has no row', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:31')]));
    await world.end();
    expect(await world.summary()).toEqual(['10:00 /a 1', '10:30 /a 1']);
  });

  test('that is still open can be read, merged from its segments', async () => {
    const world = new World({ shards: ['s1', 's2'], views: ['users'] });
    await world.take(recordsOf([click('10:04', '/a', { user: 'x' }), click('10:20', '/a', { user: 'y' })]), 's1');
    await world.take(recordsOf([click('10:05', '/b', { user: 'x' })]), 's2');
    const open = await readOpenWindows(viewNamed(world.stream, 'users'), world.ports, 5);
    expect(
      open.map(({ startMs, endMs, rows }) => [
        startMs,
        endMs,
        rows.map(({ columns: { user, events } }) => [user, events]),
      ]),
    ).toEqual([
      [at('10:03'), at('10:13'), [['x', 2]]],
      [at('10:13'), at('10:23'), [['y', 1]]],
    ]);
    expect((await readOpenWindows(viewNamed(world.stream, 'users'), world.ports, 1)).length).toBe(1);
    await world.end();
    expect(await readOpenWindows(viewNamed(world.stream, 'users'), world.ports, 5)).toEqual([]);
  });
});

describe('a finalizer that runs again', () => {
  test('with nothing new is idle and writes nothing', async () => {
    const world = new World();
    await world.take(EDGES);
    await world.finalize();
    const before = [await world.stored(), await world.progress(), world.state.commits.length];
    expect(await world.finalize()).toMatchObject({ outcome: 'idle', rowsWritten: 0 });
    expect([await world.stored(), await world.progress(), world.state.commits.length]).toEqual(before);
  });

  test('at the same time as another leaves the rows to one of them', async () => {
    const world = new World();
    await world.take(EDGES);
    const outcomes = await Promise.all([1, 2, 3].map(() => world.finalize()));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'fenced', 'fenced']);
    expect(await world.summary()).toEqual(['10:00 /a 2']);
  });

  test('finishes in one run what many windows take, over several commits of progress', async () => {
    const world = new World();
    const events = Array.from({ length: 120 }, (_, i) => ({ ...click('00:01'), time: at('00:01') + i * 300_000 }));
    await world.take([record(1, events.slice(0, 60)), record(2, events.slice(60))]);
    await world.end();
    expect((await world.rows()).length).toBe(120);
    expect((await world.rows()).every(({ revision }) => revision === 1)).toBe(true);
  });
});

describe('a finalizer whose time is up', () => {
  test('commits how far it came, wakes itself, and goes on there', async () => {
    const world = new World();
    await world.take(recordsOf(['10:01', '10:06', '10:11', '10:30'].map((time) => click(time))));
    await world.wakes();
    const view = viewNamed(world.stream, 'pages');
    const outcomes: unknown[] = [];
    for (let run = 0; run < 6; run++) {
      let asked = 0;
      // One pane a run: asked before the first pane, then before the second.
      const result = await finalizeView(view, 0, world.ports, () => ++asked > 2);
      outcomes.push([result.outcome, (await world.rows()).length, (await world.wakes()).length]);
      if (result.outcome !== 'more') break;
    }
    expect(outcomes.slice(0, -1).every((outcome) => (outcome as unknown[])[0] === 'more')).toBe(true);
    expect(outcomes.slice(0, -1).every((outcome) => (outcome as unknown[])[2] === 1)).toBe(true);
    expect(outcomes.at(-1)).toEqual(['done', 3, 0]);
    expect((await world.progress()).held).toBe(false);
    expect((await world.rows()).map(({ revision }) => revision)).toEqual([1, 1, 1]);
  });

  test('keeps the panes and markers that it did not come to', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:14')]));
    await world.finalize();
    await world.take(recordsOf([click('10:02'), click('11:00')], 3));
    // The first step is done whatever the clock says: the window of the late event.
    expect(await finalizeView(viewNamed(world.stream, 'pages'), 0, world.ports, () => true)).toMatchObject({
      outcome: 'more',
      rowsWritten: 1,
      rowsRevised: 1,
    });
    expect((await world.markers()).length).toBe(1);
    await world.finalizeAll();
    expect(await world.markers()).toEqual([]);
    expect(await world.summary()).toEqual(['10:00 /a 2', '10:10 /a 1']);
  });

  test('makes each wake-up one that the queue does not take for a double', async () => {
    const world = new World();
    await world.take(recordsOf(['10:01', '10:06', '10:11', '10:30'].map((time) => click(time))));
    await world.wakes();
    const ids: string[] = [];
    for (let run = 0; run < 2; run++) {
      await finalizeView(viewNamed(world.stream, 'pages'), 0, world.ports, () => true);
      ids.push(...(await world.wakes()).map(({ deduplicationId }) => deduplicationId));
    }
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a view with buckets', () => {
  test('has each group in one bucket, finalized on its own', async () => {
    const world = new World({ views: ['users'] });
    const users = Array.from({ length: 12 }, (_, i) => `user-${i}`);
    await world.take([
      record(
        1,
        users.flatMap((user) => [click('10:04', '/a', { user }), click('10:05', '/b', { user })]),
      ),
    ]);
    await endStream(world.stream, world.state);
    const written: number[] = [];
    for (const bucket of [2, 0, 1]) written.push((await world.finalize('users', bucket)).rowsWritten);
    expect(written.every((rows) => rows > 0 && rows < 12)).toBe(true);
    const rows = await world.rows('users');
    expect(rows.map(({ columns }) => columns.user).sort()).toEqual(users.sort());
    expect(rows.every(({ columns }) => columns.events === 2 && columns.pages === 2)).toBe(true);
  });
});

describe('a row', () => {
  test('of a finalizer whose reply was lost is written once, with revision 1', async () => {
    const world = new World();
    await world.take(EDGES);
    const { results } = world.stores;
    // The adapter repeats a write whose reply was lost, and finds its own row.
    const twice = {
      get: results.get.bind(results),
      windows: results.windows.bind(results),
      latest: results.latest.bind(results),
      put: async (writes: Parameters<typeof results.put>[0]) => {
        await results.put(writes);
        return results.put(writes);
      },
    };
    expect(await world.finalize('pages', 0, { results: twice })).toMatchObject({ outcome: 'done' });
    expect((await world.rows()).map(({ revision }) => revision)).toEqual([1]);
  });
});
