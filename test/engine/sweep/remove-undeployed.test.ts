import { ShardAggregator } from '../../../engine/ingest/shard-aggregator.ts';
import type { StreamPlan } from '../../../engine/plan/plan.ts';
import { sweepStream } from '../../../engine/sweep/sweep.ts';
import { click, recordsOf } from '../../support/clicks.ts';
import { kitStream } from '../../support/pipeline-kit.ts';
import { World } from '../../support/world.ts';

const DAY_MS = 86_400_000;

/** `pages` and `users` have taken in events that no window has closed on; then a deployment has `pages` alone. */
async function withoutUsers(): Promise<{ readonly world: World; readonly next: StreamPlan }> {
  const world = new World({ views: ['pages', 'users'] });
  await world.sweep();
  for (let batch = 0; batch < 3; batch++) await world.take(recordsOf([click('10:01'), click('10:02')], 1 + 2 * batch));
  await world.take(recordsOf([click('10:20'), click('10:01')], 20));
  await world.take(recordsOf([click('10:02')], 30));
  expect(await left(world)).not.toEqual([]);
  return { world, next: kitStream({ views: ['pages'] }) };
}

async function left(world: World): Promise<readonly string[]> {
  const found = await Promise.all(
    [0, 1].map(async (bucket) => [
      ...(await world.segments('s1', 'users', bucket)),
      ...(await world.markers('users', bucket)),
    ]),
  );
  return found.flat().map(({ key }) => key.partition);
}

async function sweepsAfter(world: World, stream: StreamPlan, days: number): Promise<void> {
  world.clock.advance(days * DAY_MS);
  await sweepStream(stream, world.ports);
}

/** A commit of newer code, so that the checkpoint lists what the view has left no more. */
async function goOn(world: World, stream: StreamPlan): Promise<void> {
  const aggregator = new ShardAggregator(stream, 's1', world.ports, { generation: 2 });
  await aggregator.process(recordsOf([click('10:21')], 40));
}

describe('state of a view that is no longer deployed', () => {
  test('is removed a week after a sweep first missed it', async () => {
    const { world, next } = await withoutUsers();
    await goOn(world, next);
    await sweepsAfter(world, next, 0);
    await sweepsAfter(world, next, 6.9);
    expect(await left(world)).not.toEqual([]);
    const kept = await world.segments();
    await sweepsAfter(world, next, 0.2);
    expect(await left(world)).toEqual([]);
    expect(await world.segments()).toEqual(kept);
    expect(kept.length).toBeGreaterThan(0);
  });

  test('stays where the view comes back within the week, however long after that', async () => {
    const { world, next } = await withoutUsers();
    await goOn(world, next);
    await sweepsAfter(world, next, 0);
    await sweepsAfter(world, world.stream, 6);
    const before = await left(world);
    await sweepsAfter(world, world.stream, 60);
    expect(await left(world)).toEqual(before);
  });

  test('is left alone where a checkpoint still lists it, for a view that comes back would wait for it', async () => {
    const { world, next } = await withoutUsers();
    await world.take(recordsOf([click('10:22')], 35));
    await sweepsAfter(world, next, 0);
    await sweepsAfter(world, next, 8);
    const listed = (await world.checkpoint()).manifest.map(({ key }) => key.partition);
    const found = await left(world);
    expect(found.length).toBeGreaterThan(0);
    for (const partition of found) expect(listed).toContain(partition);
    await new ShardAggregator(world.stream, 's1', world.ports, { generation: 3 }).process(
      recordsOf([click('10:23')], 50),
    );
    expect(await world.counters()).toMatchObject({ dead: 0, discarded: 0 });
  });
});

test('state of deployed views does not end, whatever the clock says', async () => {
  const { world } = await withoutUsers();
  const before = await left(world);
  await sweepsAfter(world, world.stream, 0);
  await sweepsAfter(world, world.stream, 4000);
  expect(await left(world)).toEqual(before);
});
