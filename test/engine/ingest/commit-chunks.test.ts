import { type Click, click, record, recordsOf, sequence } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

/** Text that does not compress. Starts the same way for the same seed. */
function noise(length: number, seed = 1): string {
  let state = seed;
  const digits = Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 24).toString(36).slice(-1);
  });
  return digits.join('');
}

const NINE = ['10:01', '10:06', '10:11', '10:16', '10:21', '10:26', '10:31', '10:36', '10:41'].map((time) =>
  click(time),
);

describe('a batch that is too large for one commit', () => {
  test('by its items is cut in chunks, each a commit with what it counts', async () => {
    const world = new World();
    world.state.limits = { items: 3 };
    const result = await world.take(recordsOf(NINE));
    expect(result).toMatchObject({ committed: { delivered: 9, accepted: 9 } });
    expect(result.commits).toBeGreaterThan(3);
    expect(world.state.commits.every(({ writes }) => writes.length <= 3)).toBe(true);
    await world.end();
    expect((await world.rows()).length).toBe(9);
  });

  test('by its bytes is cut in chunks', async () => {
    const world = new World();
    world.state.limits = { bytes: 2_000 };
    const events = Array.from({ length: 12 }, (_, i) => click('10:01', `/${noise(500, i + 1)}`));
    expect((await world.take(recordsOf(events))).commits).toBeGreaterThan(3);
    await world.end();
    expect((await world.rows()).map(({ columns }) => columns.views)).toEqual(Array(12).fill(1));
  });

  test('is cut inside a packed record, and the position tells where', async () => {
    const world = new World();
    world.state.limits = { items: 3 };
    world.state.script(null, null, 'throttled');
    const packed = record(5, NINE, { pack: 'zstd' });
    await expect(world.take([packed])).rejects.toMatchObject({ code: 'throttled' });
    const { position, counters } = await world.checkpoint();
    expect(position).toEqual({ sequence: sequence(5), index: counters.delivered - 1 });
    expect(counters.delivered).toBeLessThan(9);
    await world.take([packed]);
    expect(await world.counters()).toMatchObject({ delivered: 9, accepted: 9 });
    await world.end();
    expect((await world.rows()).length).toBe(9);
  });

  test('has the lateness of each chunk judged by the checkpoint that the chunk builds on', async () => {
    const late = [click('10:01'), click('10:30'), click('10:02', '/late'), click('10:31')];
    const whole = new World({ views: ['pages_on_time'] });
    await whole.take([record(1, late)]);
    expect(await whole.counters()).toMatchObject({ accepted: 4, late: 0 });

    const cut = new World({ views: ['pages_on_time'] });
    cut.state.limits = { items: 2 };
    await cut.take([record(1, late)]);
    expect(await cut.counters()).toMatchObject({ delivered: 4, accepted: 3, late: 1 });
    expect((await cut.sides()).map(({ kind, position }) => [kind, position.index])).toEqual([['late', 2]]);
  });

  test('has as many events in later chunks as in the first that fitted', async () => {
    const world = new World();
    world.state.limits = { items: 4 };
    await world.take(recordsOf(NINE));
    const [, ...cuts] = world.state.commits.map(({ writes }) => writes.length - 1);
    expect(cuts).toEqual([3, 3, 3]);
  });
});

describe('an event that does not fit into an item by itself', () => {
  const huge: Click = click('10:02', `/${noise(5_000)}`);
  const batch = recordsOf([click('10:01'), huge, click('10:03'), click('10:04')]);

  test('becomes a dead letter, and its neighbours are taken in', async () => {
    const world = new World();
    world.state.limits = { itemBytes: 2_000 };
    await world.take(batch);
    expect(await world.counters()).toMatchObject({ delivered: 4, accepted: 3, dead: 1 });
    expect(await world.sides()).toMatchObject([
      {
        kind: 'dead',
        reason: 'oversized',
        position: { sequence: sequence(2), index: 0 },
        message: "The state that the event adds in stream 'clicks' does not fit into one item of the store.",
      },
    ]);
    await world.end();
    expect(await world.summary()).toEqual(['10:00 /a 3']);
  });

  test('is the only one of a packed record to be lost', async () => {
    const world = new World();
    world.state.limits = { itemBytes: 2_000 };
    await world.take([record(1, [click('10:01'), huge, click('10:03')]), record(2, [huge])]);
    expect(await world.counters()).toMatchObject({ delivered: 4, accepted: 2, dead: 2 });
  });

  test('does not make every later event a commit of its own', async () => {
    const world = new World();
    world.state.limits = { itemBytes: 2_000 };
    const many = Array.from({ length: 400 }, () => click('10:03'));
    const { commits, committed } = await world.take([record(1, [...many, huge, ...many])]);
    expect(committed).toMatchObject({ delivered: 801, dead: 1 });
    expect(commits).toBeLessThan(60);
  });

  test('stops the batch where not even its dead letter can be committed', async () => {
    const world = new World();
    await world.take([]);
    world.state.limits = { items: 0 };
    await expect(world.take(batch)).rejects.toMatchObject({ code: 'commitTooLarge' });
    expect(await world.counters()).toMatchObject({ delivered: 0 });
  });
});
