import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { field, pipeline, stream, Timestamp, Type, view } from 'streamgauge';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { Random } from './random-events.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'envelopes-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

const schema = Type.Object({
  k: Type.String(),
  at: field('@time', Timestamp('epoch-ms')),
  n: Type.Optional(Type.Integer()),
  inner: Type.Optional(Type.Object({ x: Type.Optional(Type.String()) })),
  any: Type.Optional(Type.Any()),
  owner: Type.Optional(Type.String()),
  scope: Type.Optional(field('the scope', Type.String())),
});
type Events = NonNullable<Parameters<typeof stream<'s', (typeof schema)['properties']>>[1]['events']>;

/** Every event with all that it has. */
function eventsIn(events: Events) {
  const source = stream('s', { schema, events, eventTime: 'at', partitionKey: 'k', maxLateness: '1 day' });
  return pipeline('events', [
    view('as_they_are', source).select((e) => ({
      k: e.k,
      n: e.n,
      x: e.inner.x,
      any: e.any.textAt('y'),
      owner: e.owner,
      scope: e.scope,
    })),
  ]);
}

async function expectSameRows(exported: unknown, files: readonly string[], counters: object): Promise<void> {
  const run = await runEngine(exported, files, { outDir: dir, shards: 1, batch: 100 });
  expect(run.summary.counters).toMatchObject(counters);
  const [only] = viewsOf(exported);
  if (only === undefined) throw new Error('no view');
  const expected = await oracleRows(database, only, files);
  expect(expected).toHaveLength(run.summary.counters.accepted);
  expect(differences(only, rowsOf(run, only), expected)).toEqual([]);
}

const A = { k: 'a', '@time': 1_600_000_000_000, n: 1, inner: { x: 'deep' }, any: { y: 'any' } };
const B = { k: 'b', '@time': 1_600_000_000_001, owner: 'own' };
const [a, b] = [JSON.stringify(A), JSON.stringify(B)];
const NO_EVENT = { k: 'c' };

