import clickstream from '../../pipelines/clickstream.ts';
import { type Crash, PipelineTest, PipelineTestError, type PipelineTestOptions } from '../../testing/index.ts';

const DAY = '2026-03-01';
const START = { startAt: `${DAY}T12:00:00Z` };

function click(time: string, { user = 'ann', page = '/a', action = 'view' } = {}) {
  const url = `https://shop.example${page}`;
  return { event_id: `${user} ${page} ${time}`, user_id: user, page_url: url, action, timestamp: `${DAY}T${time}Z` };
}

test('rows appear when the clock has closed their window', async () => {
  const pipeline = await PipelineTest.start(clickstream, START);
  await pipeline.give('clicks', [click('12:00:01'), click('12:00:02', { user: 'bob', action: 'click' })]);
  expect(await pipeline.rows('page_views_5min')).toEqual([]);
  expect(await pipeline.openRows('page_views_5min')).toMatchObject([{ page: '/a', views: 1, is_final: false }]);

  await pipeline.advance('10 minutes');
  expect(pipeline.now).toBe(`${DAY}T12:10:00.000Z`);
  expect(await pipeline.rows('page_views_5min')).toEqual([
    {
      window_start: `${DAY}T12:00:00.000Z`,
      window_end: `${DAY}T12:05:00.000Z`,
      page: '/a',
      views: 1,
      clicks: 1,
      unique_users: 2,
      click_through_rate: 1,
      revision: 1,
      late_events: 0,
      is_final: true,
    },
  ]);
});

test('a late event revises its row within the allowed lateness, and is kept beyond it', async () => {
  const pipeline = await PipelineTest.start(clickstream, START);
  await pipeline.give('clicks', [click('12:00:01')]);
  await pipeline.advance('10 minutes');
  await pipeline.give('clicks', [click('12:03:00')]);
  await pipeline.advance('1 minute');
  expect(await pipeline.rows('page_views_5min')).toMatchObject([{ views: 2, revision: 2 }]);

  await pipeline.advance('3 hours');
  const tooLate = click('12:04:00');
  await pipeline.give('clicks', [tooLate]);
  expect(await pipeline.lateEvents()).toEqual([
    {
      stream: 'clicks',
      view: 'page_views_5min',
      event: tooLate,
      event_time: `${DAY}T12:04:00.000Z`,
      window_start: `${DAY}T12:00:00.000Z`,
      window_end: `${DAY}T12:05:00.000Z`,
    },
  ]);
});

test('what is no event of the stream becomes a dead letter', async () => {
  const pipeline = await PipelineTest.start(clickstream, START);
  await pipeline.give('clicks', ['{"half', { ...click('12:00:00'), action: 'buy' }, new Uint8Array([0xff])]);
  const letters = await pipeline.deadLetters();
  expect(letters.map(({ reason }) => reason)).toEqual(['not_json', 'wrong_type', 'not_json']);
  expect(letters[0]).toMatchObject({ stream: 'clicks', event: '{"half' });
  expect(letters[2]).toMatchObject({ event_base64: '/w==' });
});

/** A quarter of an hour of a small shop, and its rows. */
async function rowsOf(options: Partial<PipelineTestOptions>) {
  const pipeline = await PipelineTest.start(clickstream, { ...START, ...options });
  for (const time of ['12:00:00', '12:08:00']) {
    const users = ['ann', 'bob', 'cem', 'dee'];
    await pipeline.give(
      'clicks',
      users.map((user) => click(time, { user, page: `/${user}` })),
    );
    await pipeline.advance('8 minutes');
  }
  await pipeline.end();
  return { rows: await pipeline.rows('page_views_5min'), writes: pipeline.writes };
}

test('rows are the same with other batches and shards', async () => {
  const { rows } = await rowsOf({});
  expect(rows).toHaveLength(8);
  for (const batch of [1, 3]) for (const shards of [1, 4]) expect((await rowsOf({ batch, shards })).rows).toEqual(rows);
});

test('rows are the same whichever write the process dies at', async () => {
  const { rows, writes } = await rowsOf({ batch: 2 });
  expect(writes).toBeGreaterThan(15);
  for (let atWrite = 1; atWrite <= writes; atWrite++) {
    for (const effect of ['before', 'after'] satisfies Crash['effect'][]) {
      const crashed = await rowsOf({ batch: 2, crashes: [{ atWrite, effect }] });
      expect({ atWrite, effect, rows: crashed.rows }).toEqual({ atWrite, effect, rows });
    }
  }
});

test('several crashes in a row are survived, and are counted', async () => {
  const { rows, writes } = await rowsOf({});
  const crashes: Crash[] = [1, 2, 3, 5, 8, 13].map((atWrite) => ({ atWrite, effect: 'after' }));
  const crashed = await rowsOf({ crashes });
  expect(crashed.rows).toEqual(rows);
  expect(crashed.writes).toBeGreaterThan(writes);
});

test('the end of the streams closes every window', async () => {
  const pipeline = await PipelineTest.start(clickstream, START);
  await pipeline.give('clicks', [click('12:00:01')]);
  await pipeline.end();
  expect(await pipeline.rows('page_views_5min')).toHaveLength(1);
});

test.each<[string, () => Promise<unknown>]>([
  ["startAt is 'noon'. Give a date and time", () => PipelineTest.start(clickstream, { startAt: 'noon' })],
  ['batch is 0. Give a whole number', () => PipelineTest.start(clickstream, { ...START, batch: 0 })],
  ['shards is 1.5. Give a whole number', () => PipelineTest.start(clickstream, { ...START, shards: 1.5 })],
  [
    'A crash is planned at write 0. Writes are counted from 1',
    () => PipelineTest.start(clickstream, { ...START, crashes: [{ atWrite: 0, effect: 'before' }] }),
  ],
  [
    "The pipeline has no stream 'cliks'. It has 'clicks'.",
    async () => (await PipelineTest.start(clickstream, START)).give('cliks', []),
  ],
  [
    "The pipeline has no view 'pages'. It has 'page_views_5min'.",
    // @ts-expect-error the types say so too
    async () => (await PipelineTest.start(clickstream, START)).rows('pages'),
  ],
])('a mistake is told: %s', async (message, make) => {
  await expect(make()).rejects.toThrow(PipelineTestError);
  await expect(make()).rejects.toThrow(message);
});
