import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Timestamp, Type } from 'streamgauge';
import { compileValidator } from '../../../engine/decode/validate.ts';
import { stream } from '../../../engine/dsl/stream.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { TIMESTAMP_FORMATS, type TimestampFormat } from '../../../engine/ir/timestamp-format.ts';
import { duckdb } from '../../../engine/sql/duckdb.ts';
import { SqlError } from '../../../engine/sql/errors.ts';
import { eventSource } from '../../../engine/sql/event-source.ts';
import { select } from '../../../engine/sql/text.ts';
import { typedEvents } from '../../../engine/sql/typed-events.ts';
import { formatTimestamp } from '../../../engine/time/format-timestamp.ts';
import { type Duckdb, type OracleRow, openDuckdb } from '../../oracle/duckdb.ts';
import { OTHER_FORMS } from '../time/other-forms.ts';

const visits = stream('visits', {
  schema: Type.Object({
    id: Type.Integer(),
    iso: Type.Optional(Timestamp('iso8601')),
    any: Type.Optional(Timestamp()),
    seconds: Type.Optional(Timestamp('epoch-s')),
    ms: Type.Optional(Timestamp('epoch-ms')),
    micros: Type.Optional(Timestamp('epoch-us')),
    nanos: Type.Optional(Timestamp('epoch-ns')),
    mail: Type.Optional(Timestamp('rfc2822')),
    log: Type.Optional(Timestamp('common-log')),
    auto: Type.Optional(Timestamp('auto')),
    device: Type.Optional(
      Type.Object({ os: Type.String(), screen: Type.Optional(Type.Object({ w: Type.Number() })), seen: Timestamp() }),
    ),
    'it\'s "odd"': Type.Optional(Type.Boolean()),
    tags: Type.Optional(Type.Array(Type.String())),
    time: Timestamp('epoch-ms'),
  }),
  eventTime: 'time',
  partitionKey: 'id',
  maxLateness: '0 ms',
}) as unknown as StreamDefinition;

const FIELDS = [
  'id',
  'iso',
  'any',
  'seconds',
  'ms',
  'micros',
  'nanos',
  'mail',
  'log',
  'auto',
  'device.os',
  'device.screen.w',
  'device.seen',
  'it\'s "odd"',
];

