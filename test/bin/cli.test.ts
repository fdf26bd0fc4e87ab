import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { main } from '../../bin/cli/main.ts';

const ROOT = resolve(__dirname, '../..');
const CLICKSTREAM = join(ROOT, 'pipelines/clickstream.ts');
const SHOP = join(ROOT, 'pipelines/shop.ts');

let dir: string;
beforeEach(() => {
  // Inside the project, so that pipeline files in it can import 'streamgauge'.
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'cli-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const cli = (...args: string[]) => cliWith(undefined, ...args);

async function cliWith(stdin: PassThrough | undefined, ...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await main(args, { stdout, stderr, ...(stdin && { stdin }), env: {} });
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

function file(name: string, text: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

const click = (second: number, more: object = {}) =>
  JSON.stringify({
    event_id: `e${second}`,
    user_id: 'ann',
    page_url: '/a?b=c',
    action: 'view',
    timestamp: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
    ...more,
  });

const clicks = (...seconds: number[]) => `${seconds.map((second) => click(second)).join('\n')}\n`;

function rows(name: string): Record<string, unknown>[] {
  const text = readFileSync(join(dir, 'out', name), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('streamgauge', () => {
  test('without a command shows what there is and ends with the code of a usage error', async () => {
    expect(await cli()).toMatchObject({ code: 2, stdout: expect.stringContaining('Usage: streamgauge COMMAND') });
  });

  test('refuses an unknown command and names the known ones', async () => {
    expect(await cli('rnu')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "streamgauge has no command 'rnu'. Did you mean 'run'? It has dev, run, query, tail, events, describe, sql, generate, send, dead-letters, cost, silence, init, completion.\n",
    });
  });

  test('every command has a help with usage and examples, by help COMMAND as by COMMAND --help', async () => {
    const { stdout: list } = await cli('help');
    const names = [...list.matchAll(/^ {2}([a-z-]+) +\S/gm)].map(([, name]) => name as string);
    expect(names).toEqual(expect.arrayContaining(['dev', 'run', 'dead-letters', 'completion']));
    for (const name of names) {
      const { code, stdout } = await cli(name, '--help');
      expect({ name, code, usage: stdout.includes(`Usage: streamgauge ${name}`) }).toEqual({
        ...{ name, code: 0, usage: true },
      });
      expect(stdout).toContain('Examples');
      expect(await cli('help', name)).toEqual({ code, stdout, stderr: '' });
    }
  });

  test('help of an unknown command names the nearest', async () => {
    const { code, stdout, stderr } = await cli('help', 'discribe');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("streamgauge has no command 'discribe'. Did you mean 'describe'?");
  });

  test('--version says which version this is', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await cli('--version')).toEqual({ code: 0, stdout: `streamgauge ${version}\n`, stderr: '' });
  });

  test.each([
    [['run', '--inptu', 'x'], "streamgauge run has no option '--inptu'. Did you mean '--input'?"],
    [['run', 'p.ts', '--shard=3'], "streamgauge run has no option '--shard'. Did you mean '--shards'?"],
    [['dev', '-q'], "streamgauge dev has no option '-q'. See streamgauge dev --help."],
    [['init', '--template', 'sensor'], "There is no template 'sensor'. Did you mean 'sensors'?"],
    [['generate', 'clikstream'], "There is no generator for 'clikstream'. Did you mean 'clickstream'?"],
    [['sql', CLICKSTREAM, 'page_view_5min'], "has no view 'page_view_5min'. Did you mean 'page_views_5min'?"],
  ])('%j names the nearest that there is', async (args, message) => {
    expect(await cli(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('streamgauge run', () => {
  const run = (input: string, ...more: string[]) =>
    cli('run', CLICKSTREAM, '--input', `clicks=${input}`, '--out', join(dir, 'out'), ...more);

  test('writes final rows with times, groups, aggregates and revision, in this order', async () => {
    expect(await run(file('in.jsonl', clicks(1, 2, 400)))).toMatchObject({ code: 0, stderr: '' });
    const text = readFileSync(join(dir, 'out/page_views_5min.jsonl'), 'utf8').split('\n')[0];
    expect(text).toBe(
      '{"window_start":"2026-01-01T00:00:00.000Z","window_end":"2026-01-01T00:05:00.000Z","page":"/a","views":2,"clicks":0,"unique_users":1,"click_through_rate":0,"revision":1,"late_events":0,"is_final":true}',
    );
    expect(rows('page_views_5min.jsonl').length).toBe(2);
  });

  test('writes dead letters and late events with reason, position and the original bytes', async () => {
    const late = click(0);
    const text = `${[click(8000), 'no json', late].join('\n')}\n`;
    expect(await run(file('in.jsonl', text), '--batch', '1')).toMatchObject({ code: 0 });
    expect(rows('_dead_letters.jsonl')).toMatchObject([
      { reason: 'not_json', sequence: '2', index: 0, event: 'no json' },
    ]);
    expect(rows('_late.jsonl')).toMatchObject([
      {
        reason: 'late',
        sequence: '3',
        event: late,
        view: 'page_views_5min',
        window_start: '2026-01-01T00:00:00.000Z',
      },
    ]);
  });

  test('--no-flush leaves open windows open, and the same command goes on when the file has grown', async () => {
    const store = join(dir, 'state.db');
    const input = file('in.jsonl', clicks(1, 2, 200));
    await run(input, '--no-flush', '--store', store);
    expect(rows('page_views_5min.jsonl')).toEqual([]);
    writeFileSync(input, clicks(1, 2, 200, 250, 400));
    await run(input, '--no-flush', '--store', store);
    expect(rows('page_views_5min.jsonl')).toMatchObject([{ views: 4, revision: 1 }]);
  });

  test('with the same store a second time changes nothing', async () => {
    const store = join(dir, 'state.db');
    const input = file('in.jsonl', clicks(1, 2, 400));
    await run(input, '--store', store);
    const first = rows('page_views_5min.jsonl');
    expect(await run(input, '--store', store)).toMatchObject({ code: 0 });
    expect(rows('page_views_5min.jsonl')).toEqual(first);
  });

  test.each([
    ['other shards', ['--shards', '3'], 'with --shards 1, and this run has 3'],
    ['another input', [], 'from another input file than'],
  ])('refuses a store that was made with %s', async (what, more, message) => {
    const store = join(dir, 'state.db');
    await run(file('in.jsonl', clicks(1, 2)), '--store', store);
    const input = what === 'another input' ? file('other.jsonl', clicks(5, 6, 7)) : join(dir, 'in.jsonl');
    const { code, stderr } = await run(input, '--store', store, ...more);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
  });

  test('refuses input that has grown after every window was closed at its end', async () => {
    const store = join(dir, 'state.db');
    const input = file('in.jsonl', clicks(1, 2));
    await run(input, '--store', store);
    writeFileSync(input, clicks(1, 2, 3));
    expect(await run(input, '--store', store)).toMatchObject({ code: 1, stderr: expect.stringContaining('has grown') });
  });

  test('--json prints the counts, which add up', async () => {
    const { stdout } = await run(file('in.jsonl', `${clicks(1, 2)}oops\n`), '--json');
    expect(JSON.parse(stdout).counters).toEqual({
      delivered: 3,
      accepted: 2,
      late: 0,
      dead: 1,
      duplicate: 0,
      discarded: 0,
    });
  });

  test.each([
    ['no input', ['run', CLICKSTREAM, '--out', 'x'], 2, 'give --input clicks=FILE'],
    [
      'an unknown stream',
      ['run', CLICKSTREAM, '--out', 'x', '--input', 'clocks=a'],
      2,
      "names the stream 'clocks', and pipeline 'clickstream' reads clicks",
    ],
    ['no output folder', ['run', CLICKSTREAM, '--input', 'clicks=a'], 2, 'needs --out DIR'],
    [
      'a shard count that is none',
      ['run', CLICKSTREAM, '--out', 'x', '--input', 'clicks=a', '--shards', 'many'],
      2,
      "--shards is 'many', and must be a whole number from 1 to 256",
    ],
    ['an unknown option', ['run', CLICKSTREAM, '--flush'], 2, "has no option '--flush'"],
    [
      'a pipeline file that is not there',
      ['run', 'nothing.ts', '--out', 'x'],
      2,
      'There is no pipeline file nothing.ts',
    ],
  ])('says in one sentence that there is %s', async (_, args, code, message) => {
    const result = await cli(...args);
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(result.stderr.trim().split('\n').length).toBe(1);
  });

  test('says that an input file is not there, or is damaged', async () => {
    expect(await run(join(dir, 'none.jsonl'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none.jsonl cannot be opened'),
    });
    expect(await run(file('bad.jsonl.gz', gzipSync('{"cut":"short"}').subarray(0, 20)))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('bad.jsonl.gz cannot be read'),
    });
    expect(existsSync(join(dir, 'out/page_views_5min.jsonl'))).toBe(false);
    // What is no gzip is read as it is, whatever its name is.
    expect(await run(file('text.jsonl.gz', 'not gzip'))).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("1 of 1 events of stream 'clicks' are dead"),
    });
  });
});

const LATENCIES = `
  import { histogram, percentile, pipeline, rate, stream, Timestamp, topK, tumbling, Type, view } from 'streamgauge';
  const requests = stream('requests', {
    schema: Type.Object({ page: Type.String(), ms: Type.Number(), at: Timestamp('epoch-ms') }),
    eventTime: 'at',
    partitionKey: 'page',
    maxLateness: '1 minute',
  });
  const latencies = view('latencies', requests).window(tumbling('1 minute')).aggregate((e) => ({
    p99: percentile(e.ms, 99),
    pages: topK(e.page, 2).where(e.ms.gt(1)),
    spread: histogram(e.ms, { from: 0, to: 20, buckets: 2 }),
    per_second: rate(),
    ms_per_second: rate(e.ms),
  }));
  export default pipeline('latency', [latencies]);`;

const RISING = `
  import { changeOver, count, mean, pipeline, stream, Timestamp, tumbling, Type, view } from 'streamgauge';
  const requests = stream('requests', {
    schema: Type.Object({ page: Type.String(), at: Timestamp('epoch-ms') }),
    eventTime: 'at',
    partitionKey: 'page',
    maxLateness: '1 minute',
  });
  const rising = view('rising', requests)
    .window(tumbling('1 minute'), { emptyWindows: 'zero', keepGroupsFor: 3 })
    .groupBy('page')
    .aggregate(() => ({ n: count() }))
    .derive((row) => ({
      change: changeOver(row.n, { windows: 2 }),
      rises: changeOver(row.n, { windows: 1 }).percent.gt(50),
      usual: mean(row.n).over({ windows: 3 }),
    }));
  export default pipeline('site', [rising]);`;

test('streamgauge run writes columns that are structs as JSON', async () => {
  const requests = [0, 0, 120_000].map((at) => ({ page: '/a', at }));
  const input = file('rising.jsonl', requests.map((request) => JSON.stringify(request)).join('\n'));
  const definition = file('rising-rows.ts', RISING.replace("emptyWindows: 'zero', keepGroupsFor: 3", ''));
  await cli('run', definition, '--input', `requests=${input}`, '--out', join(dir, 'rising'));
  const rows = readFileSync(join(dir, 'rising/rising.jsonl'), 'utf8').trim().split('\n');
  expect(rows.map((row) => JSON.parse(row))).toMatchObject([
    { n: 2, change: { absolute: null, percent: null, from: null }, rises: null, usual: 2 },
    { n: 1, change: { absolute: -1, percent: -50, from: 2 }, rises: null, usual: 1.5 },
  ]);
});

test('streamgauge run writes columns that are lists as JSON', async () => {
  const requests = [
    { page: '/b', ms: 3, at: 0 },
    { page: '/a', ms: 12, at: 1 },
    { page: '/a', ms: 30, at: 2 },
  ];
  const input = file('requests.jsonl', requests.map((request) => JSON.stringify(request)).join('\n'));
  const definition = file('latencies.ts', LATENCIES);
  await cli('run', definition, '--input', `requests=${input}`, '--out', join(dir, 'latency'));
  expect(JSON.parse(readFileSync(join(dir, 'latency/latencies.jsonl'), 'utf8'))).toEqual({
    window_start: '1970-01-01T00:00:00.000Z',
    window_end: '1970-01-01T00:01:00.000Z',
    p99: 30,
    pages: [
      { value: '/a', count: 2, error: 0 },
      { value: '/b', count: 1, error: 0 },
    ],
    spread: [
      { from: null, to: 0, count: 0 },
      { from: 0, to: 10, count: 1 },
      { from: 10, to: 20, count: 1 },
      { from: 20, to: null, count: 1 },
    ],
    per_second: 0.05,
    ms_per_second: 0.75,
    revision: 1,
    late_events: 0,
    is_final: true,
  });
});

describe('streamgauge describe', () => {
  test('names streams, views, windows, state keys and limits', async () => {
    const { code, stdout } = await cli('describe', CLICKSTREAM);
    expect(code).toBe(0);
    for (const fact of [
      'Stream clicks',
      'trails it by 1 minute',
      'View page_views_5min of stream clicks',
      'tumbling, 5 minutes',
      'page = path of page_url',
      '1 hour allowed',
      'under page_views_5min@',
      '256 KiB an event',
      'rows          kept for ever; on AWS a million take about 0.75 GB with their index, $0.19 a month',
    ]) {
      expect(stdout).toContain(fact);
    }
  });

  test('says of aggregates how exact they are and where they end', async () => {
    const { stdout } = await cli('describe', file('latencies.ts', LATENCIES));
    for (const fact of [
      'p99 = quantile(ms; 0.99, within 1 %)',
      'pages = topK(page; 2, null beyond 10,000 values) where ms > 1',
      'spread = histogram(ms; between 0, 10, 20)',
      'per_second = rate()',
      'ms_per_second = rate(ms)',
      'p99 number?, pages json?, spread json, per_second number',
    ]) {
      expect(stdout).toContain(fact);
    }
  });

  test('says what is exploded, and how much of it', async () => {
    const { stdout } = await cli('describe', resolve(__dirname, '../goldens/exploded/pipeline.ts'));
    for (const fact of [
      'a row for each item in items, line = its place; an event of more than 10,000 rows is a dead letter',
      'a row for each attribute = { key, value } of attributes;',
      'a row for each coupon in coupons, place = its place; one with nulls where there is none;',
      'none: one row an element, each a write of its own',
    ]) {
      expect(stdout).toContain(fact);
    }
  });

  test('says what looks back at earlier rows and what that carries, and what rows of empty windows come to', async () => {
    const { stdout } = await cli('describe', file('rising.ts', RISING));
    for (const fact of [
      'change = change of n over 2 windows',
      'rises = (percent of (change of n over 1 window)) > 50',
      'usual = mean of n over 3 rows',
      'change { absolute integer?, percent number?, from integer? }',
      "a row of nothing in each of the 3 windows after a group's last event: up to 3 rows more to write",
      'up to 60 bytes a group are carried from row to row, and gone after 1,000 windows without one',
    ]) {
      expect(stdout).toContain(fact);
    }
    const { stdout: json } = await cli('describe', file('rising.ts', RISING), '--json');
    expect(JSON.parse(json).views[0]).toMatchObject({ emptyWindows: 'zero', keepGroupsFor: 3 });
  });

  test('--json is for machines', async () => {
    const { stdout } = await cli('describe', CLICKSTREAM, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      pipeline: 'clickstream',
      views: [{ name: 'page_views_5min', groupBy: ['page'] }],
    });
  });

  test('explains a wrong definition with the stream, view and field named', async () => {
    const wrong = file(
      'wrong.ts',
      `import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
       const s = stream('s', { schema: Type.Object({ user: Type.String(), at: Timestamp() }), eventTime: 'at', partitionKey: 'user', maxLateness: '1 minute' });
       export default pipeline('p', [view('v', s).window(tumbling('1 minute')).aggregate((e: any) => ({ n: count().where(e.usr.eq('x')) }))]);`,
    );
    expect(await cli('describe', wrong)).toEqual({
      code: 2,
      stdout: '',
      stderr: "streamgauge: view 'v' of stream 's' has no field 'usr'. Did you mean 'user'? Its fields are user, at.\n",
    });
  });
});

describe('streamgauge sql', () => {
  test('prints the statement of a view over the given files', async () => {
    const { code, stdout } = await cli('sql', CLICKSTREAM, 'page_views_5min', '--input', 'clicks.jsonl');
    expect({ code, reads: stdout.includes("'clicks.jsonl'"), groups: stdout.includes('GROUP BY') }).toEqual({
      code: 0,
      reads: true,
      groups: true,
    });
  });

  test('takes of the files those of the streams that the view reads', async () => {
    const given = ['clicks=a.jsonl', 'orders=b.jsonl'].flatMap((input) => ['--input', input]);
    const joined = await cli('sql', SHOP, 'clicks_1d', ...given);
    expect(joined.stdout.match(/'[ab].jsonl'/g)).toEqual(["'a.jsonl'", "'b.jsonl'"]);
    expect(await cli('sql', SHOP, 'clicks_1d', '--input', 'a.jsonl')).toMatchObject({
      code: 2,
      stderr: "streamgauge: View 'clicks_1d' reads clicks and orders: say of each --input which, as STREAM=FILE.\n",
    });
    expect(await cli('sql', SHOP, 'clicks_1d', '--input', 'clicks=a.jsonl')).toMatchObject({
      code: 2,
      stderr: "streamgauge: View 'clicks_1d' reads clicks and orders: give --input orders=FILE.\n",
    });
    const dated = await cli('sql', CLICKSTREAM, 'page_views_5min', '--input', 'dt=2026-03-01/a.jsonl');
    expect(dated.stdout).toContain("'dt=2026-03-01/a.jsonl'");
  });

  test('prints the statement for Athena, over the table of the stream', async () => {
    const { code, stdout } = await cli('sql', CLICKSTREAM, 'page_views_5min', '--dialect', 'athena');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^-- View page_views_5min of stream clicks in Athena SQL/);
    expect(stdout).toContain('FROM "clicks"');
    expect(stdout).toMatch(/;\n$/);
  });

  test('refuses a dialect that it does not know, and files for Athena', async () => {
    expect(await cli('sql', CLICKSTREAM, 'page_views_5min', '--dialect', 'oracle')).toMatchObject({
      code: 2,
      stderr: "streamgauge: --dialect is 'oracle', and must be duckdb or athena.\n",
    });
    expect(await cli('sql', CLICKSTREAM, 'page_views_5min', '--dialect', 'athena', '--input', 'a')).toMatchObject({
      code: 2,
      stderr: 'streamgauge: --dialect athena reads the table of the stream: leave --input out.\n',
    });
  });

  test('names the views where one is asked for that is not there', async () => {
    expect(await cli('sql', CLICKSTREAM, 'page_views')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Its views are page_views_5min'),
    });
  });
});

describe('streamgauge generate', () => {
  test('writes the same events for the same seed', async () => {
    const args = ['generate', 'clickstream', '--events', '200', '--seed', '7', '--disorder', '30s'];
    const first = await cli(...args);
    expect(first.stdout.trim().split('\n').length).toBe(200);
    expect(await cli(...args)).toEqual(first);
  });

  test.each([
    [['generate', 'weather'], "There is no generator for 'weather'. There is one for clickstream, sensors."],
    [
      ['generate', 'clickstream', '--disorder', '30'],
      "--disorder is '30', which is not a duration. Write a whole number and a unit",
    ],
  ])('%j is refused', async (args, message) => {
    expect(await cli(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('streamgauge dev without a file', () => {
  test.each([
    [
      ['--pipeline', 'weather'],
      "There is no example 'weather'. There is weblog, sensors, cloud-metrics, risk, shop, market.",
    ],
    [['a.ts', '--pipeline', 'sensors'], "was given the file 'a.ts' and --pipeline sensors: give one of them."],
  ])('%j is refused', async (args, message) => {
    expect(await cli('dev', ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('former names', () => {
  test.each([
    [['start', CLICKSTREAM], 'streamgauge start is called streamgauge dev now. The former name still works.\n'],
    [['dev', CLICKSTREAM, '--replay', 'CLICKS'], '--replay is called --input now. It still works.\n'],
  ])('%j works, and the present one is told', async (args, stderr) => {
    const input = `clicks=${file('c.jsonl', clicks(1, 2, 3))}`;
    const given = args.map((arg) => (arg === 'CLICKS' ? input : arg));
    const more = args.includes('--replay') ? [] : ['--input', input];
    const options = ['--until-replayed', '--port', '0', '--rate', '1000', '--store', join(dir, 'former.db')];
    expect(await cli(...given, ...more, ...options)).toEqual({
      code: 0,
      stdout: expect.stringContaining('3 of 3'),
      stderr,
    });
  });
});

describe('streamgauge dev', () => {
  test('follows files and reads standard input, and ends once all of it that has an end is processed', async () => {
    const followed = file('followed.jsonl', clicks(1, 2));
    const stdin = new PassThrough();
    stdin.end(clicks(3, 4, 5));
    const inputs = ['--tail', `clicks=${followed}`, '--stdin', 'clicks'];
    const options = ['--until-replayed', '--port', '0', '--store', join(dir, 'live.db')];
    const first = await cliWith(stdin, 'dev', CLICKSTREAM, ...inputs, ...options);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('clicks: 5 events, 5 accepted');
    expect(first.stdout).toContain('clicks: standard input: 3 lines, at its end');
    appendFileSync(followed, clicks(6));
    const second = await cli('dev', CLICKSTREAM, '--tail', `clicks=${followed}`, ...options);
    expect(second.stdout).toContain('clicks: 6 events, 6 accepted');
  });

  test('says that a replay is finished, and how to see it again', async () => {
    const input = `clicks=${file('c.jsonl', clicks(1, 2, 3))}`;
    const options = ['--until-replayed', '--port', '0', '--rate', '1000', '--store', join(dir, 'again.db')];
    const { stdout } = await cli('dev', CLICKSTREAM, '--input', input, ...options);
    expect(stdout).toContain('Replay finished: every line was sent. Stop, and start with --fresh, to see it again.');
  });

  test.each([
    [['--store', ':memory:'], "--store is ':memory:', and must be the path of a file: the state would go with"],
    [['--store', 'file:a.db?mode=memory'], "--store is 'file:a.db?mode=memory', and must be the path of a file"],
    [['--store', ''], '--store is empty. Give it a value, or leave it out. See streamgauge dev --help.'],
    [
      ['--input', 'clicks=a.jsonl', '--input', 'clicks=b.jsonl'],
      "--input names the stream 'clicks' twice, with a.jsonl and b.jsonl, and a stream takes one file at a time.",
    ],
    [['--input', 'clicks=-'], "--input is 'clicks=-': for what comes in on a pipe, give --stdin clicks."],
    [
      ['--tail', 'orders=a.jsonl'],
      "--tail is 'orders=a.jsonl', and must be STREAM=FILE. Pipeline 'clickstream' reads clicks.",
    ],
    [
      ['--input', 'clicks=a.jsonl', '--tail', 'clicks=./a.jsonl'],
      "The file ./a.jsonl is given twice for the stream 'clicks': each line would count twice.",
    ],
    [['--stdin', 'orders'], "--stdin is 'orders', and must be a stream. Pipeline 'clickstream' reads clicks."],
    [['--stdin', 'clicks'], '--stdin needs standard input, and this process has none.'],
  ])('%j is refused', async (args, message) => {
    const refused = await cli('dev', CLICKSTREAM, '--until-replayed', '--port', '0', ...args);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

describe('streamgauge dev --fresh', () => {
  const start = (...more: string[]) => cli('dev', CLICKSTREAM, '--fresh', '--port', '0', '--until-replayed', ...more);

  test('begins anew in a store that was there', async () => {
    const input = file('clicks.jsonl', clicks(1, 2, 3));
    const options = ['--input', `clicks=${input}`, '--rate', '1000', '--store', join(dir, 'a.db')];
    expect(await start(...options)).toMatchObject({ code: 0, stdout: expect.stringContaining('3 of 3') });
    expect(await start(...options)).toMatchObject({ code: 0, stdout: expect.stringContaining('3 of 3') });
  });

  test('makes the store anew where a symbolic link leads', async () => {
    const input = file('clicks.jsonl', clicks(1, 2, 3));
    const link = join(dir, 'link.db');
    mkdirSync(join(dir, 'disk'));
    symlinkSync('disk/a.db', link);
    for (let times = 0; times < 2; times++) {
      const started = await start('--input', `clicks=${input}`, '--rate', '1000', '--store', link);
      expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining('3 of 3') });
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(readdirSync(join(dir, 'disk'))).toEqual(['a.db', 'a.db.lock']);
    }
  });

  async function keepsTheState(message: string, ...more: string[]) {
    const store = join(dir, 'b.db');
    const input = `clicks=${file('c.jsonl', clicks(1))}`;
    const ran = await cli('run', CLICKSTREAM, '--input', input, '--out', dir, '--store', store);
    expect(ran).toMatchObject({ code: 0 });
    const before = readFileSync(store);
    const stderr = expect.stringContaining(message);
    expect(await start('--store', store, ...more)).toMatchObject({ code: 1, stderr });
    expect(readFileSync(store).equals(before)).toBe(true);
  }

  test('keeps the state where a replay cannot be read', async () => {
    await keepsTheState('The input file nofile.jsonl cannot be opened', '--input', 'clicks=nofile.jsonl');
  });

  test('keeps the state where the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await keepsTheState(`Port ${port} on 127.0.0.1 is in use by another program.`, '--port', String(port));
    } finally {
      other.close();
    }
  });

  test('leaves a file alone that is no store', async () => {
    const notes = file('notes.txt', 'Do not delete me.');
    expect(await start('--store', notes)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not a store of streamgauge. Name another store.'),
    });
    expect(readFileSync(notes, 'utf8')).toBe('Do not delete me.');
  });
});
