import fc from 'fast-check';
import { count, max, min, type SlidingOptions, sliding, view } from 'streamgauge';
import { msOf, openStatements, type Statements } from '../../sql/statement-rows.ts';
import { hits } from './hits.ts';

const SEED = 20_261_127;

let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements.close());

/** Each row as [start, end, number of events], in seconds. */
async function windowsOf(options: SlidingOptions, times: readonly number[]) {
  const counts = view('counts', hits)
    .window(sliding(options))
    .aggregate(() => ({ events: count() }));
  const rows = await statements.rows(
    counts,
    times.map((at) => ({ at: at * 1000 })),
  );
  return rows.map((row) => [msOf(row.window_start) / 1000, msOf(row.window_end) / 1000, row.events]);
}

test('an event is in each window that holds it, also in one that begins before 1970', async () => {
  expect(await windowsOf({ size: '10 seconds', slide: '5 seconds' }, [1, 2, 5, 9, 10, 11])).toEqual([
    [-5, 5, 2],
    [0, 10, 4],
    [5, 15, 4],
    [10, 20, 2],
  ]);
});

test('an event between two windows is in none', async () => {
  expect(
    await windowsOf({ size: '3 seconds', slide: '10 seconds', offset: '2 seconds' }, [1, 2, 4.999, 5, 11]),
  ).toEqual([[2, 5, 2]]);
});

test('the windows of any size, slide and offset are those that hold the event by plain arithmetic', async () => {
  const ms = fc.integer({ min: 1, max: 40 });
  const times = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(ms, ms, fc.nat({ max: 50 }), times, async (size, slide, offset, ats) => {
      const expected = new Map<number, number>();
      for (let start = (offset % slide) - 200 * slide; start <= 100; start += slide) {
        const inside = ats.filter((at) => start <= at && at < start + size).length;
        if (inside > 0) expected.set(start, inside);
      }
      const rows = await windowsOf({ size: `${size} ms`, slide: `${slide} ms`, offset: `${offset} ms` } as never, [
        ...ats.map((at) => at / 1000),
      ]);
      const found = rows.map(([start, end, events]) => [Number(start) * 1000, Number(end) * 1000, events]);
      expect(found).toEqual([...expected].map(([start, events]) => [start, start + size, events]));
    }),
    { seed: SEED, numRuns: 150 },
  );
});

test('fields of events may have the names of columns that the statement makes', async () => {
  const shadowing = view('shadowing', hits)
    .window(sliding({ size: '2 seconds', slide: '1 second' }))
    .groupBy('user')
    .aggregate((e) => ({ least: min(e.window_start), most: max(e['window start']) }));
  const rows = await statements.rows(shadowing, [
    { at: 0, window_start: 7, 'window start': 8 },
    { at: 500, window_start: 5, 'window start': 9 },
  ]);
  expect(rows).toEqual([
    {
      window_start: '1969-12-31T23:59:59.000Z',
      window_end: '1970-01-01T00:00:01.000Z',
      user: null,
      least: 5,
      most: 9,
    },
    {
      window_start: '1970-01-01T00:00:00.000Z',
      window_end: '1970-01-01T00:00:02.000Z',
      user: null,
      least: 5,
      most: 9,
    },
  ]);
});
