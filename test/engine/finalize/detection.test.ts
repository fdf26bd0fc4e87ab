import { anomaly, forecast, max, pipeline, stream, Timestamp, Type, tumbling, view, zScore } from 'streamgauge';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const watched = view('watched', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 hour' })
  .groupBy('key')
  .aggregate((e) => ({ v: max(e.v) }))
  .derive((row) => ({
    far: zScore(row.v, { rows: 3, threshold: 3 }),
    odd: anomaly(row.v, { warmUp: 5 }),
    next: forecast(row.v, { horizon: 1, method: 'simple', alpha: 0.5 }),
  }));

const wave = (i: number) => 10 + (i % 3);
const both = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => from + i).flatMap((i) => [
    { key: 'a', v: wave(i), at: i * 10 },
    { key: 'b', v: wave(i + 1), at: i * 10 + 1 },
  ]);

test('a late event judges its group anew from its row on, and no row of another group is written again', async () => {
  const world = new SmallWorld(pipeline('p', [watched]));
  await world.take([...both(0, 20), { key: 'z', v: 0, at: 205 }]);
  await world.finalizeAll();
  const before = await world.rows('watched');
  await world.take([{ key: 'a', v: 99, at: 145 }]);
  await world.finalizeAll();
  const after = await world.rows('watched');
  const of = (rows: typeof before, key: string) => rows.filter((row) => row.key === key);
  expect(of(after, 'b')).toEqual(of(before, 'b'));
  expect(of(after, 'a').slice(0, 14)).toEqual(of(before, 'a').slice(0, 14));
  expect(of(after, 'a')[14]).toMatchObject({ v: 99, revision: 2, far: { is_anomaly: true } });
  expect(of(after, 'a').map(({ revision }) => revision)).toEqual([
    ...Array.from({ length: 14 }, () => 1),
    ...Array.from({ length: 6 }, () => 2),
  ]);
});

test('what a revised group has is what it would have had, had the event been on time', async () => {
  const late = { key: 'a', v: 99, at: 145 };
  const end = { key: 'z', v: 0, at: 205 };
  const [revised, onTime] = [new SmallWorld(pipeline('p', [watched])), new SmallWorld(pipeline('p', [watched]))];
  for (const batch of [[...both(0, 20), end], [late]]) {
    await revised.take(batch);
    await revised.finalizeAll();
  }
  await onTime.take([...both(0, 20), late, end].sort((a, b) => a.at - b.at));
  await onTime.finalizeAll();
  const content = async (world: SmallWorld) => (await world.rows('watched')).map(({ revision, ...columns }) => columns);
  expect(await content(revised)).toEqual(await content(onTime));
});
