import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { memoryStores } from '../../adapters/memory/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { findingLines } from '../../bin/commands/run/findings-text.ts';
import { likelyFormat } from '../../engine/formats/likeness.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { type RunOptions, type RunSummary, runFiles } from '../../runtime/file-run.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'findings-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const hits = (name: string) =>
  view(
    `${name}_by_day`,
    stream(name, {
      schema: Type.Object({ at: Timestamp(), page: Type.String() }),
      eventTime: 'at',
      partitionKey: 'page',
      maxLateness: '1 minute',
    }),
  )
    .window(tumbling('1 day'))
    .aggregate(() => ({ hits: count() }));

async function run(lines: readonly string[] | Buffer, more: Partial<RunOptions> = {}): Promise<RunSummary> {
  const file = join(dir, 'lines');
  writeFileSync(file, Buffer.isBuffer(lines) ? lines : lines.join('\n'));
  const plan = compilePipeline(pipelineDefinition(pipeline('hits', [hits('a'), hits('b')]), 'the test'));
  return runFiles({
    plan,
    inputs: new Map([
      ['a', [file]],
      ['b', [join(dir, 'other')]],
    ]),
    outDir: dir,
    shards: 1,
    batch: 1000,
    flush: true,
    stores: memoryStores(systemClock),
    ...more,
  });
}

const GOOD = '{"at":"2026-01-01T00:00:00Z","page":"/"}';
beforeAll(() => writeFileSync(join(dir, 'other'), `${GOOD}\n`));

test('a share of dead events up to the limit is no finding, and more is', async () => {
  const lines = [GOOD, GOOD, 'x', '{"page":"/"}'];
  expect((await run(lines, { maxDead: 0.5 })).findings).toEqual([]);
  expect((await run(lines)).findings).toEqual([]);
  const [finding, ...others] = (await run(lines, { maxDead: 0.49 })).findings;
  expect(others).toEqual([]);
  expect(finding && findingLines(finding)).toEqual([
    "2 of 4 events of stream 'a' are dead, which is more than --max-dead allows. The first:",
    '  not_json, line 3: The event is not JSON: it begins with "x".',
    "  missing_field, line 4: Field 'at' in stream 'a' is missing.",
    'All are in _dead_letters.jsonl; the rows are of the other events.',
  ]);
});

test('a file in UTF-16 is told, and its bytes look like no format', async () => {
  const file = Buffer.from(`\ufeff${GOOD}\n${GOOD}\n${GOOD}`, 'utf16le');
  const { findings } = await run(file, { maxDead: 0.5 });
  expect(findings).toMatchObject([{ kind: 'dead', dead: 3, likely_format: null }]);
  expect(findings[0] && findingLines(findings[0])).toContain(
    '  not_json, line 1: The event is not JSON: it is text in UTF-16, and has to be in UTF-8.',
  );
});

test('the limit of 0 % allows none, and rows are written', async () => {
  const { findings, counters, views } = await run([GOOD, 'x'], { maxDead: 0 });
  expect(findings).toMatchObject([{ kind: 'dead', stream: 'a', dead: 1, delivered: 2, stopped: false }]);
  expect(counters).toMatchObject({ accepted: 2, dead: 1 });
  expect(views).toMatchObject([{ rows: 1 }, { rows: 1 }]);
});

test('a file of nothing else is not read to its end, nor are the streams after it', async () => {
  const lines = ['at,page', ...Array.from({ length: 30_000 }, () => '2026-01-01T00:00:00Z,/')];
  const { findings, counters } = await run(lines, { maxDead: 0.5 });
  expect(counters).toMatchObject({ delivered: 10_000, dead: 10_000 });
  expect(findings).toMatchObject([
    { stopped: true, likely_format: "'csv'", reasons: [{ letters: 1000, sequence: '1' }] },
  ]);
  const text = findings.flatMap(findingLines);
  expect(text[0]).toMatch(/allows\. The rest was not read\. The first:$/);
  expect(text).toContain("They look as if stream 'a' had to say format: 'csv'.");
});

test('many late events are a finding that says what to do', async () => {
  const line = (day: number) => GOOD.replace('01-01', `01-${String(day).padStart(2, '0')}`);
  const lines = [line(31), ...Array.from({ length: 30 }, (_, i) => line(30 - i))];
  const { findings } = await run(lines, { batch: 1 });
  expect(findings.flatMap(findingLines)).toEqual([
    "29 of 31 events of stream 'a' came too late for their windows. The first is line 3, of 2026-01-29T00:00:00.000Z.",
    'The latest event is of 2026-01-31T00:00:00.000Z, and maxLateness is 1 minute. If the file is in no order of time, run with --sort.',
  ]);
  expect((await run(lines, { batch: 1, sort: true })).findings).toEqual([]);
});

describe('what a definition would say', () => {
  const LOG = '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5';
  test.each([
    [['{"a":1}'], null],
    [[], null],
    [['hello'], null],
    [['a,b', '1,2'], "'csv'"],
    [['a;b', '1;2,5'], "{ kind: 'csv', delimiter: ';' }"],
    [['a\tb', '1\t2'], "'tsv'"],
    [['a=1 b=2', 'a=2 c="x y"'], "'logfmt'"],
    [[LOG], "'apache-common'"],
    [[`${LOG} "-" "Mozilla (KHTML, like Gecko)"`], "'apache-combined'"],
    [[`${LOG} "-" "x" "5.6.7.8"`], "'nginx-combined'"],
    [['2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA'], "'vpc-flow-log'"],
    [['version account-id interface-id'], "'vpc-flow-log'"],
  ])('%j', (lines, format) => {
    expect(likelyFormat(lines, { kind: 'json' })).toBe(format);
  });

  test('is another delimiter, also of rows with their header in front', () => {
    expect(likelyFormat(['a;b\n1;2', 'a;b\n3;4'], { kind: 'csv', delimiter: ',' })).toBe(
      "{ kind: 'csv', delimiter: ';' }",
    );
  });

  test('is not what it says already', () => {
    expect(likelyFormat(['{"a":1}'], { kind: 'csv' })).toBe("'json'");
    expect(likelyFormat(['a,b', '1,2'], { kind: 'csv' })).toBeNull();
    expect(likelyFormat(['a;b', '1;2'], { kind: 'csv', delimiter: ';' })).toBeNull();
  });
});
