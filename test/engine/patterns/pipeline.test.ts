import {
  count,
  max,
  pattern,
  pipeline,
  type Source,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from '../../../engine/index.ts';
import type { PipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../../../engine/ir/view-definition.ts';
import { athenaStatement } from '../../../engine/sql/athena-statement.ts';
import { JoinWorld } from '../../support/join-world.ts';
import { finalizeOrDie } from '../../support/mortal-finalizer.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const logins = stream('logins', {
  schema: Type.Object({
    id: Type.String(),
    user: Type.Optional(Type.String()),
    ok: Type.Boolean(),
    ms: Type.Integer(),
    at: Timestamp('epoch-s'),
  }),
  eventTime: 'at',
  partitionKey: 'id',
  maxLateness: '20 seconds',
});

interface Login {
  readonly id: string;
  readonly user?: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly at: number;
}

const login = (id: string, at: number, ok: boolean, user: string | null = 'ann'): Login => ({
  id,
  ok,
  ms: at % 7,
  at,
  ...(user !== null && { user }),
});

const failures = () => pattern('break_ins', logins, { partitionBy: 'user' });

/** Each match with its ends, as a view of a minute and of what the row says. */
function rowsOf(matches: Source<string, { user: string; from: string; to: string; n: number }>) {
  const rows = view('rows', matches)
    .window(tumbling('1 minute'))
    .groupBy('user', 'from', 'to', 'n')
    .aggregate((match) => ({ times: count(), took: max(match.n) }));
  return pipeline('patterns', [rows]);
}

async function matchesOf(world: JoinWorld): Promise<string[]> {
  const rows = await world.rows('rows');
  return rows
    .map(({ user, from, to, n, times }) => `${user}: ${from}-${to} ×${n}${times === 1 ? '' : ` (${times})`}`)
    .sort();
}

const twoThenSuccess = () =>
  failures()
    .begin('failure', (e) => e.ok.not())
    .times(2)
    .followedBy('success', (e) => e.ok)
    .within('60 seconds')
    .select(({ failure, success }) => ({ from: failure.first.id, to: success.id, n: failure.count() }));

describe('a pattern over a stream', () => {
  test('gives a row for each match, of each key by itself', async () => {
    const world = new JoinWorld(rowsOf(twoThenSuccess()), 2);
    await world.take('logins', [login('b1', 101, false, 'bob'), login('a1', 100, false), login('a2', 102, false)]);
    await world.take('logins', [login('a3', 103, true), login('b2', 104, true, 'bob'), login('n', 104, true, null)], 1);
    await world.end();
    expect(await matchesOf(world)).toEqual(['ann: a1-a3 ×2']);
  });

  test('takes no event that comes after the watermark has passed its time', async () => {
    const world = new JoinWorld(rowsOf(twoThenSuccess()));
    await world.take('logins', [login('a1', 100, false), login('a2', 200, false)]);
    const { committed } = await world.take('logins', [login('late', 150, false), login('a3', 201, true)]);
    await world.end();
    expect(committed.late).toBe(1);
    expect(await matchesOf(world)).toEqual([]);
  });

  test('keeps of events only those that pass a step by themselves, and the fields that are read later', () => {
    const [view] = (
      rowsOf(twoThenSuccess()) as unknown as {
        views: { source: { view: { source: { columns: { path: string[] }[] } } } }[];
      }
    ).views;
    expect(view?.source.view.source.columns.map(({ path }) => path.join('.'))).toEqual(['id']);
  });

  test('has rows of absence and of time-outs at their limit, though no further event comes to the key', async () => {
    const steps = failures()
      .sequence('failure -> !success', { failure: (e) => e.ok.not(), success: (e) => e.ok })
      .within('30 seconds');
    const absent = view('absent', steps.select())
      .derive((e) => ({ at: e.match_end, took: e.duration_ms }))
      .window(tumbling('1 minute'))
      .groupBy('user', 'reason', 'took')
      .aggregate(() => ({ n: count() }));
    const open = failures()
      .sequence('failure -> success', { failure: (e) => e.ok.not(), success: (e) => e.ok })
      .within('30 seconds')
      .selectTimeouts(({ failure, success }) => ({ failed: failure.id, succeeded: success.id }));
    const timeouts = view('timeouts', open)
      .window(tumbling('1 minute'))
      .groupBy('failed', 'succeeded')
      .aggregate(() => ({ n: count() }));
    const world = new JoinWorld(pipeline('p', [absent, timeouts]));
    await world.take('logins', [login('a1', 100, false), login('b1', 100, false, 'bob'), login('a2', 130, true)]);
    await world.take('logins', [login('z', 400, true, 'zoe')]);
    await world.finalizeAll();
    expect(await world.rows('absent')).toMatchObject([{ user: 'bob', took: 30_000, n: 1 }]);
    expect(await world.rows('timeouts')).toMatchObject([{ failed: 'b1', succeeded: null, n: 1 }]);
  });

  test('sees earlier events of the match: first, previous, counts, sums and means', async () => {
    const rising = failures()
      .begin('rise', (e, { rise }) => rise.previous.ms.isNull().or(e.ms.gt(rise.previous.ms)))
      .times(3)
      .next('top', (e, { rise }) =>
        e.ms
          .gt(rise.mean((r) => r.ms))
          .and(e.ms.lt(rise.sum((r) => r.ms)))
          .and(e.ok),
      )
      .select(({ rise, top }) => ({ from: rise.first.id, to: top.id, n: rise.max((r) => r.ms).coalesce(-1) }));
    const world = new JoinWorld(rowsOf(rising));
    const event = (id: string, at: number, ms: number, ok = false) => ({ ...login(id, at, ok), ms });
    await world.take('logins', [event('a', 1, 1), event('b', 2, 4), event('c', 3, 6), event('d', 4, 5, true)]);
    await world.end();
    expect(await matchesOf(world)).toEqual(['ann: a-d ×6']);
  });
});

