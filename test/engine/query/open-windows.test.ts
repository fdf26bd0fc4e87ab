import {
  count,
  type Emission,
  global,
  pipeline,
  session,
  sliding,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from 'streamgauge';
import { readOpenWindows } from '../../../engine/query/open-windows.ts';
import { rowJson } from '../../../engine/query/shown-row.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
type Windows = Parameters<ReturnType<typeof view<'v', typeof events>>['window']>[0];
const counted = (window: Windows, emission: Emission = {}) =>
  view('v', events)
    .window(window, emission)
    .groupBy('key')
    .aggregate(() => ({ n: count() }));
const tenSeconds = tumbling('10 seconds');

/** Two shards: `s2` stands still at 1 s, so windows stay open, and `s1` goes on ahead of them. */
async function worldOf(...views: readonly ReturnType<typeof counted>[]) {
  const world = new SmallWorld(pipeline('p', views));
  world.shards = [
    { id: 's1', parents: [] },
    { id: 's2', parents: [] },
  ];
  await world.take(at(1, 'z'), world.container('s2'));
  return {
    world,
    take: (...batch: readonly object[]) => world.take(batch, world.container('s1')),
    /** Of open rows of the group a: where they start or are as of, in seconds, and what they say of themselves. */
    async open(limit = 10) {
      const windows = await readOpenWindows(world.view('v'), world.stores, limit);
      const rows = windows.flatMap(({ rows }) => rows.map(rowJson)).filter(({ key }) => key === 'a');
      return rows.map(({ window_start, as_of, n, revision, late_events, is_final, partial }) => {
        const seconds = Date.parse(String(window_start ?? as_of)) / 1000;
        return [seconds, n, revision, late_events, is_final, ...(partial === undefined ? [] : [partial])];
      });
    },
  };
}
const at = (seconds: number, key = 'a') => [{ key, at: seconds }];

describe('rows of open windows', () => {
  test('say that they are not stored, not final, and how many events came too late for them', async () => {
    const { world, take, open } = await worldOf(counted(tenSeconds));
    await take(...at(3), ...at(25));
    // Both missed [0, 10) in their shard, where the watermark is at 25, and one is of another group.
    await take(...at(4), ...at(5), ...at(6, 'b'));
    await world.finalizeAll();
    expect(await open()).toEqual([
      [0, 1, 0, 2, false],
      [20, 1, 0, 0, false],
    ]);
    expect(await open(1)).toEqual([[0, 1, 0, 2, false]]);
    await world.take(at(30, 'z'), world.container('s2'));
    await world.finalizeAll();
    expect(await world.rows('v')).toMatchObject([{ key: 'a', n: 1, lateEvents: 2 }, { key: 'z' }]);
    expect(await open()).toEqual([[20, 1, 0, 0, false]]);
  });

  test('of overlapping windows count what each has missed', async () => {
    const { take, open } = await worldOf(counted(sliding({ size: '20 seconds', slide: '10 seconds' })));
    await take(...at(3), ...at(12), ...at(25));
    // It missed [−10, 10) and [0, 20), and is on time for [10, 30).
    await take(...at(13));
    expect(await open()).toEqual([
      [-10, 1, 0, 0, false],
      [0, 2, 0, 1, false],
      [10, 3, 0, 0, false],
      [20, 1, 0, 0, false],
    ]);
  });

  test('of sessions count what would have been in them', async () => {
    const { take, open } = await worldOf(counted(session({ gap: '10 seconds' })));
    await take(...at(20), ...at(25), ...at(60));
    // One could have been in the first session, at its beginning, and one in neither.
    await take(...at(12), ...at(45));
    expect(await open()).toEqual([
      [20, 2, 0, 1, false],
      [60, 1, 0, 0, false],
    ]);
  });

  test('leave out a session that was final and goes on by a late event: its stored row is revised', async () => {
    const emission = { allowedLateness: '1 minute', emit: 'onUpdate' } as const;
    const { world, take, open } = await worldOf(counted(session({ gap: '10 seconds' }), emission));
    const stored = async () => (await world.rows('v')).filter(({ key }) => key === 'a').map(({ n }) => n);
    await take(...at(20), ...at(28), ...at(45, 'z'));
    await world.take(at(45, 'z'), world.container('s2'));
    await world.finalizeAll();
    expect([await stored(), await open()]).toEqual([[2], []]);
    // It goes on until 46, beyond the watermark.
    await take(...at(36));
    // Until a finalizer looks, the stored row lacks the event: better than to count the other two twice.
    expect([await stored(), await open()]).toEqual([[2], []]);
    await world.finalizeAll();
    expect([await stored(), await open()]).toEqual([[3], []]);
    await take(...at(46), ...at(60));
    await world.take(at(60, 'z'), world.container('s2'));
    await world.finalizeAll();
    expect([await stored(), await open()]).toEqual([[4], [[60, 1, 0, 0, false]]]);
  });

  test('of whole tables count what all groups missed, as the stored table does', async () => {
    const { take, open } = await worldOf(counted(tenSeconds, { emit: 'complete' }));
    await take(...at(3), ...at(25));
    await take(...at(4), ...at(6, 'b'));
    expect(await open()).toEqual([
      [0, 1, 0, 2, false],
      [20, 1, 0, 0, false],
    ]);
  });

  test('of totals lack no event: none is late', async () => {
    const { take, open } = await worldOf(counted(global({ emitEvery: '10 seconds' })));
    await take(...at(3), ...at(25));
    await take(...at(4));
    expect(await open()).toEqual([[30, 3, 0, 0, false]]);
  });

  test('are partial where the view was deployed when the window had begun, as those that are final will be', async () => {
    const world = new SmallWorld(pipeline('p', [counted(tenSeconds)]));
    const before = new SmallWorld(pipeline('p', [counted(sliding({ size: '1 minute', slide: '10 seconds' }))]));
    await before.container('s1', world.stores.state).process(world.records(at(13)));
    await world.take([...at(14), ...at(31)]);
    const open = await readOpenWindows(world.view('v'), world.stores, 10);
    expect(open.flatMap(({ rows }) => rows)).toMatchObject([
      { columns: { n: 1 }, partial: true },
      { columns: { n: 1 }, partial: false },
    ]);
    await world.end();
    const query = { view: world.view('v').key, fromMs: 0, toMs: 60_000, limit: 10 };
    const { rows } = await world.stores.results.windows(query);
    expect(rows.map(({ partial }) => partial)).toEqual([true, false]);
  });
});
