import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  collect,
  count,
  field,
  global,
  max,
  Numeric,
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
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../engine/plan/plan.ts';
import { athenaStatement } from '../../engine/sql/athena-statement.ts';
import exploded from '../goldens/exploded/pipeline.ts';
import { createBronzeTable, createTrinoMacros, inDuckdb } from './athena-in-duckdb.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

/** Lists of every kind, exploded, give the same rows in DuckDB and by what is written for Athena. */
let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'exploded-'));
  database = await openDuckdb();
  await createTrinoMacros(database);
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

async function expectSameRows(exported: unknown, lines: readonly string[]): Promise<void> {
  const plan = compilePipeline(pipelineDefinition(exported, 'the test'));
  const { definition, validate } = plan.streams[0] as StreamPlan;
  // Over files SQL does not check what the schema asks of elements.
  const valid = lines.filter((line) => validate(JSON.parse(line), null, line).kind === 'valid');
  const file = join(dir, 'events.jsonl');
  writeFileSync(file, valid.join('\n'));
  const run = await runEngine(exported, [file], { outDir: dir, shards: 2, batch: 3 });
  await createBronzeTable(database, definition, lines, dir, validate);
  for (const view of viewsOf(exported)) {
    const ours = rowsOf(run, view);
    const inFiles = differences(view, ours, await oracleRows(database, view, [file]));
    // A list of objects is an array of texts in Athena's table.
    const inLake = SHOWN.has(view.name)
      ? []
      : differences(view, ours, await database.rows(inDuckdb(athenaStatement(view))));
    expect({ view: view.name, rows: ours.length > 0, inFiles, inLake }).toEqual({
      view: view.name,
      rows: true,
      inFiles: [],
      inLake: [],
    });
  }
}

const SHOWN = new Set(['kept']);

test('items of orders', async () => {
  const lines = readFileSync(join(__dirname, '../goldens/exploded/input/orders.jsonl'), 'utf8').trim().split('\n');
  await expectSameRows(exploded, lines);
});

const carts = stream('carts', {
  schema: Type.Object({
    id: Type.String(),
    items: Type.Optional(
      Type.Array(
        Type.Object({
          sku: Type.String(),
          "it's": Type.Optional(Type.Integer()),
          cost: Type.Optional(field('the.cost', Numeric())),
          tags: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
          deep: Type.Optional(Type.Object({ list: Type.Optional(Type.Array(Type.Boolean())) })),
        }),
      ),
    ),
    any: Type.Optional(Type.Any()),
    anys: Type.Optional(Type.Array(Type.Any())),
    recs: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Number()))),
    maps: Type.Optional(
      Type.Record(Type.String(), Type.Object({ n: Type.Integer(), at: Type.Optional(Timestamp('epoch-s')) })),
    ),
    times: Type.Optional(Type.Array(Timestamp('epoch-s'))),
    nums: Type.Optional(Type.Array(Numeric())),
    nested: Type.Optional(Type.Object({ list: Type.Array(Type.Integer()) })),
    at: Timestamp('iso8601'),
  }),
  eventTime: 'at',
  eventId: 'id',
  partitionKey: 'id',
  maxLateness: '1 minute',
});
const anyv = view('anyv', carts)
  .explode((e) => ({ part: e.any }), { outer: true, position: 'p' })
  .select((e) => ({
    id: e.id,
    p: e.p,
    text: e.part.asText(),
    n: e.part.asNumber(),
    name: e.part.textAt('name'),
    none: e.part.isNull(),
  }));
const anys = view('anys', carts)
  .explode((e) => ({ part: e.anys }), { position: 'p' })
  .select((e) => ({ id: e.id, p: e.p, name: e.part.textAt('name'), n: e.part.numberAt('n') }));
const recs = view('recs', carts)
  .explode((e) => ({ rec: e.recs }))
  .explode((e) => ({ kv: e.rec }))
  .select((e) => ({ id: e.id, k: e.kv.key, v: e.kv.value }));
const maps = view('maps', carts)
  .explode((e) => ({ m: e.maps }), { outer: true })
  .select((e) => ({ id: e.id, k: e.m.key, n: e.m.value.n, at: e.m.value.at, none: e.m.isNull() }));
