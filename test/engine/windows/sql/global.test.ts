import { count, global, sum, view } from 'streamgauge';
import { openStatements, type Statements } from '../../sql/statement-rows.ts';
import { hits } from './hits.ts';

let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements.close());

const everySecond = global({ emitEvery: '1 second' });

test('a group has one row, as of the end of the interval that its latest event lies in', async () => {
  const totals = view('totals', hits)
    .window(everySecond)
    .groupBy('user')
    .aggregate((e) => ({ events: count(), n: sum(e.n) }));
  const rows = await statements.rows(totals, [
    { user: 'bob', at: 1000, n: 4 },
    { user: 'ann', at: -1, n: 1 },
    { user: 'ann', at: -5000, n: 2 },
    { user: null, at: 999, n: 3 },
  ]);
  expect(rows).toEqual([
    { as_of: '1970-01-01T00:00:01.000Z', user: null, events: 1, n: 3 },
    { as_of: '1970-01-01T00:00:00.000Z', user: 'ann', events: 2, n: 3 },
    { as_of: '1970-01-01T00:00:02.000Z', user: 'bob', events: 1, n: 4 },
  ]);
});

test('without groups there is one row, and none of no events', async () => {
  const total = view('total', hits)
    .window(everySecond)
    .aggregate((e) => ({ n: sum(e.n) }))
    .derive((row) => ({ twice: row.n.mul(2) }));
  expect(await statements.rows(total, [{ at: 0, n: 2 }, { at: 7000 }])).toEqual([
    { as_of: '1970-01-01T00:00:08.000Z', n: 2, twice: 4 },
  ]);
  expect(await statements.rows(total, [])).toEqual([]);
});
