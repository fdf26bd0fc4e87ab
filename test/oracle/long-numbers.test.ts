import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  approxCountDistinct,
  changeOver,
  count,
  countDistinct,
  first,
  global,
  last,
  max,
  mean,
  min,
  pipeline,
  session,
  stream,
  sum,
  Timestamp,
  Type,
  topK,
  tumbling,
  view,
} from 'streamgauge';
import { casesOf } from '../support/random-cases.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'long-numbers-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

const SETTINGS = { eventTime: 'at', partitionKey: 'id', maxLateness: '1 minute' } as const;
const FIELDS = { id: Type.Integer(), other: Type.Optional(Type.Integer()), at: Timestamp('epoch-ms') };
const calls = stream('calls', { ...SETTINGS, schema: Type.Object(FIELDS) });

/** Each of these is the same double as its neighbour. */
const IDS = [
  '9223372036854775768',
  '9223372036854775769',
  '9223372036854775770',
  '9007199254740993',
  '9007199254740992',
  '-9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '9007199254740991',
  '7',
] as const;

const perId = view('per_id', calls)
  .window(tumbling('1 hour'), { allowedLateness: '1 day' })
  .groupBy('id')
  .aggregate((e) => ({ calls: count(), known: count(e.other), least: min(e.other), greatest: max(e.other) }))
  .derive((row) => ({
    itself: row.greatest.eq(row.id),
    either: row.greatest.coalesce(row.id),
    // On doubles.
    risen: changeOver(row.greatest, { windows: 1 }).absolute,
  }));

const perHour = view('per_hour', calls)
  .where((e) => e.id.ne(9223372036854775770n))
  .derive((e) => ({ known: e.other.coalesce(e.id), same: e.id.in([e.other, 9007199254740993n, 7]) }))
  .window(tumbling('1 hour'), { allowedLateness: '1 day' })
  .aggregate((e) => ({
    calls: count(),
    same: count().where(e.same),
    ids: countDistinct(e.id),
    about: approxCountDistinct(e.id),
    known: countDistinct(e.known),
    total: sum(e.id),
    average: mean(e.id),
    earliest: first(e.id),
    latest: last(e.id),
    above: count().where(e.id.gt(9007199254740992n)),
    beside: count().where(e.id.gte(e.other)),
  }));

const pairs = view('pairs', calls)
  .window(session({ gap: '5 minutes' }), { allowedLateness: '1 day' })
  .groupBy('other', 'id')
  .aggregate(() => ({ calls: count() }));

const totals = view('totals', calls)
  .window(global({ emitEvery: '10 minutes' }))
  .groupBy('id')
  .aggregate((e) => ({ calls: count(), greatest: max(e.other) }));

const ofRows = view('of_rows', perId)
  .where((row) => row.either.gt(0))
  .window(tumbling('1 day'))
  .groupBy('id', 'either')
  .aggregate((row) => ({ hours: count(), calls: sum(row.calls), greatest: max(row.greatest), least: min(row.id) }));

const all = pipeline('long_numbers', [perId, perHour, pairs, totals, ofRows]);

test('random events with identifiers of 64 bits give the same rows in DuckDB', async () => {
  const file = join(dir, 'calls.jsonl');
  const id = fc.constantFrom(...IDS);
  const event = fc.record({
    id,
    other: fc.option(id, { freq: 3 }),
    minute: fc.nat({ max: 180 }),
  });
  let wide = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 60 }),
      fc.constantFrom(1, 3),
      fc.constantFrom(1, 5, 100),
      async (events, shards, batch) => {
        const start = Date.parse('2026-03-01T00:00:00Z');
        const line = (each: (typeof events)[number]) =>
          `{"id":${each.id},"other":${each.other},"at":${start + each.minute * 60_000}}`;
        writeFileSync(file, events.map(line).join('\n'));
        const run = await runEngine(all, [file], { outDir: dir, shards, batch });
        expect(run.summary.counters).toMatchObject({ dead: 0, duplicate: 0 });
        for (const definition of viewsOf(all)) {
          const rows = rowsOf(run, definition);
          const found = differences(definition, rows, await oracleRows(database, definition, [file]));
          expect({ view: definition.name, found }).toEqual({ view: definition.name, found: [] });
          wide += rows.filter((row) => Object.values(row).includes('9223372036854775769')).length;
        }
        // As many totals as there are identifiers, whatever doubles they are.
        const ids = new Set(events.map((each) => each.id));
        expect(
          rowsOf(run, viewsOf(all)[3] as never)
            .map((row) => String(row.id))
            .sort(),
        ).toEqual([...ids].sort());
      },
    ),
    { seed: 20_261_128, numRuns: casesOf(40), endOnFailure: true },
  );
  expect(wide).toBeGreaterThan(20);
}, 120_000);

const FIVE = IDS.slice(0, 5);
const lines = (ids: readonly string[], name = 'id') =>
  ids.map((id, index) => `{"${name}":${id},"at":${Date.parse('2026-03-01T00:00:00Z') + index}}`).join('\n');

