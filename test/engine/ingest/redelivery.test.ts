import { click, record, recordsOf, sequence } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

const EVENTS = ['10:01', '10:02', '10:03', '10:04', '10:05', '10:06', '10:07', '10:08'].map((time) => click(time));
const BATCH = recordsOf(EVENTS);
const ROWS = ['10:00 /a 4', '10:05 /a 4'];

/** Rows and counts are those of the eight events, each once. */
async function expectEachOnce(world: World): Promise<void> {
  await world.end();
  expect(await world.summary()).toEqual(ROWS);
  expect(await world.counters()).toEqual({
    delivered: 8,
    accepted: 8,
    late: 0,
    dead: 0,
    duplicate: 0,
    discarded: 0,
  });
}

describe('records that come again', () => {
  test('as the same batch are skipped, by a warm and by a cold container', async () => {
    const world = new World();
    const warm = world.aggregator();
    expect(await warm.process(BATCH)).toMatchObject({ commits: 1, committed: { delivered: 8 } });
    expect(await warm.process(BATCH)).toMatchObject({ commits: 0, committed: { delivered: 0 } });
    expect(await world.take(BATCH)).toMatchObject({ commits: 0, committed: { delivered: 0 } });
    await expectEachOnce(world);
  });

  test('after a bisect are taken in where the first half ended', async () => {
    const world = new World();
    await world.take(BATCH.slice(0, 4));
    await world.take(BATCH.slice(0, 2));
    await world.take(BATCH.slice(2, 4));
    await world.take(BATCH.slice(4));
    await expectEachOnce(world);
  });

  test('with other batch boundaries are taken in once', async () => {
    const world = new World();
    await world.take(BATCH.slice(0, 3));
    await world.take(BATCH.slice(1, 5));
    await world.take(BATCH.slice(0, 6));
    await world.take(BATCH.slice(5));
    await expectEachOnce(world);
  });

  test('inside a packed record are taken in once', async () => {
    const world = new World();
    const packed = record(2, EVENTS.slice(1, 7), { pack: 'gzip' });
    const batch = [record(1, EVENTS[0] ?? []), packed, record(3, EVENTS[7] ?? [])];
    world.state.limits = { items: 2 };
    await world.take(batch.slice(0, 2));
    await world.take(batch);
    world.state.limits = {};
    await world.take(batch.slice(1));
    await expectEachOnce(world);
    expect((await world.checkpoint()).position).toEqual({ sequence: sequence(3), index: 0 });
  });

  test('of an old commit leave the checkpoint as it is', async () => {
    const world = new World();
    await world.take(BATCH);
    const before = await world.checkpoint();
    await world.take(BATCH.slice(0, 3));
    expect(await world.checkpoint()).toEqual(before);
  });
});

describe('two containers on one shard', () => {
  test('both warm, take turns, and the slower one filters what the faster one committed', async () => {
    const world = new World();
    const a = world.aggregator();
    const b = world.aggregator();
    await a.process(BATCH.slice(0, 2));
    await b.process(BATCH.slice(0, 4));
    expect(await a.process(BATCH.slice(2, 6))).toMatchObject({ committed: { delivered: 2 } });
    expect(await b.process(BATCH.slice(4))).toMatchObject({ committed: { delivered: 2 } });
    await expectEachOnce(world);
  });

  test('of which one is overtaken just before its commit: one wins, the other reloads and goes on', async () => {
    const world = new World();
    await world.take([]);
    const zombie = world.aggregator();
    world.state.beforeWriteOf(
      ({ partition }) => partition.startsWith('checkpoint'),
      () => world.take(BATCH.slice(0, 5)),
    );
    expect(await zombie.process(BATCH)).toMatchObject({ commits: 1, committed: { delivered: 3 } });
    expect(world.state.transactions.map(({ outcome }) => outcome.kind)).toEqual([
      'committed',
      'committed',
      'conditionFailed',
      'committed',
    ]);
    await expectEachOnce(world);
  });

  test('that run at the same time give the rows of one', async () => {
    const world = new World();
    const runs = Array.from({ length: 4 }, (_, i) => world.take(BATCH.slice(0, 8 - i)));
    await Promise.all(runs);
    await expectEachOnce(world);
  });

  test('that overtake each other without end stop with an error, and the batch can come again', async () => {
    const world = new World();
    const other = world.aggregator('s1', { state: world.stores.state });
    let next = 1;
    world.state.onTransact = async () => {
      await other.process([record(next++, click('10:01'))]);
    };
    const batch = recordsOf(EVENTS, 100);
    await expect(world.take(batch)).rejects.toMatchObject({
      code: 'commitFailed',
      message: expect.stringContaining("Stream 'clicks', shard s1, after checkpoint version"),
    });
    world.state.onTransact = async () => {};
    expect(await world.take(batch)).toMatchObject({ committed: { delivered: 8 } });
  });
});

