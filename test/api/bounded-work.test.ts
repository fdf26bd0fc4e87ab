import { approxCountDistinct, count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import type { ResultStore, RowPage, WindowsQuery } from '../../engine/ports/result-store.ts';
import { MAX_ROWS_READ } from '../../engine/query/bounds.ts';
import { resultRow } from '../support/result-row.ts';
import { SmallWorld } from '../support/small-world.ts';
import { apiOver } from './clicks-api.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), country: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const byBoth = view('by_both', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page', 'country')
  .aggregate((e) => ({ clicks: count(), visitors: approxCountDistinct(e.page) }));

/** However much one reads, more follows. */
class EndlessResults implements Pick<ResultStore, 'windows' | 'latest'> {
  rowsRead = 0;
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  async windows({ limit, cursor, order }: WindowsQuery): Promise<RowPage> {
    const from = cursor == null ? 50_000_000 : cursor.windowStartMs / 60_000;
    const step = order === 'latestFirst' ? -1 : 1;
    this.rowsRead += limit;
    const rows = Array.from({ length: limit }, (_, index) => ({
      ...resultRow(this.#key, (from + step * (index + 1)) * 60_000, {
        group: '["/","CH"]',
        columns: '{"page":"/","country":"CH","clicks":1,"visitors":1,"window_start":"2026-01-01T00:00:00.000Z"}',
      }),
      updatedAtMs: 0,
    }));
    const last = rows.at(-1) as (typeof rows)[number];
    return { rows, cursor: { windowStartMs: last.windowStartMs, group: last.group } };
  }

  async latest() {
    return null;
  }
}

function endlessApi() {
  const world = new SmallWorld(pipeline('p', [byBoth]));
  const results = new EndlessResults(world.view('by_both').key);
  const api = apiOver(world, null, { ports: { ...world.stores, results } });
  return { results, get: (path: string) => api.get<Record<string, unknown>>(`/views/by_both/${path}`) };
}

test.each([
  ['windows?limit=1000', 1001],
  ['windows?limit=1000&country=DE', 11_000],
  ['windows?limit=1000&country=DE&open=true&order=latest', 11_000],
  ['groups?limit=1000', 11_000],
  ['groups?search=x', 11_000],
  ['top?by=clicks&n=100&spark=60', 21_000],
  ['top?by=clicks&n=100&compare=previous&from=2026-01-01&to=2026-01-02', 21_000],
  ['series?columns=clicks&points=1000', 11_000],
  ['series?columns=clicks&country=DE', MAX_ROWS_READ + 10_000],
])('%s reads at most %p of rows without end', async (path, most) => {
  const { results, get } = endlessApi();
  expect((await get(path)).status).toBe(200);
  expect(results.rowsRead).toBeLessThanOrEqual(most);
});

test('a column that several windows do not give is refused before anything is read', async () => {
  const { results, get } = endlessApi();
  expect(await get('top?by=visitors')).toMatchObject({ status: 400, body: { code: 'bad_query' } });
  expect(results.rowsRead).toBe(0);
});
