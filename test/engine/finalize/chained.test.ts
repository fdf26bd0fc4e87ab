import { count, global, max, mean, pipeline, sliding, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { readHealth } from '../../../engine/query/health.ts';
import { readOpenWindows } from '../../../engine/query/open-windows.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const base = view('base', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 minute' })
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.v) }))
  .derive((row) => ({ usual: mean(row.n).over({ windows: 3 }) }));
const over = view('over', base)
  .window(tumbling('30 seconds'))
  .groupBy('key')
  .aggregate((row) => ({ n: sum(row.n), busiest: max(row.n) }));
const overlap = view('overlap', events)
  .window(sliding({ size: '30 seconds', slide: '10 seconds' }), { allowedLateness: '1 minute' })
  .aggregate(() => ({ n: count() }));
const totals = view('totals', events)
  .window(global({ emitEvery: '10 seconds' }))
  .groupBy('key')
  .aggregate((e) => ({ n: count(), total: sum(e.v) }));

let world: SmallWorld;
beforeEach(() => {
  world = new SmallWorld(pipeline('p', [base, over, overlap, totals]));
});
const at = (...times: readonly number[]) => times.map((time) => ({ key: 'a', v: 1, at: time }));

test('a late event revises its row, the rows after it that go over it, and the rows made of these', async () => {
  await world.take(at(1, 11, 12, 21, 65));
  await world.finalizeAll();
  expect((await world.rows('base')).map(({ n, usual, revision }) => [n, usual, revision])).toEqual([
    [1, 1, 1],
    [2, 1.5, 1],
    [1, 4 / 3, 1],
  ]);
  expect(await world.rows('over')).toMatchObject([{ n: 4, busiest: 2, revision: 1 }]);
  await world.take(at(2, 3));
  await world.finalizeAll();
  expect((await world.rows('base')).map(({ n, usual, revision }) => [n, usual, revision])).toEqual([
    [3, 3, 2],
    [2, 2.5, 2],
    [1, 2, 2],
  ]);
  expect(await world.rows('over')).toMatchObject([{ n: 6, busiest: 3, revision: 2 }]);
});

test('a late event revises every final window that holds it', async () => {
  await world.take(at(5, 45));
  await world.finalizeAll();
  await world.take(at(25));
  await world.finalizeAll();
  const rows = await world.rows('overlap');
  expect(rows.map(({ window_start, n, revision }) => [String(window_start).slice(14, 19), n, revision])).toEqual([
    ['59:40', 1, 1],
    ['59:50', 1, 1],
    ['00:00', 2, 2],
    ['00:10', 1, 1],
  ]);
});

test('open windows can be read as of the last commit, also those that go over rows before them', async () => {
  await world.take(at(1, 11, 12));
  await world.finalizeAll();
  const open = async (name: string) =>
    (await readOpenWindows(world.view(name), world.stores, 10)).flatMap(({ rows }) =>
      rows.map(({ columns }) => columns),
    );
  expect(await open('base')).toMatchObject([{ n: 2, usual: 1.5 }]);
  expect((await open('overlap')).map(({ n }) => n)).toEqual([3, 3, 2]);
  expect(await open('totals')).toMatchObject([{ as_of: '1970-01-01T00:00:20.000Z', n: 3 }]);
});

test('totals take in what comes late, and go on from what is carried', async () => {
  for (const times of [[1], [31], [2], [61], [62, 95]]) {
    await world.take(at(...times));
    await world.finalize('totals');
  }
  expect(await world.rows('totals')).toMatchObject([{ as_of: '1970-01-01T00:01:10.000Z', n: 5, total: 5 }]);
});

test('the health of a stream tells windows that are open and how much state there is, which goes with the windows', async () => {
  await world.take(at(1, 11));
  await world.finalizeAll();
  const before = await readHealth(world.stream, world.stores.state);
  const of = (name: string) => before.views.find(({ view }) => view === name);
  expect([of('base')?.openWindows, of('over')?.openWindows, of('overlap')?.openWindows]).toEqual([1, 1, 3]);
  expect(of('overlap')?.segments).toBe(2);
  expect(of('totals')?.carriedBytes).toBeGreaterThan(0);
  await world.end();
  const after = await readHealth(world.stream, world.stores.state);
  const left = after.views.map(({ view, openWindows, segments, stateBytes, carriedBytes }) => [
    view,
    openWindows,
    segments,
    stateBytes - carriedBytes,
  ]);
  expect(left).toEqual([
    ['base', 0, 0, 0],
    ['over', 0, 0, 0],
    ['overlap', 0, 0, 0],
    ['totals', 0, 0, 0],
  ]);
});

test('the health of a stream is read up to so many bytes, and says that there is more', async () => {
  await world.take(at(1, 11));
  await world.finalizeAll();
  const whole = await readHealth(world.stream, world.stores.state);
  const bytes = whole.views.reduce((sum, { stateBytes }) => sum + stateBytes, 0);
  expect(whole.isWhole).toBe(true);
  const part = await readHealth(world.stream, world.stores.state, bytes / 2);
  const read = part.views.reduce((sum, { stateBytes }) => sum + stateBytes, 0);
  expect(part.isWhole).toBe(false);
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(bytes);
});