describe('a commit whose outcome is not known', () => {
  test('and that was applied is found by the retry at its own end', async () => {
    const world = new World();
    world.state.script(null, 'lostReply');
    await world.take(BATCH);
    // Registered and committed: with the warm state gone, nothing is tried against a version that is over.
    expect(world.state.transactions.map(({ outcome }) => outcome.kind)).toEqual(['committed', 'committed']);
    await expectEachOnce(world);
  });

  test('and that was not applied is made again', async () => {
    const world = new World();
    world.state.script(null, 'lostRequest');
    await world.take(BATCH);
    await expectEachOnce(world);
  });

  test('or that met a conflict or a request in progress is looked at again', async () => {
    const world = new World();
    world.state.script(null, 'conflict', 'inProgress', 'lostRequest');
    await world.take(BATCH);
    await expectEachOnce(world);
  });

  test('because of throttling is left to the source, which gives the batch again', async () => {
    const world = new World();
    const container = world.aggregator();
    world.state.script(null, 'throttled');
    await expect(container.process(BATCH)).rejects.toMatchObject({ code: 'throttled' });
    await container.process(BATCH);
    await expectEachOnce(world);
  });

  test('takes the warm state with it: the next commit appends and does not rewrite a stale segment', async () => {
    const world = new World();
    const container = world.aggregator();
    await container.process(BATCH.slice(0, 1));
    // Applied: the stored segment now holds two events, and the container only knows of one.
    world.state.script('lostReply');
    await container.process(BATCH.slice(0, 2));
    await container.process(BATCH.slice(2, 3));
    expect((await world.segments()).map(({ version }) => version)).toEqual([2, 1]);
    await container.process(BATCH);
    await expectEachOnce(world);
  });

  test('again and again ends in an error that keeps its cause', async () => {
    const world = new World();
    world.state.script(null, ...Array.from({ length: 8 }, () => 'lostRequest' as const));
    await expect(world.take(BATCH)).rejects.toMatchObject({
      code: 'commitFailed',
      cause: { code: 'unknownOutcome' },
    });
    await world.take(BATCH);
    await expectEachOnce(world);
  });
});

describe('sequence numbers', () => {
  test('that differ after their 50th digit are told apart', async () => {
    const world = new World();
    await world.take([record(1, click('10:01'))]);
    await world.take([record(1, click('10:01')), record(2, click('10:02'))]);
    expect(await world.counters()).toMatchObject({ delivered: 2 });
  });

  test('of different lengths are ordered by length first', async () => {
    const world = new World();
    const nine = { ...record(1, click('10:01')), sequence: '9'.repeat(20) };
    const ten = { ...record(1, click('10:02')), sequence: `1${'0'.repeat(20)}` };
    await world.take([nine]);
    await world.take([nine, ten]);
    await world.take([nine, ten]);
    expect(await world.counters()).toMatchObject({ delivered: 2 });
    expect((await world.checkpoint()).position).toEqual({ sequence: ten.sequence, index: 0 });
  });
});
