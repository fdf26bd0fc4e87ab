import { raiseGeneration } from '../../../engine/protocol/generation.ts';
import { takeOver } from '../../../engine/protocol/take-over.ts';
import { click, recordsOf } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

test('each raise gives a generation of its own, above that of stores from before they were counted', async () => {
  const world = new World();
  expect(await raiseGeneration(world.ports)).toBe(2);
  const raced = await Promise.all([1, 2, 3].map(() => raiseGeneration(world.ports)));
  expect(raced.toSorted()).toEqual([3, 4, 5]);
});

describe('taking a stream over', () => {
  test('refuses the next commit of the older code, also where the newer one has committed nothing', async () => {
    const world = new World();
    const old = world.aggregator('s1', {}, { generation: 2 });
    await old.process(recordsOf([click('10:01')]));
    await takeOver(world.ports, 'clicks', 3);
    const batch = recordsOf([click('10:02')], 2);
    await expect(old.process(batch)).rejects.toMatchObject({ code: 'olderGeneration' });
    expect(await world.checkpoint()).toMatchObject({ generation: 3, counters: { delivered: 1 } });
    await world.aggregator('s1', {}, { generation: 3 }).process(batch);
    expect(await world.checkpoint()).toMatchObject({ generation: 3, counters: { delivered: 2, accepted: 2 } });
  });

  test('refuses a commit that is on its way', async () => {
    const world = new World();
    const old = world.aggregator('s1', {}, { generation: 2 });
    await old.process(recordsOf([click('10:01')]));
    const { transact } = world.state;
    world.state.transact = async (writes) => {
      world.state.transact = transact;
      await takeOver(world.ports, 'clicks', 3);
      return transact.call(world.state, writes);
    };
    await expect(old.process(recordsOf([click('10:02')], 2))).rejects.toMatchObject({ code: 'olderGeneration' });
    expect(await world.checkpoint()).toMatchObject({ generation: 3, counters: { delivered: 1 } });
  });

  test('registers the shards that nobody has read, and keeps everything but version and generation', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    await world.aggregator('s1', {}, { generation: 2 }).process(recordsOf([click('10:01')]));
    const before = await world.checkpoint();
    await takeOver(world.ports, 'clicks', 3);
    expect(await world.checkpoint()).toEqual({ ...before, version: before.version + 1, generation: 3 });
    await expect(
      world.aggregator('s2', {}, { generation: 2 }).process(recordsOf([click('10:02')])),
    ).rejects.toMatchObject({ code: 'olderGeneration' });
  });

  test('leaves alone what a later generation has taken', async () => {
    const world = new World();
    await takeOver(world.ports, 'clicks', 4);
    const before = await world.checkpoint();
    await takeOver(world.ports, 'clicks', 3);
    expect(await world.checkpoint()).toEqual(before);
  });

  test('goes on where the older code commits at the same moment', async () => {
    const world = new World();
    const old = world.aggregator('s1', {}, { generation: 2 });
    await old.process(recordsOf([click('10:01')]));
    const { transact } = world.state;
    world.state.transact = async (writes) => {
      world.state.transact = transact;
      await old.process(recordsOf([click('10:02')], 2));
      return transact.call(world.state, writes);
    };
    await takeOver(world.ports, 'clicks', 3);
    expect(await world.checkpoint()).toMatchObject({ generation: 3, counters: { delivered: 2 } });
  });
});
