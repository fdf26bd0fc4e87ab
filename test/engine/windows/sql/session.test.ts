import fc from 'fast-check';
import { count, rate, session, sum, view } from 'streamgauge';
import { msOf, openStatements, type Statements, statementOf } from '../../sql/statement-rows.ts';
import { hits } from './hits.ts';

const SEED = 20_261_127;
const GAP_MS = 10;

let statements: Statements;
beforeAll(async () => {
  statements = await openStatements();
});
afterAll(() => statements.close());

const byUser = view('by_user', hits)
  .window(session({ gap: `${GAP_MS} ms` as const }))
  .groupBy('user')
  .aggregate(() => ({ events: count() }));

interface Event {
  readonly user: string | null;
  readonly at: number;
}

/** Each session as [group, first, last, number of events], by going over the group's events in order. */
function sessionsOf(events: readonly Event[]): (string | number | null)[][] {
  const sessions: { user: string | null; first: number; last: number; events: number }[] = [];
  for (const { user, at } of events.toSorted((a, b) => a.at - b.at)) {
    const open = sessions.findLast((candidate) => candidate.user === user && at - candidate.last <= GAP_MS);
    if (open === undefined) sessions.push({ user, first: at, last: at, events: 1 });
    else Object.assign(open, { last: at, events: open.events + 1 });
  }
  return sessions
    .toSorted((a, b) => a.first - b.first || (a.user ?? '').localeCompare(b.user ?? ''))
    .map(({ user, first, last, events: inside }) => [user, first, last, inside]);
}

async function sessionRows(events: readonly Event[]) {
  const rows = await statements.rows(byUser, events);
  for (const row of rows) {
    expect(row.window_start).toBe(row.first_event_time);
    expect(msOf(row.window_end)).toBe(msOf(row.last_event_time) + GAP_MS);
  }
  return rows.map((row) => [row.user, msOf(row.first_event_time), msOf(row.last_event_time), row.events]);
}

test('events exactly a gap apart are one session, a millisecond more makes two', async () => {
  const events = [0, 10, 21].map((at) => ({ user: 'ann', at }));
  expect(await sessionRows(events)).toEqual([
    ['ann', 0, 10, 2],
    ['ann', 21, 21, 1],
  ]);
});

test('events without a group are one group', async () => {
  const events = [
    { user: null, at: -5 },
    { user: 'ann', at: 0 },
    { user: null, at: 5 },
  ];
  expect(await sessionRows(events)).toEqual([
    [null, -5, 5, 2],
    ['ann', 0, 0, 1],
  ]);
});

test('sessions are those that one finds by going over the events in order', async () => {
  const event = fc.record({ user: fc.constantFrom(null, 'a', 'b'), at: fc.integer({ min: -60, max: 60 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 30 }), async (events) => {
      expect(await sessionRows(events)).toEqual(sessionsOf(events));
    }),
    { seed: SEED, numRuns: 150 },
  );
});

test('many events at one time, which a database takes in any order, are in one session', async () => {
  const { database } = statements;
  await database.rows(
    'CREATE TABLE ties AS SELECT NULL AS "user", (i % 40) * 100 AS "at" FROM range(200000) AS numbers(i)',
  );
  await database.rows('SET threads = 2');
  const rows = await database.rows(statementOf(byUser, 'ties'));
  expect(rows.map(({ window_start, events }) => [msOf(window_start), events])).toEqual(
    Array.from({ length: 40 }, (_, index) => [index * 100, 5000]),
  );
});

test('without groups all events make sessions together, and a rate is over a session from start to end', async () => {
  const all = view('all_hits', hits)
    .window(session({ gap: '1 second' }))
    .aggregate(() => ({ per_second: rate() }));
  const rows = await statements.rows(all, [
    { user: 'a', at: 0 },
    { user: 'b', at: 1000 },
  ]);
  expect(rows).toMatchObject([{ window_end: '1970-01-01T00:00:02.000Z', per_second: 1 }]);
});

test('a field may have the name of a column that the statement makes', async () => {
  const numbered = view('numbered', hits)
    .window(session({ gap: '1 second' }))
    .aggregate((e) => ({ numbers: sum(e['Session Number']) }));
  const rows = await statements.rows(numbered, [
    { at: 0, 'Session Number': 4 },
    { at: 1, 'Session Number': 5 },
  ]);
  expect(rows).toMatchObject([{ numbers: 9 }]);
});
