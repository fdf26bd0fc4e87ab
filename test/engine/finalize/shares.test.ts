import {
  calendar,
  count,
  max,
  pipeline,
  shareOfTotal,
  sliding,
  stream,
  sum,
  Timestamp,
  Type,
  tumbling,
  view,
  zScore,
} from 'streamgauge';
import { readOpenWindows } from '../../../engine/query/open-windows.ts';
import { SmallWorld } from '../../support/small-world.ts';

const clicks = stream('clicks', {
  schema: Type.Object({
    country: Type.String(),
    page: Type.String(),
    ms: Type.Optional(Type.Number()),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const click = (country: string, page: string, at: number, ms?: number) => ({ country, page, at, ms });

const pages = view('pages', clicks)
  .window(tumbling('1 minute'), { allowedLateness: '2 minutes' })
  .groupBy('country', 'page')
  .aggregate((e) => ({ clicks: count(), ms: sum(e.ms) }))
  .derive((row) => ({
    share: shareOfTotal(row.clicks),
    of_country: shareOfTotal(row.clicks, { within: ['country'] }),
    of_ms: shareOfTotal(row.ms),
  }));

const shares = async (world: SmallWorld, name = 'pages') =>
  (await world.rows(name)).map((row) => [row.country, row.page, row.share, row.of_country, row.of_ms, row.revision]);

test('a share is of all groups of the window, or of those with the same values in some groups', async () => {
  const world = new SmallWorld(pipeline('p', [pages]));
  await world.take([
    ...[1, 2, 3].map((at) => click('ch', '/a', at, 0.25)),
    click('ch', '/b', 4, 0.25),
    click('de', '/a', 5),
    click('de', '/a', 70),
  ]);
  await world.end();
  expect(await shares(world)).toEqual([
    ['ch', '/a', 0.6, 0.75, 0.75, 1],
    ['ch', '/b', 0.2, 0.25, 0.25, 1],
    ['de', '/a', 0.2, 1, 0, 1],
    // The total is 0.
    ['de', '/a', 1, 1, null, 1],
  ]);
});

test('a late event revises the shares of all groups of its window, and of no other', async () => {
  const world = new SmallWorld(pipeline('p', [pages]));
  await world.take([
    click('ch', '/a', 1, 1),
    click('de', '/a', 2, 1),
    click('ch', '/a', 61, 1),
    click('ch', '/a', 130, 1),
  ]);
  await world.finalizeAll();
  expect(await shares(world)).toEqual([
    ['ch', '/a', 0.5, 1, 0.5, 1],
    ['de', '/a', 0.5, 1, 0.5, 1],
    ['ch', '/a', 1, 1, 1, 1],
  ]);
  await world.take([click('fr', '/a', 30, 2)]);
  await world.finalizeAll();
  expect(await shares(world)).toEqual([
    ['ch', '/a', 1 / 3, 1, 0.25, 2],
    ['de', '/a', 1 / 3, 1, 0.25, 2],
    ['fr', '/a', 1 / 3, 1, 0.5, 1],
    ['ch', '/a', 1, 1, 1, 1],
  ]);
});

test('a share can be what detectors watch, alerts ask for, having() keeps and other views take', async () => {
  const watched = view('watched', clicks)
    .window(tumbling('1 minute'), { allowedLateness: '10 minutes', emptyWindows: 'zero', keepGroupsFor: 2 })
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }))
    .derive((row) => ({ share: shareOfTotal(row.clicks) }))
    .derive((row) => ({ odd: zScore(row.share, { rows: 3 }), twice: row.share.mul(2) }))
    .derive((row) => ({ share_of_share: shareOfTotal(row.twice) }))
    .having((row) => row.share.gt(0.3));
  const above = view('above', watched)
    .window(tumbling('1 hour'))
    .groupBy('page')
    .aggregate((row) => ({ rows: count(), most: max(row.share) }));
  const world = new SmallWorld(pipeline('p', [watched, above]));
  const minute = (n: number, a: number, b: number) => [
    ...Array.from({ length: a }, (_, i) => click('ch', '/a', 60 * n + i)),
    ...Array.from({ length: b }, (_, i) => click('ch', '/b', 60 * n + i)),
  ];
  await world.take([
    ...minute(0, 1, 1),
    ...minute(1, 1, 1),
    ...minute(2, 2, 2),
    ...minute(3, 9, 1),
    ...minute(4, 1, 0),
  ]);
  await world.finalizeAll();
  await world.take(minute(3, 0, 8));
  await world.end();
  const rows = await world.rows('watched');
  expect(rows.map(({ page, share, share_of_share: again }) => [page, share, again])).toEqual([
    ['/a', 0.5, 0.5],
    ['/b', 0.5, 0.5],
    ['/a', 0.5, 0.5],
    ['/b', 0.5, 0.5],
    ['/a', 0.5, 0.5],
    ['/b', 0.5, 0.5],
    ['/a', 0.5, 0.5],
    ['/b', 0.5, 0.5],
    ['/a', 1, 1],
  ]);
  expect(rows.at(-1)).toMatchObject({ odd: { expected: 0.5 } });
  expect((await world.rows('above')).map(({ page, rows: n, most }) => [page, n, most])).toEqual([
    ['/a', 5, 1],
    ['/b', 4, 0.5],
  ]);
});

test('open windows show shares, and sliding windows and those of a calendar have them', async () => {
  const slides = view('slides', clicks)
    .window(sliding({ size: '2 minutes', slide: '1 minute' }))
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }))
    .derive((row) => ({ share: shareOfTotal(row.clicks) }));
  const days = view('days', clicks)
    .window(calendar('day', { timeZone: 'America/New_York' }))
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }))
    .derive((row) => ({ share: shareOfTotal(row.clicks) }));
  const world = new SmallWorld(pipeline('p', [pages, slides, days]));
  await world.take([click('ch', '/a', 10), click('ch', '/a', 70), click('ch', '/b', 80), click('ch', '/b', 90)]);
  await world.finalizeAll();
  const open = await readOpenWindows(world.view('pages'), world.stores, 10);
  expect(open.flatMap(({ rows }) => rows.map(({ columns }) => columns.share))).toEqual([1 / 3, 2 / 3]);
  await world.end();
  expect((await world.rows('slides')).map(({ share }) => share)).toEqual([1, 0.5, 0.5, 1 / 3, 2 / 3]);
  expect((await world.rows('days')).map(({ share }) => share)).toEqual([0.5, 0.5]);
});

test('a window of thousands of groups is one step, whose shares come to 1', async () => {
  const byPage = view('by_page', clicks)
    .window(tumbling('1 minute'))
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }))
    .derive((row) => ({ share: shareOfTotal(row.clicks) }));
  const total = view('total', byPage)
    .window(tumbling('1 minute'))
    .aggregate((row) => ({ pages: count(), share: sum(row.share) }));
  const world = new SmallWorld(pipeline('p', [byPage]));
  const above = new SmallWorld(pipeline('p', [byPage, total]));
  for (const each of [world, above]) {
    await each.take(Array.from({ length: 2048 }, (_, i) => click('ch', `/${i}`, i % 60)));
    await each.endEvents();
    for (const { name } of each.plan.views) while ((await each.finalize(name, {}, () => true)).outcome === 'more');
  }
  expect((await world.rows('by_page')).every(({ share }) => share === 1 / 2048)).toBe(true);
  expect(await above.rows('total')).toMatchObject([{ pages: 2048, share: 1 }]);
});
