import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { memoryStores } from '../../adapters/memory/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { ViewDefinition } from '../../engine/ir/view-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { duckdb } from '../../engine/sql/duckdb.ts';
import { eventSource, viewStatement } from '../../engine/sql/view-statement.ts';
import { nexmarkEvents } from '../../examples/nexmark/events.ts';
import { runFiles } from '../../runtime/file-run.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { differences } from '../oracle/compare.ts';
import { type Duckdb, type OracleRow, openDuckdb } from '../oracle/duckdb.ts';

/**
 * The queries of Nexmark have the rows that DuckDB has of the same events, by statements written by hand, in which the engine's
 * translation to SQL has no part. That translation gives these rows too.
 */
const ROOT = resolve(__dirname, '../..');
const QUERIES = join(ROOT, 'examples/nexmark/queries');
const NAMES = readdirSync(QUERIES)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

/** A pattern has no SQL. */
const WITHOUT_SQL = ['q6'];

/** What a row has beside its columns; a statement may have it too. */
const SYSTEM_COLUMNS = [
  'event_time',
  'row_id',
  'window_start',
  'window_end',
  'first_event_time',
  'last_event_time',
  'as_of',
  'match_start',
  'match_end',
  'duration_ms',
  'reason',
  'revision',
  'late_events',
  'is_final',
  'truncated',
];

type Row = Readonly<Record<string, unknown>>;

let dir: string;
let database: Duckdb;
const inputs = new Map<string, readonly string[]>();

beforeAll(async () => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'nexmark-'));
  for (const [name, events] of Object.entries(nexmarkEvents(1))) {
    const file = join(dir, `${name}.jsonl`);
    writeFileSync(file, (events as readonly object[]).map((event) => `${JSON.stringify(event)}\n`).join(''));
    inputs.set(name, [file]);
  }
  inputs.set('closings', inputs.get('auctions') ?? []);
  database = await openDuckdb();
  await database.rows(tableOf('person', 'persons', 'epoch_ms(dateTime) AS dateTime'));
  await database.rows(tableOf('auction', 'auctions', 'epoch_ms(dateTime) AS dateTime, epoch_ms(expires) AS expires'));
  await database.rows(tableOf('bid', 'bids', 'epoch_ms(dateTime) AS dateTime'));
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

function tableOf(table: string, stream: string, times: string): string {
  return `CREATE TABLE ${table} AS SELECT * REPLACE (${times}) FROM read_json('${join(dir, stream)}.jsonl')`;
}

test.each(NAMES)('%s has the rows of DuckDB', async (name) => {
  const expected = await statementRows(name);
  const { actual, view } = await pipelineRows(name);
  const columns = Object.keys(expected[0] ?? {});
  expect(columns).not.toEqual([]);
  const own = Object.keys(actual[0] ?? {}).filter((column) => !SYSTEM_COLUMNS.includes(column));
  expect(own.filter((column) => !columns.includes(column))).toEqual([]);
  const [ours, theirs] = [inOrder(actual, columns), inOrder(expected, columns)];
  expect({ name, rows: ours.length }).toEqual({ name, rows: theirs.length });
  expect(ours.filter((row, index) => row !== theirs[index]).slice(0, 5)).toEqual(
    theirs.filter((row, index) => row !== ours[index]).slice(0, 5),
  );
  if (WITHOUT_SQL.includes(name)) return;
  const source = (stream: StreamDefinition) => eventSource(stream, inputs.get(stream.name) ?? []);
  const translated = await database.rows(viewStatement(view, { dialect: duckdb, source, exactDistinct: true }));
  expect(differences(view, actual as readonly OracleRow[], translated)).toEqual([]);
});

test('the table of queries has a row for each, and says which have none', () => {
  const table = readFileSync(join(ROOT, 'examples/nexmark/README.md'), 'utf8');
  const rows = [...table.matchAll(/^\| (?:\[(q\d+)\]\(queries\/(q\d+)\.ts\)|(q\d+)) \|/gm)];
  expect(rows.map(([, linked, file, plainName]) => [linked ?? plainName, file])).toEqual(
    Array.from({ length: 23 }, (_, n) => [`q${n}`, NAMES.includes(`q${n}`) ? `q${n}` : undefined]),
  );
});

/** The rows of the view that has the name of the query. */
async function pipelineRows(name: string): Promise<{ readonly actual: Row[]; readonly view: ViewDefinition }> {
  const definition = await loadPipeline(join(QUERIES, `${name}.ts`));
  const plan = compilePipeline(definition);
  const summary = await runFiles({
    plan,
    inputs: new Map(plan.streams.map((stream) => [stream.name, inputs.get(stream.name) ?? []])),
    outDir: dir,
    shards: 2,
    batch: 500,
    flush: true,
    stores: memoryStores(systemClock),
  });
  expect({ name, late: summary.counters.late, dead: summary.counters.dead }).toEqual({ name, late: 0, dead: 0 });
  const view = definition.views.find((each) => each.name === name);
  const file = summary.views.find((each) => each.name === name)?.file;
  if (view === undefined || file === undefined) throw new Error(`The pipeline of ${name} has no view of that name.`);
  const lines = readFileSync(file, 'utf8').split('\n');
  return { actual: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row), view };
}

async function statementRows(name: string): Promise<Row[]> {
  const statement = readFileSync(join(QUERIES, `${name}.sql`), 'utf8');
  const rows = await database.rows(`SELECT CAST(to_json(q) AS VARCHAR) AS line FROM (${statement}) q`);
  return rows.map(({ line }) => JSON.parse(String(line)) as Row);
}

/** Rows as text, in the order of the text: they are a set. */
function inOrder(rows: readonly Row[], columns: readonly string[]): string[] {
  return rows.map((row) => JSON.stringify(columns.map((column) => [column, plain(row[column])]))).toSorted();
}

/** Numbers but for what rounding along the way leaves, and times written one way. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(12));
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/.test(value)) return value;
  return new Date(value.endsWith('Z') ? value : `${value.replace(' ', 'T')}Z`).toISOString();
}