let dir: string;
let database: Duckdb;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'events-'));
  database = await openDuckdb();
});
afterAll(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

async function inDuckdb(files: readonly string[], fields = FIELDS): Promise<OracleRow[]> {
  const { columns, conditions } = typedEvents(visits, fields, duckdb);
  return database.rows(`${select({ columns, from: eventSource(visits, files), where: conditions })}\nORDER BY "id"`);
}

/** What the engine makes of the same lines, as columns. */
function inEngine(lines: readonly string[]): OracleRow[] {
  const validate = compileValidator(visits);
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((event) => validate(event, null).kind === 'valid')
    .map((event) => Object.fromEntries(FIELDS.map((name) => [name, at(event, name.split('.'))])));
}

function at(event: Record<string, unknown>, path: readonly string[]): string | number | boolean | null {
  const value = path.reduce<unknown>((found, name) => (found as Record<string, unknown> | null)?.[name], event) ?? null;
  return Object.is(value, -0) ? 0 : (value as string | number | boolean | null);
}

async function expectSame(events: readonly object[]): Promise<number> {
  const lines = events.map((event, id) => JSON.stringify({ id, time: 0, ...event }));
  const file = join(dir, 'events.jsonl');
  writeFileSync(file, lines.join('\n'));
  const expected = inEngine(lines);
  expect(await inDuckdb([file])).toEqual(expected);
  return expected.length;
}

const READABLE = [
  '2015-05-17T10:05:00.123Z',
  '2015-05-17 10:05',
  '2015-05-17T10:05Z',
  '2015-05-17T10:05-02',
  '2015-05-17T10:05+02:30',
  '2015-05-17t10:05:01z',
  '2015-05-17T10:05:01+0200',
  '2015-05-17T10:05:01+02:00',
  '2015-05-17T10:05:01-02',
  '2015-05-17T10:05:01.5',
  '2015-05-17T10:05:01,5Z',
  '2015-05-17T10:05:01.123456789+23:59',
  '2015-05-17T10:05:01.99999999999999999999-23:59',
  '1969-12-31T23:59:59.9999Z',
  '1969-12-31T23:59:59.0009Z',
  '0001-01-01T00:00:00Z',
  '2000-02-29T00:00:00',
  '9999-12-31T23:59:59.999Z',
  ...OTHER_FORMS.map(([text]) => text),
];
const UNREADABLE = [
  '',
  'now',
  '2015-05',
  '2015-5-7 1:02:03',
  '2015-02-30T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2015-13-01T00:00:00Z',
  '2015-05-17T24:00:01Z',
  '2015-05-17T24:01:00Z',
  '2015-05-17T23:60:00Z',
  '2015-05-17T23:59:61Z',
  '2015-05-17Z',
  '20150230T000000Z',
  '20150517T1205:00Z',
  '2015-05-17T120500Z',
  '2015-05-17T10:05:00[Europe/Paris]',
  '2015-05-17T10:05:00  UTC',
  '2015-05-17T10:05:00.Z',
  '2015-05-17T10:05:00 Europe/Berlin',
  '2015-05-17T10:05:00+24:00',
  '2015-05-17T10:05:00+02:60',
  '2015-05-17T10:05:00+2',
  ' 2015-05-17T10:05:00Z',
  '2015-05-17T10:05:00Z ',
  '2015-05-17T10:05:00ZZ',
  '12015-05-17T10:05:00Z',
];

test('ISO-8601 text is read as the engine reads it, in every form', async () => {
  expect(await expectSame(READABLE.map((iso) => ({ iso })))).toBe(READABLE.length);
  expect(await expectSame(READABLE.map((any) => ({ any })))).toBe(READABLE.length);
});

test('an event with text that is no time is left out', async () => {
  expect(await expectSame(UNREADABLE.map((iso) => ({ iso })))).toBe(0);
  expect(await expectSame(UNREADABLE.map((any) => ({ any })))).toBe(0);
});

test('epoch numbers are read as the engine reads them, cut towards the past', async () => {
  const numbers = [0, -0.5, 0.999, -1, 1_431_857_100, 1_431_857_100.1239, 547_046_643.055, -0.0015, -62_135_596_800];
  const events = numbers.flatMap((x) => [
    { any: x },
    { auto: x },
    { seconds: x },
    { ms: x },
    { micros: x },
    { nanos: x },
    { seconds: String(x), auto: String(x) },
  ]);
  expect(await expectSame(events)).toBe(events.length);
});

test('an event with an instant outside of the years 0 to 9999 is left out', async () => {
  const [first, last] = [-62_167_219_200_000, 253_402_300_799_999];
  expect(await expectSame([{ any: first }, { ms: last }, { micros: first * 1000 }, { seconds: last / 1000 }])).toBe(4);
  expect(
    await expectSame([{ any: first - 1 }, { nanos: 1e300 }, { ms: last + 1 }, { seconds: last }, { ms: 1e300 }]),
  ).toBe(0);
  const iso = ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+00:01'];
  expect(await expectSame(iso.map((text) => ({ iso: text })))).toBe(1);
});

const MAIL = [
  'Wed, 31 Jan 2024 12:00:00 +0100',
  '1 Feb 2024 12:00 GMT',
  'Sat, 31 Dec 2016 23:59:60 -0930',
  '9 Mar 2024 01:02:03 Z',
];
const LOG = ['17/May/2015:10:05:03 +0000', '[29/Feb/2000:23:59:59 -0230]', '01/Jan/1970:00:00:00 +0545'];

test('times of mail and of logs are read as the engine reads them, and text whose format is not said', async () => {
  const events = [...MAIL.map((mail) => ({ mail, auto: mail })), ...LOG.map((log) => ({ log, auto: log }))];
  expect(await expectSame(events)).toBe(events.length);
  expect(await expectSame(READABLE.map((auto) => ({ auto })))).toBe(READABLE.length);
  const wrong = [...UNREADABLE, '30 Feb 2024 12:00:00 GMT', '17/Mai/2015:10:05:03 +0000', '1e', '1431864000 '];
  expect(await expectSame(wrong.map((auto) => ({ auto })))).toBe(0);
  expect(await expectSame(wrong.map((mail) => ({ mail })))).toBe(0);
  expect(await expectSame(wrong.map((log) => ({ log })))).toBe(0);
});

test('random instants are read as the engine reads them', async () => {
  const ms = fc.integer({ min: -62_135_596_800_000, max: 221_845_391_999_999 });
  const zone = fc.constantFrom('Z', '', '+05:45', '-0930', '+14', 'z');
  const iso = fc.tuple(ms, zone, fc.nat(999_999)).map(([time, suffix, finer]) => {
    return new Date(time).toISOString().replace('Z', `${finer}${suffix}`);
  });
  const epoch = fc.oneof(ms, fc.double({ min: -1e13, max: 1e13, noNaN: true }));
  const event = fc.oneof(
    iso.map((text) => ({ iso: text, any: text, auto: text })),
    epoch.map((x) => ({ any: x, auto: x * 1000, seconds: x / 1000, ms: x, micros: x * 1000, nanos: x * 1e6 })),
    ms.map((x) => ({ any: x / 1000, auto: formatTimestamp(x, TIMESTAMP_FORMATS[x % 5] as TimestampFormat) })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 200, maxLength: 300 }), async (events) => {
      await expectSame(events);
    }),
    { seed: 20_260_303, numRuns: 5, endOnFailure: true },
  );
});

