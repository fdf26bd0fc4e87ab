import type { DeadLetterStore, KeptRecord, RedriveOutcome } from '../../../runtime/dead-letters/dead-letter-store.ts';
import { findCandidates, planRedrive, redriveAll } from '../../../runtime/dead-letters/redrive.ts';
import { request } from '../../conformance/dead-letter-store.ts';

const FAILED: RedriveOutcome = { outcome: 'failed', message: 'No.' };
const REDRIVEN: RedriveOutcome = { outcome: 'redriven', puts: [{ state: 'redriven', shard: 's', sequence: '1' }] };

/** A store whose redrives come to these outcomes, by id; errors are thrown. */
function storeOf(outcomes: Readonly<Record<string, RedriveOutcome | Error>>): DeadLetterStore {
  return {
    list: async () => ({ records: [], cursor: null }),
    get: async () => null,
    redrive: async (id) => {
      const outcome = outcomes[id] ?? REDRIVEN;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
}

const run = (outcomes: Readonly<Record<string, RedriveOutcome | Error>>, ids = Object.keys(outcomes)) => {
  const seen: [string, string][] = [];
  const onOutcome = (id: string, { outcome }: RedriveOutcome) => {
    seen.push([id, outcome]);
  };
  return redriveAll(storeOf(outcomes), ids, { ...request, concurrency: 1, onOutcome }).then((summary) => ({
    summary,
    seen,
  }));
};

test('counts what each has come to, and records of a batch one by one', async () => {
  const { summary, seen } = await run({
    a: REDRIVEN,
    b: {
      outcome: 'redriven',
      puts: Array.from({ length: 3 }, () => ({ state: 'redriven', shard: 's', sequence: '1' })),
    },
    c: { outcome: 'skipped', message: '' },
    d: FAILED,
    e: { outcome: 'unknown', message: '' },
  });
  expect(summary).toEqual({ redriven: 2, records: 4, skipped: 1, failed: 1, unknown: 1, untried: 0 });
  expect(seen).toEqual([
    ['a', 'redriven'],
    ['b', 'redriven'],
    ['c', 'skipped'],
    ['d', 'failed'],
    ['e', 'unknown'],
  ]);
});

test('a store that throws has failed for that record, and the others are tried', async () => {
  const { summary } = await run({ a: new Error('The bucket is gone.'), b: REDRIVEN });
  expect(summary).toMatchObject({ failed: 1, redriven: 1 });
});

test('a row of failures ends it, and the rest is left alone', async () => {
  const ids = Array.from({ length: 30 }, (_, i) => String(i));
  const { summary, seen } = await run(Object.fromEntries(ids.map((id) => [id, FAILED])), ids);
  expect(summary).toMatchObject({ failed: 20, untried: 10 });
  expect(seen).toHaveLength(20);
});

test('failures between successes do not end it', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => String(i));
  const { summary } = await run(Object.fromEntries(ids.map((id, i) => [id, i % 2 === 0 ? FAILED : REDRIVEN])), ids);
  expect(summary).toMatchObject({ failed: 30, redriven: 30, untried: 0 });
});

test('candidates are gathered over pages, up to the limit', async () => {
  const asked: unknown[] = [];
  const store: DeadLetterStore = {
    ...storeOf({}),
    list: async ({ after = '0', limit }) => {
      asked.push([after, limit]);
      const first = Number(after);
      const records = Array.from({ length: Math.min(limit, 1200 - first) }, (_, i) => record(String(first + i + 1)));
      return { records, cursor: first + limit >= 1200 ? null : (records.at(-1)?.id ?? null) };
    },
  };
  expect(await findCandidates(store, { kinds: ['dead'] }, 700)).toHaveLength(700);
  expect(asked).toEqual([
    ['0', 500],
    ['500', 200],
  ]);
  expect(await findCandidates(store, { kinds: ['dead'] }, 5000)).toHaveLength(1200);
});

function record(id: string): KeptRecord {
  const position = { sequence: id, index: 0 };
  const payloads = [{ partitionKey: 'k', data: Buffer.from('x') }];
  return {
    id,
    kind: 'dead',
    stream: 's',
    shard: 'h',
    position,
    arrivalMs: 0,
    reason: 'r',
    message: 'm',
    payloads,
    redrive: null,
  };
}

test.each([
  [null, 1, false, 'send'],
  ['failed', 1, false, 'send'],
  ['redriven', 1, true, 'skip'],
  ['unknown', 1, false, 'refuse'],
  ['unknown', 1, true, 'send again'],
  [null, 0, false, 'refuse'],
] as const)(
  'of a record with state %s, %d payloads and again: %s, the plan is to %s',
  (state, records, again, plan) => {
    expect(planRedrive({ id: 'x', kind: 'dead', stream: 's', reason: 'r', records, state }, again)).toBe(plan);
  },
);
