import fc from 'fast-check';
import { Value } from 'typebox/value';
import { Problem } from '../../api/schemas/common.ts';
import { PipelineDescription } from '../../api/schemas/pipeline.ts';
import { type GroupsPage, LatestAnswer, SeriesAnswer, TopAnswer, WindowsPage } from '../../api/schemas/rows.ts';
import { clicksApi } from './clicks-api.ts';

/** With their columns of the view's own. */
function rowsOf({ rows }: WindowsPage): readonly (Record<string, unknown> & WindowsPage['rows'][number])[] {
  return rows;
}

async function threeMinutes() {
  const api = await clicksApi();
  await api.take([
    { at: 0, page: '/a', bytes: 200 },
    { at: 1, page: '/b' },
    { at: 60, page: '/a' },
    { at: 61, page: '/a' },
    { at: 120, page: '/b' },
  ]);
  return api;
}

describe('what the pipeline is', () => {
  test('its description fits its schema, and says what columns are', async () => {
    const api = await clicksApi();
    const { body } = await api.get<PipelineDescription>('/pipeline');
    expect([...Value.Errors(PipelineDescription, body)]).toEqual([]);
    const columns = body.views[0]?.columns.map(({ name, made_by, combine, unit }) => [name, made_by, combine, unit]);
    expect(columns).toEqual([
      ['window_start', null, null, null],
      ['window_end', null, null, null],
      ['clicks', 'count', 'sum', 'count'],
      ['bytes', 'sum', 'sum', 'bytes'],
      ['big', 'count', 'sum', 'count'],
      ['big_share', null, 'recompute', 'ratio'],
      ['unusual', 'anomaly', null, null],
    ]);
    expect(body.streams[0]?.example).toEqual({ page: '/hello', bytes: 1, at: 1000 });
  });
});

describe('rows', () => {
  test('come by window start, then group, and fit their schema', async () => {
    const api = await threeMinutes();
    const { body } = await api.get<WindowsPage>('/views/by_page/windows');
    expect([...Value.Errors(WindowsPage, body)]).toEqual([]);
    expect(rowsOf(body).map((row) => [row.page, row.clicks, row.is_final])).toEqual([
      ['/a', 1, true],
      ['/b', 1, true],
      ['/a', 2, true],
    ]);
    expect(body.cursor).toBeNull();
  });

  test('come with the latest first, and with those of open windows by choice', async () => {
    const api = await threeMinutes();
    const { body } = await api.get<WindowsPage>('/views/by_page/windows?order=latest&open=true');
    expect(rowsOf(body).map((row) => [row.page, row.clicks, row.is_final])).toEqual([
      ['/b', 1, false],
      ['/a', 2, true],
      ['/b', 1, true],
      ['/a', 1, true],
    ]);
  });

  test('say beside them when they were stored, also as the last of a group and in a series', async () => {
    const api = await threeMinutes();
    const firstMs = api.world.clock.nowMs();
    api.world.clock.advance(90_000);
    // Late, and still allowed.
    await api.take([{ at: 2, page: '/a' }]);
    const { body } = await api.get<WindowsPage>('/views/by_page/windows?open=true');
    expect([...Value.Errors(WindowsPage, body)]).toEqual([]);
    expect(rowsOf(body).map((row) => row.revision)).toEqual([2, 1, 1, 0]);
    expect(body.updated_at).toEqual([firstMs + 90_000, firstMs, firstMs, null]);
    const last = await api.get<LatestAnswer>('/views/by_page/latest?page=%2Fb');
    expect(last.body.updated_at).toBe(firstMs);
    const none = await api.get<LatestAnswer>('/views/by_page/latest?page=%2Fc');
    expect([none.body.row, none.body.updated_at]).toEqual([null, null]);
    const series = await api.get<SeriesAnswer>('/views/by_page/series?columns=clicks');
    expect([...Value.Errors(SeriesAnswer, series.body)]).toEqual([]);
    expect(series.body.revisions).toEqual([2, 1, 0]);
    expect(series.body.revised_at).toEqual({ 0: firstMs + 90_000 });
  });

  test('of one group, in a range', async () => {
    const api = await threeMinutes();
    const { body } = await api.get<WindowsPage>('/views/by_page/windows?page=%2Fa&from=1970-01-01T00:01:00Z');
    expect(rowsOf(body).map(({ clicks }) => clicks)).toEqual([2]);
  });

  test('come as CSV and as JSON Lines, with the cursor in a header', async () => {
    const api = await threeMinutes();
    const csv = await api.get<string>('/views/by_page/windows?limit=1', { Accept: 'text/csv' });
    expect(csv.body).toBe(
      'window_start,window_end,page,clicks,bytes,revision,late_events,is_final,partial\r\n' +
        '1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z,/a,1,200,1,0,true,\r\n',
    );
    expect(csv.response.headers.get('x-next-cursor')).not.toBeNull();
    const lines = await api.get<string>('/views/by_page/windows?format=jsonl');
    expect(
      String(await lines.response.text())
        .trim()
        .split('\n'),
    ).toHaveLength(3);
  });

  test('a formula in a group is none in a spreadsheet', async () => {
    const api = await clicksApi();
    await api.take([{ at: 0, page: '=1+1' }, { at: 60 }]);
    const { body } = await api.get<string>('/views/by_page/windows?format=csv');
    expect(body).toContain(",'=1+1,");
  });

  test('all pages together are all rows, whatever the limit, while rows are added', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 7 }), fc.constantFrom('oldest', 'latest'), async (limit, order) => {
        const api = await threeMinutes();
        const before = (await api.get<WindowsPage>(`/views/by_page/windows?order=${order}`)).body.rows;
        const seen: unknown[] = [];
        let cursor: string | null = null;
        let minute = 3;
        do {
          const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
          const { body } = await api.get<WindowsPage>(`/views/by_page/windows?order=${order}&limit=${limit}${after}`);
          for (const row of body.rows) seen.push(row);
          cursor = body.cursor;
          await api.take([{ at: 60 * minute++, page: '/new' }]);
        } while (cursor !== null && minute < 40);
        for (const row of before)
          expect(seen.filter((other) => JSON.stringify(other) === JSON.stringify(row))).toHaveLength(1);
      }),
      { seed: 5, numRuns: 20 },
    );
  });
});

