import type { DeadLetterStore, RedriveOutcome, StoredSideOutput } from '../../../engine/ports/dead-letter-store.ts';
import { findCandidates, isOpen, planRedrive, redriveAll } from '../../../runtime/dead-letters/redrive.ts';
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

type Outcomes = Readonly<Record<string, RedriveOutcome | Error>>;

async function run(outcomes: Outcomes, ids = Object.keys(outcomes), stopAfter = Number.POSITIVE_INFINITY) {
  const seen: [string, string][] = [];
  const stop = new AbortController();
  const onOutcome = (id: string, { outcome }: RedriveOutcome) => {
    seen.push([id, outcome]);
    if (seen.length >= stopAfter) stop.abort();
  };
  const options = { ...request, concurrency: 1, signal: stop.signal, onOutcome };
  return { summary: await redriveAll(storeOf(outcomes), ids, options), seen };
}

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

test('once it is to stop, the rest is left alone', async () => {
  const { summary, seen } = await run({ a: REDRIVEN, b: REDRIVEN, c: REDRIVEN, d: REDRIVEN }, undefined, 2);
  expect(summary).toMatchObject({ redriven: 2, untried: 2 });
  expect(seen).toHaveLength(2);
});

describe('candidates', () => {
  /** A store of so many records, the first of which were redriven before. */
  function storeWith(total: number, redriven: number) {
    const asked: unknown[] = [];
    const store: DeadLetterStore = {
      ...storeOf({}),
      list: async ({ after = '0', limit }) => {
        asked.push([after, limit]);
        const first = Number(after);
        const length = Math.min(limit, total - first);
        const records = Array.from({ length }, (_, i) => record(String(first + i + 1), first + i < redriven));
        return { records, cursor: first + limit >= total ? null : (records.at(-1)?.id ?? null) };
      },
    };
    return { store, asked };
  }

  test('are gathered over pages, up to the limit', async () => {
    const { store, asked } = storeWith(1200, 0);
    expect(await findCandidates(store, { kinds: ['dead'] }, 700)).toHaveLength(700);
    expect(asked).toEqual([
      ['0', 500],
      ['500', 200],
    ]);
    expect(await findCandidates(store, { kinds: ['dead'] }, 5000)).toHaveLength(1200);
  });

  test('that were redriven before do not count for the limit, so the next call goes on', async () => {
    const { store } = storeWith(100, 30);
    const found = await findCandidates(store, { kinds: ['dead'] }, 10);
    expect(found.filter(isOpen).map(({ id }) => id)).toEqual([
      '31',
      '32',
      '33',
      '34',
      '35',
      '36',
      '37',
      '38',
      '39',
      '40',
    ]);
  });
});

function record(id: string, isRedriven: boolean): StoredSideOutput {
  const puts = [{ state: 'redriven', shard: 's', sequence: '1' }] as const;
  return {
    ...{ id, kind: 'dead', stream: 's', shard: 'h', position: { sequence: id, index: 0 }, arrivalMs: 0 },
    ...{ reason: 'r', message: 'm', missed: null, payloads: [{ partitionKey: 'k', data: Buffer.from('x') }] },
    redrive: isRedriven ? { by: 'ann', atMs: 0, puts } : null,
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
