import { Value } from 'typebox/value';
import { AnomaliesPage } from '../../api/schemas/anomalies.ts';
import type { WindowsPage } from '../../api/schemas/rows.ts';
import { type Click, clicksApi } from './clicks-api.ts';

const MINUTES = 300;

let world: Promise<Awaited<ReturnType<typeof made>>> | null = null;
/** Made once: no test changes it. */
function bursts() {
  world ??= made();
  return world;
}

/** Three or four clicks a minute, but for two minutes with very many. */
async function made() {
  const api = await clicksApi();
  const events: Click[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    const clicks = minute === 200 || minute === 280 ? 80 : 3 + (minute % 2);
    for (let i = 0; i < clicks; i++) events.push({ at: minute * 60 + (i % 60) });
  }
  await api.take([...events, { at: MINUTES * 60 }]);
  const { body } = await api.get<WindowsPage>('/views/per_minute/windows?order=latest&limit=1000');
  const rows = body.rows as readonly (Record<string, unknown> & WindowsPage['rows'][number])[];
  return {
    api,
    unusual: rows.filter(({ unusual }) => (unusual as { is_anomaly?: boolean } | null)?.is_anomaly === true),
  };
}

test('are the rows that a detector found unusual, the latest first, each with the detector that did', async () => {
  const { api, unusual } = await bursts();
  expect(unusual.length).toBeGreaterThanOrEqual(2);
  const { body } = await api.get<AnomaliesPage>('/anomalies');
  expect([...Value.Errors(AnomaliesPage, body)]).toEqual([]);
  expect(body).toEqual({
    anomalies: unusual.map((row) => ({ view: 'per_minute', detectors: ['unusual'], row })),
    cursor: null,
  });
});

test.each([1, 2, 7, 1000])('come each once, %i a page at most', async (limit) => {
  const { api, unusual } = await bursts();
  const seen: unknown[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: { body: AnomaliesPage } = await api.get<AnomaliesPage>(`/anomalies?limit=${limit}${more}`);
    expect(page.body.anomalies.length).toBeLessThanOrEqual(limit);
    seen.push(...page.body.anomalies.map(({ row }) => row));
    cursor = page.body.cursor;
  } while (cursor !== null);
  expect(seen).toEqual(unusual);
});

test('are of a range and of a view; one without detectors has none, and one that is not there is a problem', async () => {
  const { api, unusual } = await bursts();
  const ranged = await api.get<AnomaliesPage>(`/anomalies?from=${unusual[0]?.window_start}`);
  expect(ranged.body.anomalies).toHaveLength(1);
  expect((await api.get<AnomaliesPage>('/anomalies?view=by_page')).body.anomalies).toEqual([]);
  const wrong = await api.get<{ detail: string }>('/anomalies?view=by_pages');
  expect(wrong.response.status).toBe(404);
  expect(wrong.body.detail).toContain("Did you mean 'by_page'");
});

test('a cursor of another question is refused', async () => {
  const { api } = await bursts();
  const { cursor } = (await api.get<AnomaliesPage>('/anomalies?limit=1')).body;
  const other = await api.get(`/anomalies?limit=1&from=1970-01-01&cursor=${cursor}`);
  expect(other.response.status).toBe(400);
});