/** Two failures and then a success of one user within a minute, the next one only after the last event of the one before. */
function naive(events: readonly Login[]): string[] {
  const found: string[] = [];
  for (const user of new Set(events.map((event) => event.user))) {
    if (user === undefined) continue;
    const own = events
      .filter((event) => event.user === user)
      .sort((a, b) => a.at - b.at || Number(a.ok) - Number(b.ok) || (a.id < b.id ? -1 : 1));
    const found2: { from: number; to: number; start: Login; end: Login }[] = [];
    own.forEach((start, from) => {
      if (start.ok) return;
      const second = own.findIndex((event, index) => index > from && !event.ok);
      const to = own.findIndex((event, index) => second >= 0 && index > second && event.ok);
      const end = own[to];
      if (end !== undefined && end.at - start.at <= 60) found2.push({ from, to, start, end });
    });
    let pastLast = -1;
    for (const match of found2.sort((a, b) => a.to - b.to || a.from - b.from)) {
      if (match.from <= pastLast) continue;
      found.push(`${user}: ${match.start.id}-${match.end.id} ×2`);
      pastLast = match.to;
    }
  }
  return found.sort();
}

test('random events give what a naive search gives, for any shards, batches, pauses and crashes', async () => {
  for (let seed = 1; seed <= 15; seed++) {
    const { whole, chance } = seededRandom(seed);
    const world = new JoinWorld(rowsOf(twoThenSuccess()), 2);
    const taken: Login[] = [];
    let clock = 1000;
    for (let batch = 0; batch < 25; batch++) {
      clock += whole(25);
      const events = Array.from({ length: 1 + whole(4) }, (_, index) =>
        login(`e${batch}_${index}`, clock - whole(20), chance(0.4), chance(0.1) ? null : ['ann', 'bob'][whole(2)]),
      );
      const { committed } = await world.take('logins', events, whole(2));
      expect(committed.late).toBe(0);
      for (const one of events) taken.push(one);
      if (chance(0.4)) {
        const everyStep = chance(0.5);
        await finalizeOrDie(world, chance(0.3) ? whole(8) : null, () => everyStep);
      }
    }
    await world.end();
    expect({ seed, matches: await matchesOf(world) }).toEqual({ seed, matches: naive(taken) });
  }
});

test('a pattern has no SQL twin, and says so', () => {
  const [rows] = (rowsOf(twoThenSuccess()) as unknown as PipelineDefinition).views;
  expect(() => athenaStatement(rows as ViewDefinition)).toThrow(
    "Pattern 'break_ins' has no SQL twin: MATCH_RECOGNIZE is in the standard, and neither in DuckDB nor in Athena.",
  );
});
