import { discardBatch } from '../../../engine/ingest/discard.ts';
import { at, click, record, recordsOf, sequence } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

const BATCH = recordsOf([click('10:02'), click('10:30')], 2);

async function started(): Promise<World> {
  const world = new World();
  await world.take(recordsOf([click('10:01')]));
  return world;
}

describe('a batch that the source gave up on', () => {
  test('is counted, moves the position, and leaves the watermark', async () => {
    const world = await started();
    expect(await discardBatch(world.stream, 's1', BATCH, world.ports)).toBe(2);
    expect(await world.checkpoint()).toMatchObject({
      position: { sequence: sequence(3), index: 0 },
      watermarkMs: at('10:00'),
      counters: { delivered: 3, accepted: 1, discarded: 2 },
    });
  });

  test('is counted once, however often that is reported', async () => {
    const world = await started();
    await discardBatch(world.stream, 's1', BATCH, world.ports);
    expect(await discardBatch(world.stream, 's1', BATCH, world.ports)).toBe(0);
    expect(await world.counters()).toMatchObject({ delivered: 3, discarded: 2 });
  });

  test('counts the events that earlier attempts did not commit', async () => {
    const world = await started();
    await world.take(BATCH.slice(0, 1));
    expect(await discardBatch(world.stream, 's1', BATCH, world.ports)).toBe(1);
    expect(await world.counters()).toMatchObject({ delivered: 3, accepted: 2, discarded: 1 });
  });

  test('counts every event of packed and of unreadable records', async () => {
    const world = await started();
    const records = [
      record(2, [click('10:02'), click('10:03')], { pack: 'zstd' }),
      record(3, Uint8Array.of(0x1f, 0x8b)),
    ];
    expect(await discardBatch(world.stream, 's1', records, world.ports)).toBe(3);
    expect((await world.checkpoint()).position).toEqual({ sequence: sequence(3), index: 0 });
  });

  test('that the shard has gone on beyond does not take the position back', async () => {
    const world = await started();
    await world.take(recordsOf([click('10:40')], 4));
    expect(await discardBatch(world.stream, 's1', BATCH, world.ports)).toBe(2);
    expect(await world.checkpoint()).toMatchObject({
      position: { sequence: sequence(4), index: 0 },
      counters: { delivered: 4, accepted: 2, discarded: 2 },
    });
  });

  test('is skipped by a container that still holds it, warm with an older checkpoint', async () => {
    const world = await started();
    const warm = world.aggregator();
    await warm.process(recordsOf([click('10:01')]));
    await discardBatch(world.stream, 's1', BATCH, world.ports);
    await warm.process([...BATCH, record(4, click('10:31'))]);
    expect(await world.counters()).toMatchObject({ delivered: 4, accepted: 2, discarded: 2 });
  });

  test('is counted once where a commit of the shard comes in between', async () => {
    const world = await started();
    world.state.beforeWriteOf(
      ({ partition }) => partition.startsWith('discard'),
      () => world.take(recordsOf([click('10:40')], 4)),
    );
    expect(await discardBatch(world.stream, 's1', BATCH, world.ports)).toBe(2);
    expect(await world.counters()).toMatchObject({ delivered: 4, accepted: 2, discarded: 2 });
  });

  test('of no records is nothing', async () => {
    const world = await started();
    expect(await discardBatch(world.stream, 's1', [], world.ports)).toBe(0);
  });

  test('ends the rest of a record that was cut in chunks', async () => {
    const world = await started();
    const packed = record(2, [click('10:02'), click('10:07'), click('10:12')]);
    world.state.limits = { items: 2 };
    world.state.script(null, 'throttled');
    await expect(world.take([packed])).rejects.toMatchObject({ code: 'throttled' });
    world.state.limits = {};
    expect(await discardBatch(world.stream, 's1', [packed], world.ports)).toBe(2);
    expect(await world.checkpoint()).toMatchObject({
      insideRecord: false,
      counters: { delivered: 4, accepted: 2, discarded: 2 },
    });
  });
});