const times = view('times', carts)
  .explode((e) => ({ t: e.times }))
  .window(tumbling('1 hour'))
  .aggregate((e) => ({ n: count(), last: max(e.t) }));
const nums = view('nums', carts)
  .explode((e) => ({ x: e.nums }))
  .window(global({ emitEvery: '1 minute' }))
  .groupBy('x')
  .aggregate(() => ({ n: count() }));
const nested = view('nested', carts)
  .derive((e) => ({ things: e.nested.list }))
  .explode((e) => ({ x: e.things }), { outer: true })
  .window(session({ gap: '1 hour' }))
  .groupBy('x')
  .aggregate(() => ({ n: count() }));
const tags = view('tags', carts)
  .explode((e) => ({ item: e.items }))
  .explode((e) => ({ tag: e.item.tags }))
  .explode((e) => ({ v: e.tag.value }))
  .select((e) => ({ sku: e.item.sku, k: e.tag.key, v: e.v, its: e.item["it's"] }));
const deep = view('deep', carts)
  .explode((e) => ({ item: e.items }))
  .explode((e) => ({ b: e.item.deep.list }), { outer: true })
  .window(tumbling('1 hour'))
  .groupBy('b')
  .aggregate((e) => ({ n: count(), c: sum(e.item.cost) }));
const kept = view('kept', carts).select(['id', 'items', 'nums', 'anys']);
const ofKept = view('of_kept', kept)
  .explode((e) => ({ item: e.items }))
  .window(tumbling('1 hour'))
  .aggregate((e) => ({ n: count(), c: sum(e.item.cost) }));
const keptNums = view('kept_nums', kept)
  .explode((e) => ({ x: e.nums }))
  .window(tumbling('1 hour'))
  .aggregate((e) => ({ n: count(), s: sum(e.x) }));
const ids = view('ids', carts)
  .window(tumbling('1 hour'))
  .aggregate((e) => ({ ids: collect(e.id, { limit: 5 }), top: topK(e.id, 2) }));
const ofIds = view('of_ids', ids)
  .explode((e) => ({ x: e.ids }))
  .select((e) => ({ x: e.x.asText() }));
const ofTop = view('of_top', ids)
  .explode((e) => ({ x: e.top }))
  .select((e) => ({ x: e.x.textAt('value'), n: e.x.numberAt('count') }));
const exported = pipeline('exploded', [
  anyv,
  anys,
  recs,
  maps,
  times,
  nums,
  nested,
  tags,
  deep,
  kept,
  ofKept,
  keptNums,
  ids,
  ofIds,
  ofTop,
]);

const LINES = [
  String.raw`{"id":"a","at":"2026-01-01T00:00:00Z","any":["x",{"name":"y"},null,5,[1],"z",true],"anys":[{"name":"a","n":1.5},{"name":1,"n":"2"},null,7],"recs":[{"a":1,"b":2.5},{},{"c\"d":3}],"maps":{"k":{"n":1,"at":1767225600},"l":{"n":2,"at":null}},"times":[1767225600,"1767225601.5"],"nums":["1.50",2,{"N":"3"}],"nested":{"list":[1,2,2]},"items":[{"sku":"a","it's":4,"the.cost":"1.25","tags":{"c":["x","y"],"d":[]},"deep":{"list":[true,false]}},{"sku":"b","tags":null,"deep":null,"the.cost":2}]}`,
  `{"id":"b","at":"2026-01-01T00:10:00Z","any":{"0":"no list"},"maps":{},"nested":{"list":[]},"items":[]}`,
  `{"id":"c","at":"2026-01-01T00:20:00Z","any":"text","anys":[],"recs":[],"nested":null,"nums":[]}`,
  String.raw`{"id":"d","at":"2026-01-01T00:30:00Z","any":null,"nested":{"list":[9007199254740991,-0]},"items":[{"sku":"😀\u0000","the.cost":0.1}]}`,
];

test('lists, maps and JSON of every kind', async () => {
  await expectSameRows(exported, LINES);
});
