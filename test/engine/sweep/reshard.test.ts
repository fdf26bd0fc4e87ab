import { discardBatch } from '../../../engine/ingest/discard.ts';
import { sweepStream } from '../../../engine/sweep/sweep.ts';
import { at, click, record, recordsOf } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

/** A world that has read its shards up to a time of the day. */
async function worldAt(time: string, shards: readonly string[] = ['p']): Promise<World> {
  const world = new World({ shards });
  for (const shard of shards) {
    world.log.append(shard, record(1, click(time)));
    await world.take(world.log.records(shard), shard);
  }
  return world;
}

const minus1 = (time: string) => at(time) - 60_000;

describe('a split', () => {
  test('gives each child the watermark of its parent', async () => {
    const world = await worldAt('10:10');
    world.log.split('p', 'c1', 'c2');
    await world.sweep();
    const children = (await world.checkpoints()).filter(({ shard }) => shard !== 'p');
    expect(children.map(({ shard, watermarkMs, parents }) => [shard, watermarkMs, parents])).toEqual([
      ['c1', minus1('10:10'), ['p']],
      ['c2', minus1('10:10'), ['p']],
    ]);
  });

  test('retires the parent only when it is read to its end', async () => {
    const world = await worldAt('10:10');
    world.log.append('p', record(2, click('10:11')));
    world.log.split('p', 'c1', 'c2');
    expect((await world.sweep()).retired).toEqual([]);
    await world.take(world.log.records('p'), 'p');
    expect((await world.sweep()).retired).toEqual(['p']);
    expect(await world.checkpoint('p')).toMatchObject({ retired: true, watermarkMs: minus1('10:11') });
  });

  test('keeps the watermark with the parent while the children are ahead', async () => {
    const world = await worldAt('10:10');
    world.log.append('p', record(2, click('10:11')));
    world.log.split('p', 'c1', 'c2');
    for (const child of ['c1', 'c2']) {
      world.log.append(child, record(1, click('10:30')));
      await world.take(world.log.records(child), child);
    }
    expect(await world.watermark()).toBe(minus1('10:10'));
    await world.sweep();
    expect(await world.watermark()).toBe(minus1('10:10'));
    await world.take(world.log.records('p'), 'p');
    await world.sweep();
    expect(await world.watermark()).toBe(minus1('10:30'));
  });

  test('is registered by the first commit on a child as well', async () => {
    const world = await worldAt('10:10');
    world.log.split('p', 'c1', 'c2');
    await world.take([record(1, click('10:12'))], 'c1');
    expect((await world.checkpoints()).map(({ shard, watermarkMs }) => [shard, watermarkMs])).toEqual([
      ['c1', minus1('10:12')],
      ['c2', minus1('10:10')],
      ['p', minus1('10:10')],
    ]);
  });

  test('of a split before anything is read gives the grandchildren the watermark of the grandparent', async () => {
    const world = await worldAt('10:10');
    world.log.split('p', 'c1', 'c2');
    world.log.split('c1', 'd1', 'd2');
    await world.sweep();
    expect(await world.checkpoint('d1')).toMatchObject({ watermarkMs: minus1('10:10'), parents: ['c1'] });
    expect(await world.checkpoint('c1')).toMatchObject({ retired: true, position: null });
    expect(await world.watermark()).toBe(minus1('10:10'));
  });

  test('of a split holds the watermark for records that wait in the middle shard', async () => {
    const world = await worldAt('10:10', ['p', 'q']);
    world.log.split('p', 'c1', 'c2');
    world.log.append('c1', record(1, click('10:11')));
    world.log.split('c1', 'd1', 'd2');
    world.log.append('q', record(2, click('11:00')));
    await world.take(world.log.records('q'), 'q');
    await world.sweep();
    expect((await world.checkpoint('c1')).retired).toBe(false);
    expect(await world.watermark()).toBe(minus1('10:10'));
  });

  test('does not let the global watermark go back when the parent commits while its children are registered', async () => {
    const world = await worldAt('10:04');
    world.log.append('p', record(2, click('10:13')));
    world.log.split('p', 'c1', 'c2');
    //   sweep:     reads the parent's watermark, 10:03 | ............................... | registers c1 with 10:03
    //   parent:                                        | commits 10:12                   |
    //   finalizer:                                     |           closes 10:00 to 10:10 |
    world.state.beforeWriteOf(
      ({ sort }) => sort === 'c1',
      async () => {
        await world.take(world.log.records('p'), 'p');
        await world.finalize();
      },
    );
    await world.sweep();
    expect(await world.watermark()).toBe(minus1('10:13'));
    // On time for a watermark of 10:03, and its window is closed.
    world.log.append('c1', record(1, click('10:04:30', '/lost')));
    await world.take(world.log.records('c1'), 'c1');
    await world.sweep();
    await world.finalizeAll();
    expect(await world.summary()).toEqual(['10:00 /a 1', '10:00 /lost 1']);
  });
});