describe('figures', () => {
  test('the top groups of all time, with their small lines and the others', async () => {
    const api = await threeMinutes();
    const { body } = await api.get<TopAnswer>('/views/by_page/top?by=clicks&n=1&spark=5');
    expect([...Value.Errors(TopAnswer, body)]).toEqual([]);
    expect(body.groups).toEqual([
      {
        ...{ group: { page: '/a' }, columns: { page: '/a', clicks: 3, bytes: 202 } },
        ...{ late_events: 0, partial: false, spark: [1, 2] },
      },
    ]);
    expect(body.others).toEqual({ groups: 1, value: 1 });
  });

  test('the top groups against the period before', async () => {
    const api = await threeMinutes();
    const range = 'from=1970-01-01T00:01:00Z&to=1970-01-01T00:02:00Z';
    const { body } = await api.get<TopAnswer>(`/views/by_page/top?by=clicks&compare=previous&${range}`);
    expect(body.groups.map(({ columns, before }) => [columns.clicks, before])).toEqual([[2, 1]]);
  });

  test('a series of columns and their members, with the open window', async () => {
    const api = await threeMinutes();
    const { body } = await api.get<SeriesAnswer>('/views/per_minute/series?columns=clicks,big_share,unusual.score');
    expect([...Value.Errors(SeriesAnswer, body)]).toEqual([]);
    expect(body).toMatchObject({
      starts: [0, 60_000, 120_000],
      is_final: [true, true, false],
      columns: {
        clicks: [2, 2, 1],
        big_share: [0.5, 0, 0],
        'unusual.score': [0, expect.any(Number), expect.any(Number)],
      },
      points_in_all: 3,
    });
  });

  test('a series with the period before has that of the same length, with its own times', async () => {
    const api = await threeMinutes();
    const range = 'from=1970-01-01T00:01:00Z&to=1970-01-01T00:02:00Z';
    const { body } = await api.get<SeriesAnswer>(`/views/per_minute/series?columns=clicks&${range}&compare=previous`);
    expect([...Value.Errors(SeriesAnswer, body)]).toEqual([]);
    expect(body).toMatchObject({
      starts: [60_000],
      columns: { clicks: [2] },
      before: { from: 0, to: 60_000, starts: [0], columns: { clicks: [2] } },
    });
    const open = await api.get<SeriesAnswer>(
      '/views/per_minute/series?columns=clicks&from=1970-01-01T00:10:00Z&compare=previous',
    );
    // The clock of the test stands at 1000 s: from 600 s on that are 400 s.
    expect(open.body.before).toMatchObject({ from: 200_000, to: 600_000, starts: [] });
    const all = await api.get<Problem>('/views/per_minute/series?columns=clicks&compare=previous');
    expect([all.status, all.body.parameter]).toEqual([400, 'compare']);
  });

  test('a series of which points are left out says between which values they lie, and keeps what is open', async () => {
    const api = await clicksApi();
    const clicksOf = (minute: number) => 1 + ((minute * 7) % 5);
    const minutes = Array.from({ length: 40 }, (_, minute) => minute);
    await api.take(minutes.flatMap((minute) => Array.from({ length: clicksOf(minute) }, () => ({ at: 60 * minute }))));
    const { body } = await api.get<SeriesAnswer>('/views/per_minute/series?columns=clicks&points=10');
    expect([...Value.Errors(SeriesAnswer, body)]).toEqual([]);
    expect(body.points_in_all).toBe(40);
    expect(body.is_final.at(-1)).toBe(false);
    const steps = body.steps ?? [];
    expect(steps).toEqual([0, 780_000, 1_560_000]);
    expect(body.starts.length).toBeLessThanOrEqual(10);
    steps.forEach((from, i) => {
      const to = steps[i + 1] ?? 39 * 60_000;
      const left = body.starts.flatMap((start, j) => (start >= from && start < to ? [body.columns.clicks?.[j]] : []));
      const all = minutes.filter((minute) => minute * 60_000 >= from && minute * 60_000 < to).map(clicksOf);
      expect([Math.min(...(left as number[])), Math.max(...(left as number[]))]).toEqual([
        Math.min(...all),
        Math.max(...all),
      ]);
    });
    const whole = await api.get<SeriesAnswer>('/views/per_minute/series?columns=clicks&points=100');
    expect(whole.body.steps).toBeUndefined();
  });

  test('a series over all groups is their sum', async () => {
    const api = await threeMinutes();
    const { body } = await api.get<SeriesAnswer>('/views/by_page/series?columns=clicks&open=false');
    expect(body.columns.clicks).toEqual([2, 2]);
  });

  test('a group’s last row, and groups by how they begin', async () => {
    const api = await threeMinutes();
    const latest = await api.get<LatestAnswer>('/views/by_page/latest?page=%2Fa');
    expect([...Value.Errors(LatestAnswer, latest.body)]).toEqual([]);
    expect(latest.body.row).toMatchObject({ clicks: 2 });
    const groups = await api.get<GroupsPage>('/views/by_page/groups?search=%2FB');
    expect(groups.body).toEqual({ view: 'by_page', groups: [{ page: '/b' }], cut: false });
  });

  test('the SQL of a view in both dialects', async () => {
    const api = await clicksApi();
    for (const dialect of ['duckdb', 'athena']) {
      const { body } = await api.get<{ sql: string }>(`/views/per_minute/sql?dialect=${dialect}`);
      expect(body.sql).toContain('SELECT');
    }
  });
});

