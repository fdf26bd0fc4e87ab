import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pipeline, stream, Timestamp, Type, view } from 'streamgauge';
import type { Format } from '../../engine/dsl/format.ts';
import { differences } from './compare.ts';
import { type Duckdb, openDuckdb } from './duckdb.ts';
import { Random } from './random-events.ts';
import { oracleRows, rowsOf, runEngine, viewsOf } from './run.ts';

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'text-formats-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

const TIME = '2026-01-01T00:00:00Z';
const SEED = 7;
const EVENTS = 150;

/** Every field as it is read, a row an event. */
function things(format: Format) {
  const events = stream('things', {
    schema: Type.Object({
      at: Timestamp('iso8601'),
      name: Type.String(),
      n: Type.Optional(Type.Integer()),
      x: Type.Optional(Type.Number()),
      ok: Type.Optional(Type.Boolean()),
      note: Type.Optional(Type.String()),
      seconds: Type.Optional(Timestamp('epoch-s')),
    }),
    format,
    eventTime: 'at',
    partitionKey: 'name',
    maxLateness: '1 minute',
  });
  return pipeline('things', [
    view('as_they_are', events).select((e) => ({
      name: e.name,
      n: e.n,
      x: e.x,
      ok: e.ok,
      note: e.note,
      seconds: e.seconds,
    })),
  ]);
}

const NAMES = ['a', 'with, comma', 'a "quote"', 'two\nlines', 'é 日本', ' blanks ', 'x;y\tz', "it's", '-'] as const;
const NUMBERS = ['', '0', '1', '-17', '+3', '12.0', '1e3', '9007199254740993', '9223372036854775807'] as const;
const DOUBLES = ['', '0', '9.5', '-0.25', '1e-3', '.5', '5.', '+1.5E2', '0.1'] as const;
const BOOLEANS = ['', 'true', 'false', 'TRUE', 'False'] as const;

interface Thing {
  readonly [name: string]: string;
}

function randomThings(): Thing[] {
  const random = new Random(SEED);
  return Array.from({ length: EVENTS }, (_, i) => ({
    at: new Date(Date.parse(TIME) + i * 1000).toISOString(),
    name: random.pick(NAMES),
    n: random.pick(NUMBERS),
    x: random.pick(DOUBLES),
    ok: random.pick(BOOLEANS),
    note: random.chance(0.3) ? '' : random.pick(NAMES),
    seconds: random.chance(0.3) ? '' : String(1_500_000_000 + random.below(1000) / 8),
  }));
}

const COLUMNS = ['note', 'at', 'n', 'x', 'extra', 'ok', 'name', 'seconds'];

