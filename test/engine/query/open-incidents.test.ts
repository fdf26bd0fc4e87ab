import { pipeline, stream, sum, Timestamp, Type, terminal, tumbling, view } from 'streamgauge';
import { readOpenIncidents } from '../../../engine/query/open-incidents.ts';
import { SmallWorld } from '../../support/small-world.ts';

const T0 = Date.UTC(2026, 0, 1) / 1000;
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const watched = view('watched', events)
  .window(tumbling('10 seconds'))
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }))
  .alert('high', { when: (row) => row.total.gte(10), severity: 'warning', groupAbove: 2, to: [terminal()] });
const event = (seconds: number, v: number, key: string) => ({ key, v, at: T0 + seconds });

test('incidents that are on are shown as they were announced last, those of long ago first', async () => {
  const small = new SmallWorld(pipeline('p', [watched]));
  expect(await readOpenIncidents(small.plan, small.stores)).toEqual([]);
  await small.take([event(1, 12, 'a'), event(11, 12, 'a'), event(12, 15, 'b'), event(13, 12, 'c')]);
  await small.take([event(21, 0, 'z')]);
  await small.finalize('watched');
  const { key } = small.view('watched');
  const incident = { view: 'watched', alert: 'high', severity: 'warning', groupedIn: null };
  expect(await readOpenIncidents(small.plan, small.stores)).toEqual([
    {
      ...incident,
      id: `${key}/high/0/1`,
      group: { key: 'a' },
      from: '2026-01-01T00:00:00.000Z',
      reason: 'total ≥ 10: total is 12',
    },
    {
      ...incident,
      id: `${key}/high/0/2`,
      group: { key: 'b' },
      from: '2026-01-01T00:00:10.000Z',
      reason: 'total ≥ 10: total is 15',
    },
    {
      ...incident,
      id: `${key}/high/0/3`,
      group: { key: 'c' },
      from: '2026-01-01T00:00:10.000Z',
      reason: 'total ≥ 10: total is 12',
    },
  ]);
  await small.take([event(31, 12, 'd'), event(32, 12, 'e'), event(33, 12, 'f'), event(41, 0, 'z')]);
  await small.finalize('watched');
  const grouped = (await readOpenIncidents(small.plan, small.stores)).map(({ group, groupedIn }) => [
    group.key,
    groupedIn,
  ]);
  expect(grouped).toEqual([
    ['d', `${key}/high/0/4`],
    ['e', `${key}/high/0/4`],
    ['f', `${key}/high/0/4`],
  ]);
});