describe('a merge', () => {
  test('gives the child the lesser watermark of its parents, and retires both', async () => {
    const world = await worldAt('10:10', ['p', 'q']);
    world.log.append('q', record(2, click('10:40')));
    await world.take(world.log.records('q'), 'q');
    world.log.merge('p', 'q', 'c');
    expect((await world.sweep()).retired).toEqual(['p', 'q']);
    expect(await world.checkpoint('c')).toMatchObject({ watermarkMs: minus1('10:10'), parents: ['p', 'q'] });
    expect(await world.watermark()).toBe(minus1('10:10'));
  });

  test('keeps the parent that still has records', async () => {
    const world = await worldAt('10:10', ['p', 'q']);
    world.log.append('q', record(2, click('10:20')));
    world.log.merge('p', 'q', 'c');
    expect((await world.sweep()).retired).toEqual(['p']);
    expect((await world.checkpoint('q')).retired).toBe(false);
  });
});

describe('a closed shard', () => {
  test('without children stays in the minimum and goes on with the others', async () => {
    const world = await worldAt('10:10', ['p', 'q']);
    world.log.close('p');
    await world.sweep();
    world.clock.advance(60_000);
    world.log.append('q', record(2, click('10:30')));
    await world.take(world.log.records('q'), 'q');
    const report = await world.sweep();
    expect(report).toMatchObject({ retired: [], raised: ['p'], watermarkMs: minus1('10:30') });
  });

  test('is not retired while the rest of its last record is still to be committed', async () => {
    const world = await worldAt('10:10');
    const packed = record(2, [click('10:11'), click('10:16'), click('10:21'), click('10:26')]);
    world.log.append('p', packed);
    world.log.split('p', 'c1', 'c2');
    world.state.limits = { items: 3 };
    // The record is cut into commit chunks, and the container dies after the first.
    world.state.script(null, 'throttled');
    await expect(world.take([packed], 'p')).rejects.toThrow();
    const { position } = await world.checkpoint('p');
    expect(position?.sequence).toBe(packed.sequence);
    expect(position?.index).toBeLessThan(3);
    expect((await world.sweep()).retired).toEqual([]);
  });
});

describe('a shard whose first batch the source gives up on', () => {
  test('has the watermark of its parents, so that the global watermark does not go back', async () => {
    const world = await worldAt('10:10');
    world.log.split('p', 'c1', 'c2');
    await discardBatch(world.stream, 'c1', recordsOf([click('10:11')]), world.ports).catch(() => 0);
    await world.sweep();
    expect(await world.watermark()).toBe(minus1('10:10'));
  });
});

describe('a shard that the source does not list yet', () => {
  test('does not send the global watermark back', async () => {
    const world = await worldAt('10:10');
    const early = [record(1, click('10:04'))];
    await world
      .aggregator('c1')
      .process(early)
      .catch(() => null);
    expect(await world.watermark()).toBeGreaterThanOrEqual(minus1('10:10'));
  });
});

describe('a shard without parents in a stream that has gone on, as after the stream was made again', () => {
  test('begins with the global watermark, so that no event gets into a final window without a marker', async () => {
    const world = await worldAt('10:10');
    await world.finalize();
    world.log.close('p');
    world.log.add('q');
    await world.take([record(1, click('10:04', '/lost'))], 'q');
    expect(await world.watermark()).toBe(minus1('10:10'));
    await world.sweep();
    await world.end();
    expect(await world.summary()).toEqual(['10:00 /lost 1', '10:10 /a 1']);
  });

  test('begins with it also where the watermark rises meanwhile', async () => {
    const world = await worldAt('10:10');
    world.log.append('p', record(2, click('10:13')));
    world.log.add('q');
    world.state.beforeWriteOf(
      ({ sort }) => sort === 'q',
      () => world.take(world.log.records('p'), 'p'),
    );
    await world.sweep();
    expect(await world.watermark()).toBe(minus1('10:13'));
  });
});

test('a child that is listed only after its parent was retired begins with the global watermark', async () => {
  const world = await worldAt('10:10');
  const listed = [
    { id: 'p', parents: [] },
    { id: 'c1', parents: ['p'] },
  ];
  const topology = { shards: async () => listed, probe: async () => 'ended' as const };
  await sweepStream(world.stream, { ...world.ports, topology });
  expect((await world.checkpoint('p')).retired).toBe(true);
  await world.aggregator('c1', { topology }).process([record(1, click('10:40'))]);
  expect(await world.watermark()).toBe(minus1('10:40'));
  listed.push({ id: 'c2', parents: ['p'] });
  await sweepStream(world.stream, { ...world.ports, topology });
  expect((await world.checkpoint('c2')).watermarkMs).toBeGreaterThanOrEqual(minus1('10:40'));
});
