import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { openEmbedded } from '../../../adapters/embedded/index.ts';
import type { EmbeddedResultStore } from '../../../adapters/embedded/result-store.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { putRows } from '../../support/put-rows.ts';
import { resultRow } from '../../support/result-row.ts';

/** Counted anew from what readers see. */
async function counted(results: EmbeddedResultStore, view: string) {
  const { rows } = await results.windows({ view, fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS, limit: 1000 });
  return { rows: rows.length, windows: new Set(rows.map(({ windowStartMs }) => windowStartMs)).size };
}

const write = fc.record({
  view: fc.constantFrom('a', 'b'),
  windowStartMs: fc.nat(3),
  group: fc.constantFrom('["x"]', '["y"]'),
  retracted: fc.boolean(),
  expiresAtSeconds: fc.option(fc.integer({ min: 1, max: 5 })),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), writes: fc.array(write, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), limit: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('second' as const) }) },
);

test('counts are what counting anew gives, whatever is written, retracted, expired and purged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = new ManualClock(0);
      const { results, close } = openEmbedded(':memory:', clock);
      let epoch = 0;
      for (const each of steps) {
        if (each.kind === 'second') clock.advance(1000);
        else if (each.kind === 'purge') await results.purgeExpired(each.limit);
        else {
          for (const { view, windowStartMs, ...rest } of each.writes) {
            const row = resultRow(view, windowStartMs, { ...rest, epoch: ++epoch });
            const [stored] = await results.get([row]);
            await putRows(results, [row], stored?.epoch ?? null);
          }
        }
      }
      while ((await results.purgeExpired(100)) > 0);
      for (const view of ['a', 'b']) {
        expect(results.count(view)).toMatchObject(await counted(results, view));
        const starts = results.latestWindows(view, 10).map(({ startMs }) => startMs);
        const { rows } = await results.windows({ view, fromMs: 0, toMs: 10, limit: 100 });
        expect(starts).toEqual([...new Set(rows.map(({ windowStartMs }) => windowStartMs))].reverse());
      }
      close();
    }),
    { seed: 11, numRuns: 200 },
  );
});

test('the number of a window rises whenever one of its rows changes, and of no other window', async () => {
  const { results, close } = openEmbedded(':memory:', new ManualClock(0));
  const numbers = () => new Map(results.latestWindows('v', 10).map(({ startMs, changedAt }) => [startMs, changedAt]));
  await putRows(results, [resultRow('v', 0), resultRow('v', 60_000)]);
  const before = numbers();
  await putRows(results, [resultRow('v', 0, { epoch: 2, revision: 2 })], 1);
  const after = numbers();
  expect(after.get(0)).toBeGreaterThan(before.get(0) as number);
  expect(after.get(60_000)).toBe(before.get(60_000));
  close();
});

describe('with a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'result-counts-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('counting reads no rows: it answers where they cannot be read', async () => {
    const path = join(folder, 'hidden.db');
    const { results, close } = openEmbedded(path, new ManualClock(0));
    await putRows(results, [resultRow('v', 0), resultRow('v', 0, { group: '["b"]' }), resultRow('v', 60_000)]);
    const other = new DatabaseSync(path);
    other.exec('ALTER TABLE results RENAME TO hidden');
    other.close();
    await expect(results.get([resultRow('v', 0)])).rejects.toThrow('no such table');
    expect(results.count('v')).toMatchObject({ rows: 3, windows: 2 });
    expect(results.latestWindows('v', 10).map(({ startMs }) => startMs)).toEqual([60_000, 0]);
    close();
  });

  test('a store of version 2 is counted when it is opened', async () => {
    const path = join(folder, 'older.db');
    const before = openEmbedded(path, new ManualClock(0));
    const rows = [resultRow('v', 0), resultRow('v', 60_000), resultRow('v', 120_000, { retracted: true })];
    await putRows(before.results, rows);
    before.close();
    const older = new DatabaseSync(path);
    older.exec(`DROP TABLE result_windows; DROP TABLE result_totals; DROP INDEX results_by_expiry;
      ALTER TABLE results DROP COLUMN expires_at; ALTER TABLE results DROP COLUMN updated_at; PRAGMA user_version = 2;`);
    older.close();
    const { results, close } = openEmbedded(path, new ManualClock(0));
    expect(results.count('v')).toMatchObject({ rows: 2, windows: 2 });
    expect(await results.get(rows)).toEqual(rows);
    await putRows(results, [resultRow('v', 0, { group: '["b"]', expiresAtSeconds: 5 })]);
    expect(results.count('v')).toMatchObject({ rows: 3, windows: 2 });
    close();
  });
});