describe('a question that is wrong', () => {
  test.each([
    ['/views/nope/windows', 404, 'not_found', "There is no view 'nope'"],
    ['/views/by_pag/windows', 404, 'not_found', "Did you mean 'by_page'?"],
    ['/nothing', 404, 'not_found', 'There is nothing at /api/nothing'],
    ['/views/by_page/windows?limt=3', 400, 'bad_parameter', "Did you mean 'limit'?"],
    ['/views/by_page/windows?limit=0', 400, 'bad_parameter', 'a whole number from 1 to 1000'],
    ['/views/by_page/windows?limit=1e3', 400, 'bad_parameter', 'a whole number from 1 to 1000'],
    ['/views/by_page/windows?limit=1&limit=2', 400, 'bad_parameter', 'given twice'],
    ['/views/by_page/windows?from=yesterday', 400, 'bad_parameter', 'ISO-8601'],
    ['/views/by_page/windows?from=2026-01-02&to=2026-01-01', 400, 'bad_query', 'must not be before'],
    ['/views/by_page/windows?cursor=x', 400, 'bad_query', 'is no cursor'],
    ['/views/by_page/windows?order=up', 400, 'bad_parameter', "'oldest' or 'latest'"],
    ['/views/by_page/windows?is_null=site', 400, 'bad_parameter', 'does not group'],
    ['/views/by_page/windows?page=a&is_null=page', 400, 'bad_parameter', 'given twice'],
    ['/views/by_page/top', 400, 'bad_parameter', "'by' is missing"],
    ['/views/by_page/top?by=page', 400, 'bad_query', 'which is no number'],
    ['/views/by_page/series?columns=click', 400, 'bad_parameter', "Did you mean 'clicks'?"],
    ['/views/by_page/latest', 400, 'bad_query', "'page' is missing"],
    ['/views/per_minute/sql?dialect=mysql', 400, 'bad_parameter', "'duckdb' or 'athena'"],
    ['/events/lost', 404, 'not_found', 'There are no events'],
    ['/events/dead/x', 404, 'not_found', 'Nothing is kept'],
  ])('%s is %d %s', async (path, status, code, words) => {
    const api = await clicksApi();
    const found = await api.get<Problem>(path);
    expect(found.response.headers.get('content-type')).toContain('application/problem+json');
    expect([...Value.Errors(Problem, found.body)]).toEqual([]);
    expect(found.body).toMatchObject({ status, code });
    expect(found.body.detail).toContain(words);
    expect(found.status).toBe(status);
    expect(api.errors).toEqual([]);
  });

  test('a failure of ours says nothing of its cause, and is told to whoever runs the server', async () => {
    const api = await clicksApi();
    const { status, body } = await api.get<Problem>('/overview');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('not of this test');
    expect(api.errors).toHaveLength(1);
  });
});

