import { count, type Duration, pipeline, session, stream, Timestamp, Type, view } from 'streamgauge';
import { SpooledResultStore } from '../../../adapters/embedded/spool/spooled-result-store.ts';
import type { ReadRow, ResultStore } from '../../../engine/ports/result-store.ts';
import type { StateStore } from '../../../engine/ports/state-store.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const rows = view('rows', events)
  .window(session({ gap: '10 seconds' }), { allowedLateness: '1 minute' })
  .groupBy('key')
  .aggregate(() => ({ n: count() }));
const strict = view('strict', events)
  .window(session({ gap: '10 seconds' }))
  .groupBy('key')
  .aggregate(() => ({ n: count() }));

let world: SmallWorld;
beforeEach(() => {
  world = new SmallWorld(pipeline('p', [rows, strict]));
});

const a = (...times: readonly number[]) => times.map((at) => ({ key: 'a', at }));
const shown = async (name = 'rows') =>
  (await world.rows(name)).map(({ window_start, n, revision }) => [String(window_start).slice(14, 19), n, revision]);

test('a late event that joins two final sessions revises the first and takes the second back', async () => {
  await world.take(a(0, 18, 45));
  await world.finalize('rows');
  expect(await shown()).toEqual([
    ['00:00', 1, 1],
    ['00:18', 1, 1],
  ]);
  await world.take(a(9));
  await world.finalize('rows');
  expect(await shown()).toEqual([['00:00', 3, 2]]);
});

test('a final session that a late event makes go on is revised at once, and again with what it then takes in', async () => {
  await world.take(a(0, 15));
  await world.finalize('rows');
  expect(await shown()).toEqual([['00:00', 1, 1]]);
  await world.take(a(8));
  await world.finalize('rows');
  await world.take(a(24, 60));
  await world.finalize('rows');
  expect(await shown()).toEqual([['00:00', 4, 3]]);
});

test('a finalizer that froze before it wrote a row cannot bring a session back that has moved since', async () => {
  await world.take(a(20, 45));
  const frozen: (() => Promise<unknown>)[] = [];
  const { results: stored } = world.stores;
  const results: ResultStore = {
    get: (keys) => stored.get(keys),
    windows: (query) => stored.windows(query),
    latest: (view, group, atMs) => stored.latest(view, group, atMs),
    put: (given) => {
      frozen.push(() => stored.put(given));
      return Promise.reject(new Error('It freezes here.'));
    },
  };
  await expect(world.finalize('rows', { results })).rejects.toThrow('It freezes here.');
  await world.take(a(12));
  await world.finalize('rows');
  expect(await shown()).toEqual([['00:12', 2, 1]]);
  for (const wake of frozen) await wake();
  expect(await shown()).toEqual([['00:12', 2, 1]]);
});

test('a finalizer that was overtaken while it read writes no rows', async () => {
  await world.take(a(5, 14, 60));
  const { state } = world.stores;
  let overtaken = false;
  const slow: StateStore = {
    get: (key) => state.get(key),
    transact: (writes) => state.transact(writes),
    delete: (keys) => state.delete(keys),
    query: async (range) => {
      if (range.partition.startsWith('segment#strict') && !overtaken) {
        overtaken = true;
        await world.finalize('strict');
      }
      return state.query(range);
    },
  };
  const { outcome, rowsWritten } = await world.finalize('strict', { state: slow });
  expect([outcome, rowsWritten]).toEqual(['fenced', 0]);
  expect(await shown('strict')).toEqual([['00:05', 2, 1]]);
});

test('late events count in the session that they would have been in', async () => {
  await world.take(a(0, 100));
  await world.finalize('strict');
  await world.take(a(9, 50));
  await world.take(a(200));
  await world.finalize('strict');
  expect((await world.rows('strict')).map(({ n, lateEvents }) => [n, lateEvents])).toEqual([
    [1, 1],
    [1, 0],
  ]);
});

test('sessions that go to a store as bytes are those that go as objects', async () => {
  const appended = new SpooledResultStore(world.clock);
  const [puts, appends] = [world, new SmallWorld(pipeline('p', [rows, strict]))];
  const batches = [
    [...a(0, 5, 40), { key: 'b', at: 12 }, { key: 'c', at: 12 }],
    [...a(42, 70), { key: 'b', at: 60 }],
    [{ key: 'd', at: 200 }],
  ];
  for (const batch of batches) {
    for (const each of [puts, appends]) await each.take(batch);
    await puts.finalize('strict');
    await appends.finalize('strict', { results: appended });
  }
  const { key } = puts.view('strict');
  const all = { view: key, fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, limit: 100 };
  const [expected, found] = [await puts.stores.results.windows(all), await appended.windows(all)];
  expect(expected.rows).toHaveLength(6);
  const untimed = ({ updatedAtMs: _, ...row }: ReadRow) => row;
  expect(found.rows.map(untimed)).toEqual(expected.rows.map(untimed));
  appended.close();
});

describe('the worked example of docs/time.md, with gaps of ten minutes', () => {
  const minutes = (...times: readonly number[]) => times.map((minute) => ({ key: 'a', at: minute * 60 }));
  const byAllowed = (allowedLateness: Duration) =>
    view('visits', events)
      .window(session({ gap: '10 minutes' }), { allowedLateness })
      .groupBy('key')
      .aggregate(() => ({ n: count() }));

  test.each<[Duration, string, object[]]>([
    ['0 ms', 'is late, though less than a gap', [{ window_end: '1970-01-01T00:58:00.000Z', n: 2, lateEvents: 1 }]],
    [
      '10 minutes',
      'extends the final session',
      [{ window_end: '1970-01-01T01:05:00.000Z', n: 3, revision: 2, lateEvents: 0 }],
    ],
  ])('with %s allowed, an event five minutes behind the watermark %s', async (allowedLateness, _, expected) => {
    const visits = new SmallWorld(pipeline('p', [byAllowed(allowedLateness)]));
    await visits.take([...minutes(40, 48), { key: 'b', at: 60 * 60 }]);
    await visits.finalizeAll();
    expect(await visits.rows('visits')).toMatchObject([{ window_end: '1970-01-01T00:58:00.000Z', n: 2, revision: 1 }]);
    await visits.take(minutes(55));
    await visits.end();
    const ofA = (await visits.rows('visits')).filter(({ key }) => key === 'a');
    expect(ofA).toMatchObject(expected);
  });

  test('with 0 ms allowed, an old event of a session that goes on is late too', async () => {
    const visits = new SmallWorld(pipeline('p', [byAllowed('0 ms')]));
    await visits.take(minutes(40, 48, 56, 60));
    await visits.take(minutes(59));
    await visits.end();
    expect(await visits.rows('visits')).toMatchObject([{ n: 4, lateEvents: 1 }]);
  });
});
