import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { loadCheckpoint } from '../../../engine/state/checkpoint.ts';
import { idsPartition } from '../../../engine/state/keys.ts';
import { sweepStream } from '../../../engine/sweep/sweep.ts';
import { FaultyStateStore } from '../../support/faulty-state-store.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ id: Type.Optional(Type.String()), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '0 ms',
  dedupe: { by: 'id', within: '40 seconds' },
});
const strict = view('strict', events)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ n: count() }));
const rows = view('rows', events)
  .window(tumbling('1 minute'), { allowedLateness: '1 hour' })
  .aggregate(() => ({ n: count() }));

let world: SmallWorld;
beforeEach(() => {
  world = new SmallWorld(pipeline('p', [rows, strict]));
});

async function counters() {
  const { accepted, duplicate } = (await loadCheckpoint(world.stores.state, 'events', 's1'))?.counters ?? {};
  return { accepted, duplicate };
}

test('an event that comes again in its batch, in the next one, or to a cold container is a duplicate', async () => {
  const warm = world.container();
  await world.take(
    [
      { id: 'a', at: 1 },
      { id: 'a', at: 1 },
      { id: 'b', at: 1 },
    ],
    warm,
  );
  await world.take(
    [
      { id: 'a', at: 1 },
      { id: 'c', at: 2 },
    ],
    warm,
  );
  await world.take([
    { id: 'b', at: 1 },
    { id: 'c', at: 2 },
  ]);
  expect(await counters()).toEqual({ accepted: 3, duplicate: 4 });
});

test('an event without an id is never a duplicate', async () => {
  await world.take([{ at: 1 }, { at: 1 }]);
  expect(await counters()).toEqual({ accepted: 2, duplicate: 0 });
});

test('an id is forgotten once the watermark is beyond what is remembered, by warm and cold containers alike', async () => {
  for (const container of ['warm', 'cold'] as const) {
    world = new SmallWorld(pipeline('p', [rows]));
    const warm = world.container();
    const next = () => (container === 'warm' ? warm : world.container());
    await world.take([{ id: 'a', at: 1 }], next());
    await world.take([{ id: 'b', at: 55 }], next());
    await world.take([{ id: 'a', at: 1 }], next());
    await world.take(
      [
        { id: 'b', at: 55 },
        { id: 'a', at: 56 },
      ],
      next(),
    );
    expect([container, await counters()]).toEqual([container, { accepted: 4, duplicate: 1 }]);
  }
});

test('a child of a split knows the ids of its parent', async () => {
  await world.take([{ id: 'a', at: 1 }]);
  world.shards = [...world.shards, { id: 's2', parents: ['s1'] }];
  await world.take(
    [
      { id: 'a', at: 1 },
      { id: 'd', at: 1 },
    ],
    world.container('s2'),
  );
  const checkpoint = await loadCheckpoint(world.stores.state, 'events', 's2');
  expect(checkpoint?.counters).toMatchObject({ accepted: 1, duplicate: 1 });
});

test('the child of a merge knows the ids of both parents', async () => {
  world.shards = [
    { id: 's1', parents: [] },
    { id: 's2', parents: [] },
  ];
  await world.take([{ id: 'a', at: 1 }], world.container('s1'));
  await world.take([{ id: 'b', at: 1 }], world.container('s2'));
  world.shards = [...world.shards, { id: 's3', parents: ['s1', 's2'] }];
  const child = world.container('s3');
  await world.take(
    [
      { id: 'a', at: 1 },
      { id: 'b', at: 1 },
      { id: 'c', at: 1 },
    ],
    child,
  );
  const { counters: ofChild } = (await loadCheckpoint(world.stores.state, 'events', 's3')) ?? {};
  expect(ofChild).toMatchObject({ accepted: 1, duplicate: 2 });
});

test('the sweep deletes ids that nobody looks at any more, and a container that begins later does not miss them', async () => {
  await world.take([
    { id: 'a', at: 1 },
    { id: 'b', at: 30 },
  ]);
  await world.take([{ id: 'c', at: 65 }]);
  const topology = { shards: async () => world.shards, probe: async () => 'recordsWaiting' as const };
  await sweepStream(world.stream, { ...world.ports, topology });
  const left = await world.stores.state.query({ partition: idsPartition('events', 's1') });
  expect(left.map(({ key }) => key.sort.slice(11, 19))).toEqual(['00:00:30', '00:01:00']);
  await world.take([{ id: 'b', at: 30 }]);
  expect(await counters()).toEqual({ accepted: 3, duplicate: 1 });
});

test('a container that was overtaken while it began does not take duplicates of forgotten ids for late events', async () => {
  await world.take([{ id: 'a', at: 59 }]);
  await world.take([{ id: 'b', at: 61 }]);
  const again = world.records([{ id: 'a', at: 59 }]);
  const topology = { shards: async () => world.shards, probe: async () => 'recordsWaiting' as const };
  const state = new FaultyStateStore(world.stores.state);
  //   overtaken: checkpoint at 61 | ................................................. | ids: that of 59 is gone
  //   another:                    | takes the duplicate, and 200 | the sweep forgets 59
  state.beforeQueryOf('ids#', async () => {
    const other = world.container();
    await other.process(again);
    await world.take([{ id: 'z', at: 200 }], other);
    await sweepStream(world.stream, { ...world.ports, topology });
  });
  await world.container('s1', state).process(again);
  expect(await counters()).toEqual({ accepted: 3, duplicate: 1 });
  expect(await world.stores.deadLetters.read('events')).toEqual([]);
});

test('ids are measured: 8 bytes an event', async () => {
  await world.take(Array.from({ length: 1000 }, (_, i) => ({ id: `e${i}`, at: 5 })));
  const [item] = await world.stores.state.query({ partition: idsPartition('events', 's1') });
  expect(item?.data.length).toBe(6 + 8000);
});
