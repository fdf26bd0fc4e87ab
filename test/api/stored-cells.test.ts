import { ClosedCellsReader } from '../../api/stored-cells.ts';
import { pipeline, stream, sum, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import { SmallWorld } from '../support/small-world.ts';

const T0 = Date.UTC(2026, 0, 1);
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const totals = view('totals', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 hour' })
  .groupBy('key')
  .aggregate((e) => ({ total: sum(e.v) }));

let world: SmallWorld;
beforeEach(() => {
  world = new SmallWorld(pipeline('p', [totals]));
});

async function take(...given: readonly { second: number; groups?: number; v?: number }[]): Promise<void> {
  await world.take(
    given.flatMap(({ second, groups = 1, v = 1 }) =>
      Array.from({ length: groups }, (_, index) => ({ key: `k${index}`, v, at: T0 / 1000 + second })),
    ),
  );
  await world.finalizeAll();
}

const newReader = (maxRows: number) => new ClosedCellsReader(world.view('totals'), world.stores, maxRows);

describe('the latest closed windows', () => {
  test('are whole, of as many groups as rows may be read', async () => {
    await take({ second: 1, groups: 400 }, { second: 11, groups: 700 }, { second: 21 });
    const { cells, rows, isAll } = await newReader(5000).read(1, null, 0);
    expect(cells.map(([, { value, groups }]) => [value, groups])).toEqual([
      [700, 700],
      [400, 400],
    ]);
    expect([rows, isAll]).toEqual([1100, true]);
  });

  test('are those that are whole where there are more rows: the earliest that was begun is left out', async () => {
    await take({ second: 1, groups: 150 }, { second: 11, groups: 150 }, { second: 21 });
    const { cells, rows, isAll } = await newReader(200).read(1, null, 0);
    expect(cells.map(([start, { value }]) => [Number(start) - T0, value])).toEqual([[10_000, 150]]);
    expect([rows, isAll]).toEqual([200, false]);
  });

  test('are one without a sum where the rows of no window could all be read', async () => {
    await take({ second: 1, groups: 250 }, { second: 11 });
    const { cells } = await newReader(200).read(1, null, 0);
    expect(cells).toMatchObject([[String(T0), { value: null, groups: 200 }]]);
  });

  test('are twelve at most, and no more rows are read than tell them', async () => {
    await take(...Array.from({ length: 40 }, (_, index) => ({ second: 10 * index, groups: 20 })));
    const read = jest.spyOn(world.stores.results, 'windows');
    const { cells, rows } = await newReader(5000).read(1, null, 0);
    expect(cells.map(([, { value }]) => value)).toEqual(Array(12).fill(20));
    expect(rows).toBeLessThanOrEqual(1200);
    expect(read.mock.calls.length).toBe(2);
  });
});

describe('what was read', () => {
  test('stays while the version does, but for a few more looks: an index may follow late', async () => {
    await take({ second: 1 }, { second: 11 });
    const reader = newReader(5000);
    const read = jest.spyOn(world.stores.results, 'windows');
    for (let second = 0; second < 600; second += 2) await reader.read(1, null, second * 1000);
    expect(read.mock.calls.length).toBeLessThanOrEqual(12);
    const before = read.mock.calls.length;
    await reader.read(2, null, 600_000);
    expect(read.mock.calls.length).toBe(before + 1);
  });

  test('too soon, when the index had not followed, is put right within seconds', async () => {
    await take({ second: 1 }, { second: 11 });
    const reader = newReader(5000);
    const windows = world.stores.results.windows.bind(world.stores.results);
    world.stores.results.windows = async () => ({ rows: [], cursor: null });
    expect((await reader.read(1, null, 0)).cells).toEqual([]);
    world.stores.results.windows = windows;
    expect((await reader.read(1, null, 2000)).cells).toHaveLength(1);
  });

  test('tells what a window was before late events changed it', async () => {
    await take({ second: 1, v: 5 }, { second: 11 });
    const reader = newReader(5000);
    const first = await reader.read(1, T0 + 11_000, 0);
    expect(first.cells[0]?.[1]).toMatchObject({ value: 5, was: null, state: 'revisable' });
    await take({ second: 2, v: 3 });
    const second = await reader.read(2, T0 + 11_000, 1000);
    expect(second.cells[0]?.[1]).toMatchObject({ value: 8, was: 5, revision: 2 });
    const again = await reader.read(3, T0 + 11_000, 2000);
    expect(again.cells[0]?.[1]).toMatchObject({ value: 8, was: 5 });
    const later = await reader.read(3, T0 + 10_000_000, 2500);
    expect(later.cells[0]?.[1].state).toBe('final');
  });
});
