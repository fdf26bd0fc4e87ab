import { DatabaseSync } from 'node:sqlite';
import { openEmbedded } from '../../../adapters/embedded/index.ts';
import { memoryStores } from '../../../adapters/memory/index.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { putRows } from '../../support/put-rows.ts';
import { resultRow } from '../../support/result-row.ts';

describe.each([
  ['EmbeddedResultStore', openEmbedded],
  ['MemoryResultStore', (_path: string, clock: ManualClock) => memoryStores(clock)],
])('%s.purgeExpired', (_name, open) => {
  const rows = [4, 1, 3, 2, null].map((expiresAtSeconds, index) => resultRow('v', index * 1000, { expiresAtSeconds }));

  test('removes the rows that expired the longest ago, at most as many as it is told', async () => {
    const clock = new ManualClock(0);
    const { results } = open(':memory:', clock);
    await putRows(results, rows);
    clock.set(4000);
    expect(await results.purgeExpired(2)).toBe(2);
    expect(await results.purgeExpired(2)).toBe(1);
    expect(await results.purgeExpired(2)).toBe(0);
    // Removed, and not only hidden: a clock that goes back does not show them.
    clock.set(0);
    expect(await results.get(rows)).toEqual([rows[0], null, null, null, rows[4]]);
  });
});

test('a purge finds what has expired by an index, and not by looking at all rows', async () => {
  const prepare = jest.spyOn(DatabaseSync.prototype, 'prepare');
  const { results, close } = openEmbedded(':memory:', new ManualClock(0));
  await results.purgeExpired(10);
  const [sql = ''] = prepare.mock.calls.map(([text]) => text).filter((text) => text.includes('expires_at < ?'));
  const database = prepare.mock.contexts[0] as DatabaseSync;
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(0, 10);
  expect(plan.map(({ detail }) => detail)).toEqual(['SEARCH results USING INDEX results_by_expiry (expires_at<?)']);
  close();
  prepare.mockRestore();
});