async function countersOf(schema: typeof Type.Integer | typeof Type.Number, text: string) {
  const events = stream('events', {
    schema: Type.Object({ id: Type.Optional(schema()), at: Timestamp('epoch-ms') }),
    ...SETTINGS,
    eventId: 'id',
    dedupe: { within: '1 hour' },
  });
  const counted = view('counted', events)
    .window(tumbling('1 hour'))
    .groupBy('id')
    .aggregate((e) => ({ n: count(), ids: countDistinct(e.id), top: topK(e.id, 5) }));
  const exported = pipeline('ids', [counted]);
  const file = join(dir, 'ids.jsonl');
  writeFileSync(file, text);
  const run = await runEngine(exported, [file], { outDir: dir, shards: 1, batch: 2 });
  return { counters: run.summary.counters, rows: rowsOf(run, viewsOf(exported)[0] as never) };
}

describe('five events whose ids are two doubles are five events', () => {
  test('of Type.Integer()', async () => {
    const { counters, rows } = await countersOf(
      Type.Integer,
      lines([...FIVE, ...FIVE.slice(0, 2), '9007199254740992.0']),
    );
    expect(counters).toMatchObject({ accepted: 5, duplicate: 3, dead: 0 });
    expect(rows.map(({ id, n, ids, top }) => ({ id, n, ids, top }))).toEqual(
      [...FIVE]
        .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
        .map((id) => ({ id, n: 1, ids: 1, top: [{ value: id, count: 1, error: 0 }] })),
    );
  });

  test('of Type.Number(): those that it cannot hold are dead letters, and none is taken for another', async () => {
    const { counters, rows } = await countersOf(Type.Number, lines([...FIVE, '9007199254740992']));
    expect(counters).toMatchObject({ accepted: 1, duplicate: 1, dead: 4 });
    expect(rows.map(({ id, n }) => ({ id, n }))).toEqual([{ id: 9007199254740992, n: 1 }]);
  });
});

test('an empty id is no id, here and in SQL', async () => {
  const events = stream('events', {
    schema: Type.Object({ id: Type.Optional(Type.String()), at: Timestamp('epoch-ms') }),
    ...SETTINGS,
    eventId: 'id',
    dedupe: { within: '1 hour' },
  });
  const exported = pipeline('ids', [
    view('counted', events)
      .window(tumbling('1 hour'))
      .groupBy('id')
      .aggregate(() => ({ n: count() })),
  ]);
  const file = join(dir, 'empty.jsonl');
  writeFileSync(file, lines(['""', '"a"', '""', '"a"', 'null', 'null', '" "', '""']));
  const run = await runEngine(exported, [file], { outDir: dir, shards: 1, batch: 3 });
  expect(run.summary.counters).toMatchObject({ accepted: 7, duplicate: 1 });
  const [counted] = viewsOf(exported);
  const rows = rowsOf(run, counted as never);
  expect(rows.map(({ id, n }) => [id, n])).toEqual([
    [null, 2],
    ['', 3],
    [' ', 1],
    ['a', 1],
  ]);
  expect(differences(counted as never, rows, await oracleRows(database, counted as never, [file]))).toEqual([]);
});

test('max(a or else b) over a = 1, –, – and b = 10, 20, 30 is 30, and the sum is 51', async () => {
  const pairsOf = stream('pairs', {
    schema: Type.Object({
      a: Type.Optional(Type.Number()),
      b: Type.Number(),
      src: Type.String(),
      dst: Type.Optional(Type.String()),
      at: Timestamp('epoch-ms'),
    }),
    ...SETTINGS,
    partitionKey: 'src',
  });
  const exported = pipeline('coalesced', [
    view('coalesced', pairsOf)
      .window(tumbling('1 hour'))
      .aggregate((e) => ({
        greatest: max(e.a.coalesce(e.b)),
        total: sum(e.a.coalesce(e.b)),
        loops: count().where(e.src.in([e.dst])),
        loops_or_x: count().where(e.src.in([e.dst, 'x'])),
        no_loops: count().where(e.src.in([e.dst, 'x']).not()),
      })),
  ]);
  const events = [
    { a: 1, b: 10, src: 'x', dst: 'y' },
    { a: null, b: 20, src: 'y', dst: 'y' },
    { b: 30, src: 'z', dst: null },
  ];
  const file = join(dir, 'pairs.jsonl');
  writeFileSync(file, events.map((event, at) => JSON.stringify({ ...event, at })).join('\n'));
  const run = await runEngine(exported, [file], { outDir: dir, shards: 1, batch: 2 });
  const [coalesced] = viewsOf(exported);
  const rows = rowsOf(run, coalesced as never);
  expect(rows).toMatchObject([{ greatest: 30, total: 51, loops: 1, loops_or_x: 2, no_loops: 0 }]);
  expect(differences(coalesced as never, rows, await oracleRows(database, coalesced as never, [file]))).toEqual([]);
});