describe('what has not changed', () => {
  test('is not sent again', async () => {
    const api = await threeMinutes();
    const first = await api.get('/views/by_page/windows');
    const tag = first.response.headers.get('etag') as string;
    expect((await api.get('/views/by_page/windows', { 'If-None-Match': tag })).status).toBe(304);
    await api.take([{ at: 180 }]);
    expect((await api.get('/views/by_page/windows', { 'If-None-Match': tag })).status).toBe(200);
  });
});

describe('what browsers keep', () => {
  /** For four hours a click a minute. */
  async function hours() {
    const api = await clicksApi();
    await api.take(Array.from({ length: 241 }, (_, minute) => ({ at: 60 * minute })));
    return api;
  }
  const kept = async (path: string) =>
    (await (await hours()).get(`/views/per_minute/windows?${path}`)).response.headers.get('cache-control');

  test.each(['', 'order=latest&limit=1', 'limit=1', 'to=1970-01-01T03:30:00Z', 'to=2030-01-01'])(
    'rows that others may come to are asked for again: %s',
    async (path) => expect(await kept(path)).toBe('private, no-cache'),
  );

  test.each(['to=1970-01-01T02:00:00Z', 'to=1970-01-01T02:00:00Z&order=latest&limit=1'])(
    'rows of a range that is closed for long stay as they are: %s',
    async (path) => expect(await kept(path)).toBe('private, max-age=86400'),
  );

  test('any version will do for those who say so', async () => {
    const { app } = await hours();
    const response = await app.request('http://localhost/api/pipeline', { headers: { 'If-None-Match': '*' } });
    expect(response.status).toBe(304);
  });
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'a parameter is none that every object has a member of the name of: %s',
  async (name) => {
    const api = await clicksApi();
    const { status, body } = await api.get<{ detail: string }>(`/views/by_page/windows?${name}=1`);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(`There is no parameter '${name}' here.`)]);
  },
);
