import { at, click, recordsOf } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

/** Window 10:00 is final with one event of '/a' and one of '/b'; the watermark is 10:07. */
async function finalAt1005(): Promise<World> {
  const world = new World();
  await world.take(recordsOf([click('10:01'), click('10:02', '/b'), click('10:08')]));
  await world.finalize();
  return world;
}

async function revisions(world: World): Promise<unknown[]> {
  return (await world.rows()).map(({ columns, revision }) => [columns.page, columns.views, revision]);
}

describe('a late event within the allowed lateness', () => {
  test('revises the row of its group, and no other', async () => {
    const world = await finalAt1005();
    await world.take(recordsOf([click('10:03')], 4));
    await world.finalize();
    expect(await revisions(world)).toEqual([
      ['/a', 2, 2],
      ['/b', 1, 1],
    ]);
    expect(await world.markers()).toEqual([]);
  });

  test('of a new group gives a new row', async () => {
    const world = await finalAt1005();
    await world.take(recordsOf([click('10:03', '/c')], 4));
    await world.finalize();
    expect(await revisions(world)).toEqual([
      ['/a', 1, 1],
      ['/b', 1, 1],
      ['/c', 1, 1],
    ]);
  });

  test('of a window without rows so far gives its first row', async () => {
    const world = await finalAt1005();
    await world.take(recordsOf([click('09:58')], 4));
    await world.finalize();
    expect(await world.summary()).toEqual(['09:55 /a 1', '10:00 /a 1', '10:00 /b 1']);
  });

  test('before its window is finalized makes no revision', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    await world.take(recordsOf([click('10:02')], 3));
    expect((await world.markers()).length).toBe(1);
    await world.finalize();
    expect(await revisions(world)).toEqual([['/a', 2, 1]]);
    expect(await world.markers()).toEqual([]);
  });

  test('is looked for by the sweep, which wakes for its marker', async () => {
    const world = await finalAt1005();
    await world.wakes();
    expect(await world.sweep()).toMatchObject({ wakes: 0 });
    await world.take(recordsOf([click('10:03')], 4));
    expect(await world.wakes()).toEqual([]);
    expect(await world.sweep()).toMatchObject({ wakes: 1 });
    await world.finalize();
    world.clock.advance(60_000);
    expect(await world.sweep()).toMatchObject({ wakes: 0 });
  });

  test('whose marker waits for a window that is open by the global watermark wakes nobody', async () => {
    const world = new World({ shards: ['s1', 's2'] });
    await world.take(recordsOf([click('10:01')]), 's2');
    await world.take(recordsOf([click('10:08')]), 's1');
    await world.take(recordsOf([click('10:02')], 2), 's1');
    await world.finalizeAll();
    expect((await world.markers()).length).toBe(1);
    expect(await world.sweep()).toMatchObject({ wakes: 0 });
  });

  test('in more windows than one transaction holds is worked off in several', async () => {
    const world = new World({ allowedLateness: '1 day' });
    await world.take(recordsOf([click('23:00')]));
    await world.finalize();
    for (let i = 0; i < 100; i++) {
      await world.take(recordsOf([{ ...click('00:01'), time: at('00:01') + i * 300_000 }], 2 + i));
    }
    expect((await world.markers()).length).toBe(100);
    await world.finalize();
    expect(await world.markers()).toEqual([]);
    expect((await world.rows()).length).toBe(100);
  });
});

describe('a marker', () => {
  test('of which the row has the event already makes no revision', async () => {
    const world = await finalAt1005();
    // The segment is there when the window is read, the marker comes to light only afterwards.
    await world.take(recordsOf([click('10:03')], 4));
    const [marker] = await world.markers();
    world.state.hide(marker?.key ?? { partition: '', sort: '' }, null);
    await world.take(recordsOf([click('10:04')], 5));
    await world.finalize();
    expect(await revisions(world)).toContainEqual(['/a', 3, 2]);
    world.state.reveal(marker?.key ?? { partition: '', sort: '' });
    expect(await world.finalize()).toMatchObject({ outcome: 'done', rowsWritten: 0 });
    expect(await revisions(world)).toContainEqual(['/a', 3, 2]);
    expect(await world.markers()).toEqual([]);
  });

  test('that appears while its window is refined is kept for the next run', async () => {
    const world = await finalAt1005();
    await world.take(recordsOf([click('10:03')], 4));
    world.state.beforeQueryOf('segment', () => world.take(recordsOf([click('10:04')], 5)));
    await world.finalize();
    expect((await world.markers()).length).toBe(1);
    await world.finalize();
    expect(await revisions(world)).toContainEqual(['/a', 3, 2]);
    expect(await world.markers()).toEqual([]);
  });

  test('before the state cutoff is garbage: it is removed, and the row stays', async () => {
    const world = await finalAt1005();
    await world.take(recordsOf([click('10:03')], 4));
    const [marker] = await world.markers();
    await world.take(recordsOf([click('10:40')], 5));
    await world.finalize();
    expect((await world.progress()).stateCutoffMs).toBe(at('10:25'));
    await world.stores.state.transact([
      {
        kind: 'put',
        ...(marker ?? { key: { partition: '', sort: '' }, data: '' }),
        version: 1,
        condition: { kind: 'absent' },
      },
    ]);
    const before = await world.stored();
    await world.finalize();
    expect(await world.markers()).toEqual([]);
    expect(await world.stored()).toEqual(before);
  });
});

describe('a pane', () => {
  test('stays until its window end plus the allowed lateness, and is gone after it', async () => {
    const world = await finalAt1005();
    await world.take(recordsOf([click('10:15:59.999')], 4));
    await world.finalizeAll();
    expect((await world.segments()).some(({ key }) => key.sort.includes('T10:00'))).toBe(true);
    await world.take(recordsOf([click('10:16')], 5));
    await world.finalizeAll();
    expect((await world.segments()).some(({ key }) => key.sort.includes('T10:00'))).toBe(false);
    expect(await world.progress()).toMatchObject({ stateCutoffMs: at('10:05'), closedUpToMs: at('10:15') });
    expect(await revisions(world)).toEqual(expect.arrayContaining([['/b', 1, 1]]));
  });

  test('with a marker is refined before it is dropped, also in the run that drops it', async () => {
    const world = await finalAt1005();
    await world.take(recordsOf([click('10:03'), click('10:40')], 4));
    await world.finalize();
    expect(await revisions(world)).toContainEqual(['/a', 2, 2]);
    expect((await world.segments()).some(({ key }) => key.sort.includes('T10:00'))).toBe(false);
  });

  test('whose segments a crash left behind is swept by the next run', async () => {
    const world = await finalAt1005();
    await world.take(recordsOf([click('10:40')], 4));
    const { state } = world;
    const cannotDelete = {
      get: state.get.bind(state),
      query: state.query.bind(state),
      transact: state.transact.bind(state),
      delete: async () => {
        throw new Error('The process died.');
      },
    };
    await expect(world.finalize('pages', 0, { state: cannotDelete })).rejects.toThrow('The process died.');
    expect((await world.segments()).some(({ key }) => key.sort.includes('T10:00'))).toBe(true);
    await world.take(recordsOf([click('10:46')], 5));
    await world.finalize();
    expect((await world.segments()).some(({ key }) => key.sort.includes('T10:00'))).toBe(false);
  });
});