/** As a spreadsheet writes it: quoted where it must be. */
function cell(text: string, delimiter: string): string {
  return new RegExp(`["\n${delimiter}]`).test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv(delimiter: string, lineEnd: string, header: boolean): string {
  const rows = randomThings().map((thing) => COLUMNS.map((name) => cell(thing[name] ?? 'more', delimiter)));
  return (header ? [COLUMNS, ...rows] : rows).map((row) => row.join(delimiter)).join(lineEnd);
}

function logfmt(): string {
  const value = (text: string) => (/[\s"=]/.test(text) ? JSON.stringify(text) : text);
  return randomThings()
    .map((thing) => Object.entries(thing).map(([name, text]) => `${name}=${value(text)}`))
    .map((pairs, i) => (i % 7 === 0 ? [...pairs, 'n=5', 'alone'] : pairs).join(' '))
    .join('\n');
}

async function expectSameRows(exported: unknown, files: readonly string[], events: number): Promise<void> {
  for (const [shards, batch] of [
    [1, 500],
    [3, 7],
  ] as const) {
    const run = await runEngine(exported, files, { outDir: dir, shards, batch });
    expect(run.summary.counters).toMatchObject({ accepted: events, dead: 0 });
    for (const each of viewsOf(exported)) {
      const expected = await oracleRows(database, each, files);
      expect(expected).toHaveLength(events);
      expect(differences(each, rowsOf(run, each), expected)).toEqual([]);
    }
  }
}

test.each<[string, Format, () => string]>([
  ['CSV with a header', 'csv', () => csv(',', '\n', true)],
  ['CSV of CRLF without a header', { kind: 'csv', header: COLUMNS }, () => csv(',', '\r\n', false)],
  ['CSV with semicolons', { kind: 'csv', delimiter: ';' }, () => csv(';', '\n', true)],
  ['TSV', 'tsv', () => csv('\t', '\n', true)],
  ['logfmt', 'logfmt', logfmt],
])('random events in %s have the same values in DuckDB', async (_name, format, text) => {
  const file = join(dir, 'things.txt');
  writeFileSync(file, text());
  await expectSameRows(things(format), [file], EVENTS);
});

test('files with other columns, and packed ones, are read together', async () => {
  const [a, b] = [join(dir, 'a.csv'), join(dir, 'b.csv.gz')];
  writeFileSync(a, `at,name,n\n${TIME},a,1\n`);
  writeFileSync(b, gzipSync(`note,name,at\nhello,b,${TIME}\n,c,${TIME}`));
  await expectSameRows(things('csv'), [a, b], 3);
});

const requests = (format: 'apache-combined' | 'nginx-combined') =>
  pipeline('requests', [
    view(
      'as_they_are',
      stream('requests', {
        schema: Type.Object({
          ip: Type.String(),
          user: Type.Optional(Type.String()),
          time: Timestamp('iso8601'),
          method: Type.Optional(Type.String()),
          url: Type.Optional(Type.String()),
          protocol: Type.Optional(Type.String()),
          request: Type.Optional(Type.String()),
          status: Type.Integer(),
          bytes: Type.Optional(Type.Integer()),
          referrer: Type.Optional(Type.String()),
          user_agent: Type.Optional(Type.String()),
          forwarded_for: Type.Optional(Type.String()),
        }),
        format,
        eventTime: 'time',
        partitionKey: 'ip',
        maxLateness: '1 day',
      }),
    ).select([
      'ip',
      'user',
      'method',
      'url',
      'protocol',
      'request',
      'status',
      'bytes',
      'referrer',
      'user_agent',
      'forwarded_for',
    ]),
  ]);

test('lines of an access log have the same values in DuckDB', async () => {
  const file = join(dir, 'access.log');
  const lines = [
    '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 512 "-" "curl"',
    String.raw`::1 - ann lee [17/May/2015:23:05:03 -0130] "POST /é\"x\\y HTTP/2.0" 404 - "http://r/" "" "5.6.7.8, 9.9.9.9"`,
    '1.2.3.4 - - [29/Feb/2016:00:00:00 +0530] "-" 408 - "-" "-" "-"',
    '1.2.3.4 - - [01/Jan/2016:00:00:00 +0000] "nonsense" 400 0 "-" "-"',
    '1.2.3.4 - - [01/Jan/2016:00:00:00 +0000] "GET /old" 200 1 "-" "-"',
  ];
  writeFileSync(file, lines.join('\n'));
  await expectSameRows(requests('nginx-combined'), [file], lines.length);
});

test('rows of a flow log have the same values in DuckDB', async () => {
  const flows = pipeline('flows', [
    view(
      'as_they_are',
      stream('flows', {
        schema: Type.Object({
          interface_id: Type.String(),
          srcaddr: Type.Optional(Type.String()),
          bytes: Type.Optional(Type.Integer()),
          start: Timestamp('epoch-s'),
          tcp_flags: Type.Optional(Type.Integer()),
        }),
        format: 'vpc-flow-log',
        eventTime: 'start',
        partitionKey: 'interface_id',
        maxLateness: '15 minutes',
      }),
    ).select(['interface_id', 'srcaddr', 'bytes', 'tcp_flags']),
  ]);
  const file = join(dir, 'flows.log');
  writeFileSync(
    file,
    'interface-id srcaddr tcp-flags bytes start\neni-1 10.0.0.1 19 7 1418530010\neni-1 - - - 1418530011\n',
  );
  await expectSameRows(flows, [file], 2);
});
