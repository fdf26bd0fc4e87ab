import { tumbling } from 'streamgauge';
import { ALL_GROUPS } from '../../../engine/query/group-filter.ts';
import { RowChanges } from '../../../engine/query/row-changes.ts';
import { rowJson } from '../../../engine/query/shown-row.ts';
import { clicksWorld } from './clicks-world.ts';

async function followed(open: boolean, emit: 'onClose' | 'complete' = 'onClose') {
  const world = clicksWorld(tumbling('10 seconds'), { allowedLateness: '1 minute', emit });
  const changes = new RowChanges(world.view, world.ports, { groups: ALL_GROUPS, open });
  return {
    take: world.take,
    async read() {
      const rows = (await changes.read()).map(rowJson);
      return rows.map(({ window_start, page, views, revision }) => [
        Date.parse(String(window_start)) / 1000,
        page,
        views,
        revision,
      ]);
    },
  };
}

test('a reading gives what is new or revised since the one before, each change once', async () => {
  const { take, read } = await followed(false);
  expect(await read()).toEqual([]);
  await take([0, 10, 20].map((at) => ({ at, page: 'a' })));
  expect(await read()).toEqual([
    [0, 'a', 1, 1],
    [10, 'a', 1, 1],
  ]);
  expect(await read()).toEqual([]);
  // Late and allowed: the window that is final is revised, beside a new one.
  await take([
    { at: 1, page: 'a' },
    { at: 30, page: 'b' },
  ]);
  expect(await read()).toEqual([
    [0, 'a', 2, 2],
    // Its column over two windows has changed with the one before.
    [10, 'a', 1, 2],
    [20, 'a', 1, 1],
  ]);
  expect(await read()).toEqual([]);
});

test('rows of windows long ago are let go, and a revision as long as it is allowed is seen', async () => {
  const { take, read } = await followed(false);
  await take([0, 10, 20].map((at) => ({ at, page: 'a' })));
  await read();
  await take([{ at: 7200, page: 'a' }]);
  expect(await read()).toEqual([[20, 'a', 1, 1]]);
  await take([
    { at: 7150, page: 'a' },
    { at: 7220, page: 'a' },
  ]);
  expect(await read()).toEqual([
    [7150, 'a', 1, 1],
    [7200, 'a', 1, 1],
  ]);
});

test('open rows come each time that they have changed, and then as final ones', async () => {
  const { take, read } = await followed(true);
  await take([{ at: 1, page: 'a' }]);
  expect(await read()).toEqual([[0, 'a', 1, 0]]);
  await take([{ at: 2, page: 'a' }]);
  expect(await read()).toEqual([[0, 'a', 2, 0]]);
  expect(await read()).toEqual([]);
  await take([{ at: 12, page: 'b' }]);
  expect(await read()).toEqual([
    [0, 'a', 2, 1],
    [10, 'b', 1, 0],
  ]);
});

test('of a whole table only rows that changed come, though the table is revised', async () => {
  const { take, read } = await followed(false, 'complete');
  await take([
    { at: 0, page: 'a' },
    { at: 0, page: 'b' },
    { at: 10, page: 'z' },
  ]);
  expect(await read()).toEqual([
    [0, 'a', 1, 1],
    [0, 'b', 1, 1],
  ]);
  await take([
    { at: 1, page: 'b' },
    { at: 20, page: 'z' },
  ]);
  expect(await read()).toEqual([
    [0, 'b', 2, 2],
    [10, 'z', 1, 1],
  ]);
});