const json = (...records: readonly unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');

describe('DuckDB finds the same events in', () => {
  test.each<[string, Events, string | Buffer, { accepted: number; dead: number }]>([
    ['a list', 'list', json({ list: [A, B, NO_EVENT] }), { accepted: 2, dead: 1 }],
    [
      'an object',
      'detail',
      json({ detail: A }, { detail: NO_EVENT }, { other: B }, { detail: null }),
      { accepted: 1, dead: 3 },
    ],
    ['lists in lists', 'x.y', json({ x: [{ y: [A, [B]] }, { y: [] }, { y: A }, {}] }), { accepted: 3, dead: 1 }],
    [
      'texts',
      'm',
      json({ m: a }, { m: JSON.stringify(b) }, { m: 'none' }, { m: `[${a}]` }, { m: 5 }),
      { accepted: 3, dead: 2 },
    ],
    [
      'texts on the way',
      'r.body.m',
      json({ r: [{ body: JSON.stringify({ m: a }) }, { body: { m: B } }] }),
      { accepted: 2, dead: 0 },
    ],
    ['a member whose name has signs', 'a\\.b/c~d"e', json({ 'a.b/c~d"e': [A] }), { accepted: 1, dead: 0 }],
    [
      'the first of several members',
      { path: 'm.sum|gauge|the\\|rest.points', with: { owner: 'm.name' } },
      json(
        {
          m: [
            { name: 'x', gauge: { points: [A] } },
            { name: 'y', sum: { points: [B] }, gauge: { points: [A] } },
          ],
        },
        { m: [{ name: 'z', sum: null, 'the|rest': { points: [A] } }, { name: 'none' }] },
      ),
      { accepted: 3, dead: 1 },
    ],
    [
      'pretty-printed records',
      'list',
      `${JSON.stringify({ list: [A] }, null, 2)}\n${JSON.stringify({ list: [B] }, null, 2)}`,
      { accepted: 2, dead: 0 },
    ],
    ['records without a line break', 'list', `{"list":[${a}]}{"list":[${b}]}`, { accepted: 2, dead: 0 }],
    ['an array of records', 'list', `[{"list":[${a}]},\n{"list":[${b}]}]`, { accepted: 2, dead: 0 }],
    [
      'lines of which one is broken',
      'list',
      `{"list":[${a}]}\n{"list":[${a}\n{"list":[${b}]}\n`,
      { accepted: 2, dead: 1 },
    ],
    ['a packed file', 'list', gzipSync(json({ list: [A, B] })), { accepted: 2, dead: 0 }],
    ['a record that is one', 'list', json(A, { list: [B] }, NO_EVENT), { accepted: 2, dead: 1 }],
    [
      'records that are of the right kind',
      { path: 'list', only: { kind: ['data', 7, true], 'in.it': 'x' } },
      json(
        ...['data', 7, true, '7', 'other', null, [7]].map((kind) => ({ kind, in: { it: 'x' }, list: [A] })),
        { kind: 7, list: [A] },
        A,
      ),
      { accepted: 4, dead: 0 },
    ],
    [
      'envelopes of which they get elements of lists',
      {
        path: 'rs.records',
        with: { owner: 'rs.tags[key="the.owner"].value.s', scope: 'tags[key="scope"].value' },
        only: { 'tags[key="scope"].value': ['s', 't'] },
      },
      json(
        {
          tags: [5, { key: 7 }, { key: 'scope', value: 's' }],
          rs: [
            { tags: [{ key: 'other' }, { key: 'the.owner', value: { s: 'ann' } }, { key: 'the.owner' }], records: [A] },
            { tags: [], records: [B] },
            { tags: { key: 'the.owner', value: { s: 'no list' } }, records: [A] },
          ],
        },
        { rs: [{ records: [A] }] },
        { tags: [{ key: 'scope', value: 't' }], rs: { records: [A] } },
      ),
      { accepted: 4, dead: 0 },
    ],
    [
      'envelopes whose fields they get',
      { path: 'rl.sl.records', with: { owner: 'rl.resource.name', scope: 'rl.sl.scope', inner: 'inner' } },
      json(
        {
          inner: { x: 'outer' },
          rl: [
            { resource: { name: 'r1' }, sl: [{ scope: 's1', records: [A, B] }, { records: [B] }] },
            { resource: { name: null }, sl: { scope: 's2', records: [B] } },
          ],
        },
        { rl: { sl: { records: [A, B] } } },
        B,
      ),
      { accepted: 7, dead: 0 },
    ],
  ])('%s', async (name, events, text, counters) => {
    const file = join(dir, `${name}.json${Buffer.isBuffer(text) ? '.gz' : ''}`);
    writeFileSync(file, text);
    await expectSameRows(eventsIn(events), [file], counters);
  });
});

/**
 * Anything that could lie on a way: events, members of the way, lists, texts, and what leads nowhere. Values of events are of their
 * kinds: DuckDB casts others.
 */
function anything(random: Random, depth: number): unknown {
  const inner = (): unknown => anything(random, depth - 1);
  const event = (): object => ({
    k: random.pick<unknown>(['a', 'b', '', null]),
    '@time': 1_600_000_000_000 + random.below(1000),
    ...(random.chance(0.5) && { owner: random.pick<unknown>(['own', null]) }),
    ...(random.chance(0.2) && { a: 1 }),
  });
  if (depth === 0 || random.chance(0.2))
    return random.pick<() => unknown>([event, event, event, () => null, () => 'x', () => 5])();
  const kind = random.below(8);
  if (kind === 0) return JSON.stringify(inner());
  if (kind < 3) return Array.from({ length: random.below(4) }, inner);
  return {
    ...(random.chance(0.3) && event()),
    ...(random.chance(0.7) && { a: inner() }),
    ...(random.chance(0.5) && { b: inner() }),
    ...(random.chance(0.4) && { c: inner() }),
    ...(random.chance(0.5) && { name: random.pick<unknown>(['n1', 'n2', null]) }),
    ...(random.chance(0.5) && { tags: [inner(), { key: 'x', value: random.pick<unknown>(['t1', null]) }] }),
    ...(random.chance(0.5) && { kind: random.pick<unknown>(['yes', 'no', 1]) }),
  };
}

test.each([1, 2, 3])('DuckDB finds the same events in random records: %d', async (seed) => {
  const random = new Random(seed);
  const records = Array.from({ length: 400 }, () => anything(random, 5));
  const file = join(dir, `random${seed}.jsonl`);
  const isObject = (record: unknown) => typeof record === 'object' && record !== null && !Array.isArray(record);
  writeFileSync(
    file,
    records
      .filter(isObject)
      .map((record) => JSON.stringify(record))
      .join('\n'),
  );
  const events: Events = {
    path: 'a.b|c.a',
    with: { owner: 'a.name', scope: 'a.b.tags[key="x"].value' },
    ...(seed === 3 && { only: { kind: ['yes', 1] } }),
  };
  const run = await runEngine(eventsIn(events), [file], { outDir: dir, shards: 1, batch: 100 });
  const [only] = viewsOf(eventsIn(events));
  if (only === undefined) throw new Error('no view');
  const expected = await oracleRows(database, only, [file]);
  expect(expected.length).toBeGreaterThan(20);
  expect(differences(only, rowsOf(run, only), expected)).toEqual([]);
});
