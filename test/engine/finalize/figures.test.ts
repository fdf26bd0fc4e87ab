import { at, click, recordsOf } from '../../support/clicks.ts';
import { World } from '../../support/world.ts';

describe('what a finalizer tells of a run', () => {
  test('is the rows that it wrote, and how far windows became final', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:02', '/b'), click('10:07'), click('10:16')]));
    expect(await world.finalize()).toMatchObject({ rowsWritten: 3, rowsRevised: 0, finalToMs: at('10:10') });
  });

  test('counts rows that took the place of others as revised, and no window as newly final for them', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    await world.finalize();
    await world.take(recordsOf([click('10:03'), click('10:03', '/new')], 3));
    expect(await world.finalize()).toMatchObject({ rowsWritten: 2, rowsRevised: 1, finalToMs: null });
  });

  test('is nothing where there was nothing to do', async () => {
    const world = new World();
    const nothing = { outcome: 'idle', rowsWritten: 0, rowsRevised: 0, finalToMs: null, finalRows: [] };
    expect(await world.finalize()).toMatchObject(nothing);
  });

  test('holds no rows of a view with groups, whose number has no bound', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    expect(await world.finalize()).toMatchObject({ rowsWritten: 1, finalRows: [] });
  });
});
