import fc from 'fast-check';
import { anomaly, count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import type { ViewPlan } from '../../../engine/plan/plan.ts';
import { type AnomalousRow, readAnomalies } from '../../../engine/query/anomalous-rows.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../../engine/time/instant.ts';
import { casesOf } from '../../support/random-cases.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const watched = (name: string) =>
  view(name, events)
    .window(tumbling('1 minute'))
    .groupBy('key')
    .aggregate(() => ({ n: count() }))
    .derive((row) => ({ low: anomaly(row.n), high: anomaly(row.n, { sensitivity: 0.9 }) }));
const plain = view('plain', events)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ n: count() }));
const twice = pipeline('twice', [watched('first'), plain, watched('second')]);
const RANGE = { fromMs: START_OF_TIME_MS, toMs: END_OF_TIME_MS };

interface Made {
  readonly minute: number;
  readonly key: string;
  readonly low: boolean;
  readonly high: boolean;
}

/** Stored rows as finalizers write them, and how many were read of them since the last time. */
class Rows {
  readonly world = new SmallWorld(twice);
  #read = 0;

  readonly results = {
    windows: async (query: Parameters<typeof this.world.stores.results.windows>[0]) => {
      const page = await this.world.stores.results.windows(query);
      this.#read += page.rows.length;
      return page;
    },
  };

  async put(view: ViewPlan, rows: readonly Made[]): Promise<void> {
    const outcomes = await this.world.stores.results.put(
      rows.map(({ minute, key, low, high }) => ({
        row: {
          view: view.key,
          group: JSON.stringify([key]),
          windowStartMs: minute * 60_000,
          windowEndMs: (minute + 1) * 60_000,
          ...{ revision: 1, epoch: 1, partial: false, lateEvents: 0, retracted: false, expiresAtSeconds: null },
          columns: JSON.stringify({
            window_start: new Date(minute * 60_000).toISOString(),
            ...{ key, n: 1, low: { is_anomaly: low }, high: high ? { is_anomaly: true } : null },
          }),
        },
        over: null,
      })),
    );
    expect(outcomes.every((outcome) => outcome === 'written')).toBe(true);
  }

  takeRead(): number {
    const read = this.#read;
    this.#read = 0;
    return read;
  }
}

const told = ({ view, detectors, row: { columns } }: AnomalousRow) =>
  [view, columns.window_start, columns.key, ...detectors].join(' ');

/** All rows, the latest first and of a window by the text of their group, and of these the unusual ones. */
function naive(view: string, rows: readonly Made[]): string[] {
  const isLater = (a: Made, b: Made) => b.minute - a.minute || (JSON.stringify(a.key) < JSON.stringify(b.key) ? 1 : -1);
  return [...rows].sort(isLater).flatMap(({ minute, key, low, high }) => {
    const detectors = [low && 'low', high && 'high'].filter((name) => name !== false);
    if (detectors.length === 0) return [];
    return [[view, new Date(minute * 60_000).toISOString(), key, ...detectors].join(' ')];
  });
}

const row: fc.Arbitrary<Made> = fc.record({
  minute: fc.integer({ min: 0, max: 30 }),
  key: fc.constantFrom('a', 'b', 'é', '\u0000', '"'),
  low: fc.boolean(),
  high: fc.boolean(),
});
const rowsOf = (maxLength: number) =>
  fc.uniqueArray(row, { selector: ({ minute, key }) => `${minute} ${key}`, maxLength });

test('every one comes once, in order, whatever the page, the bound and what is written meanwhile; no page looks at more than it may', async () => {
  const cases = fc.record({
    first: rowsOf(40),
    second: rowsOf(40),
    limit: fc.integer({ min: 1, max: 9 }),
    maxRead: fc.integer({ min: 1, max: 25 }),
  });
  const property = fc.asyncProperty(cases, async ({ first, second, limit, maxRead }) => {
    const rows = new Rows();
    const [views, given] = [rows.world.plan.views, [first, second]];
    const [ofFirst, , ofSecond] = views as [ViewPlan, ViewPlan, ViewPlan];
    await rows.put(ofFirst, first);
    await rows.put(ofSecond, second);
    const seen: string[] = [];
    let [cursor, pages]: [string | null, number] = [null, 0];
    do {
      const page: Awaited<ReturnType<typeof readAnomalies>> = await readAnomalies(views, rows.results, {
        ...{ ...RANGE, limit, maxRead, cursor },
      });
      expect(page.anomalies.length).toBeLessThanOrEqual(limit);
      expect(rows.takeRead()).toBeLessThanOrEqual(maxRead);
      seen.push(...page.anomalies.map(told));
      cursor = page.cursor;
      pages++;
      // Later windows of a view that is through or begun: they are of pages that were before.
      await rows.put(ofFirst, [{ minute: 100 + pages, key: 'a', low: true, high: false }]);
    } while (cursor !== null);
    expect(seen).toEqual([...naive('first', first), ...naive('second', second)]);
    const all = given.flat().length;
    expect(pages).toBeLessThanOrEqual(Math.ceil(seen.length / limit) + Math.ceil(all / maxRead) + 2);
  });
  await fc.assert(property, { seed: 20_151_129, numRuns: casesOf(300) });
});

test('a page of one anomaly looks as far as a page of many', async () => {
  const rows = new Rows();
  const [ofFirst] = rows.world.plan.views as [ViewPlan];
  const quiet = Array.from({ length: 3000 }, (_, minute) => ({ minute, key: 'a', low: minute === 100, high: false }));
  await rows.put(ofFirst, quiet);
  const page = await readAnomalies(rows.world.plan.views, rows.results, { ...RANGE, limit: 1, cursor: null });
  expect(page.anomalies.map(told)).toEqual(['first 1970-01-01T01:40:00.000Z a low']);
  expect(rows.takeRead()).toBeLessThanOrEqual(3000);
});

test('a page that has looked at as many rows as it may is empty and says where to go on', async () => {
  const rows = new Rows();
  const [ofFirst] = rows.world.plan.views as [ViewPlan];
  const quiet = Array.from({ length: 30 }, (_, minute) => ({ minute, key: 'a', low: minute === 0, high: false }));
  await rows.put(ofFirst, quiet);
  const ask = (cursor: string | null) =>
    readAnomalies(rows.world.plan.views, rows.results, { ...RANGE, limit: 5, maxRead: 29, cursor });
  const empty = await ask(null);
  expect(empty).toEqual({ anomalies: [], cursor: expect.any(String) });
  expect((await ask(empty.cursor)).anomalies).toHaveLength(1);
});
