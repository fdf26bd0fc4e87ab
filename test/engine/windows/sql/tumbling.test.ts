import { count, tumbling, view } from 'streamgauge';
import { openStatements, type Statements } from '../../sql/statement-rows.ts';
import { hits } from './hits.ts';

let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements.close());

test('windows begin at the offset, also before 1970 and in the year 1', async () => {
  const hourly = view('hourly', hits)
    .window(tumbling('1 hour', { offset: '10 minutes' }))
    .aggregate(() => ({ n: count() }));
  const events = [-62_135_596_800_000, -1, 0, 599_999, 600_000, 4_199_999].map((at) => ({ at }));
  expect(await statements.rows(hourly, events)).toEqual([
    { window_start: '0000-12-31T23:10:00.000Z', window_end: '0001-01-01T00:10:00.000Z', n: 1 },
    { window_start: '1969-12-31T23:10:00.000Z', window_end: '1970-01-01T00:10:00.000Z', n: 3 },
    { window_start: '1970-01-01T00:10:00.000Z', window_end: '1970-01-01T01:10:00.000Z', n: 2 },
  ]);
});