test('nested fields become columns, and null and missing are one', async () => {
  const seen = '2020-01-01T00:00:00Z';
  const valid = await expectSame([
    { device: { os: 'ios', seen, screen: { w: 1.5 } } },
    { device: { os: 'ios', seen, screen: null } },
    { device: { os: 'ios', seen: 5 } },
    { device: null, iso: null, 'it\'s "odd"': true },
    { 'it\'s "odd"': null },
  ]);
  expect(valid).toBe(5);
});

test('an event without a required field is left out, also inside of an object that is there', async () => {
  const seen = 0;
  const valid = await expectSame([
    { device: { seen } },
    { device: { os: null, seen } },
    { device: { os: 'ios' } },
    { device: { os: 'ios', seen, screen: {} } },
    { device: { os: 'ios', seen: 'never' } },
    { id: null },
    { id: undefined },
  ]);
  expect(valid).toBe(0);
});

test('lines that are not JSON are left out, and gzip files are read', async () => {
  const event = (id: number) => JSON.stringify({ id, time: 0, tags: ['a'] });
  const plain = join(dir, "it's.jsonl");
  const packed = join(dir, 'packed.jsonl.gz');
  writeFileSync(
    plain,
    ['not JSON', event(1), '', '{"id": 2, "time":', '[1]', '7', 'null', '{"id"', event(3)].join('\r\n'),
  );
  writeFileSync(packed, gzipSync([event(4), '{"id": ,}', event(5)].join('\n')));
  expect((await inDuckdb([plain, packed])).map((row) => row.id)).toEqual([1, 3, 4, 5]);
});

test('an only field that is an object is that field, and not the whole line', async () => {
  const only = stream('only', {
    schema: Type.Object({ meta: Type.Object({ id: Type.String(), at: Timestamp('epoch-ms') }) }),
    eventTime: 'meta.at',
    partitionKey: 'meta.id',
    maxLateness: '0 ms',
  }) as unknown as StreamDefinition;
  const file = join(dir, 'only.jsonl');
  writeFileSync(file, JSON.stringify({ meta: { id: 'x', at: 5 } }));
  const { columns } = typedEvents(only, ['meta.at', 'meta.id'], duckdb);
  expect(await database.rows(select({ columns, from: eventSource(only, [file]) }))).toEqual([
    { 'meta.id': 'x', 'meta.at': 5 },
  ]);
});

test('fields that differ in case alone, and no files, are refused with a sentence', () => {
  const twins = stream('twins', {
    schema: Type.Object({ id: Type.String(), ID: Type.String(), at: Timestamp() }),
    eventTime: 'at',
    partitionKey: 'id',
    maxLateness: '0 ms',
  }) as unknown as StreamDefinition;
  expect(() => eventSource(twins, ['a.jsonl'])).toThrow(
    new SqlError(
      "stream 'twins' has 'id' and 'ID', which SQL cannot tell apart: it takes no notice of case in names. Rename one of them.",
    ),
  );
  expect(() => eventSource(visits, [])).toThrow("The SQL for stream 'visits' was given no files: name at least one.");
});
