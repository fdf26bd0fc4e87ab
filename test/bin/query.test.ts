import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { type EmbeddedStores, openEmbedded } from '../../adapters/embedded/index.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { describeView } from '../../api/describe.ts';
import { main } from '../../bin/cli/main.ts';
import { shapeOfDescription, shapeOfView } from '../../bin/commands/query/table-shape.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import clickstream from '../../pipelines/clickstream.ts';
import cloudMetrics from '../../pipelines/cloud-metrics.ts';
import risk from '../../pipelines/risk.ts';
import sensors from '../../pipelines/sensors.ts';
import shop from '../../pipelines/shop.ts';
import weblog from '../../pipelines/weblog.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { apiOver } from '../api/clicks-api.ts';

const ROOT = resolve(__dirname, '../..');
const PIPELINE = `
import { approxCountDistinct, count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), user: Type.String(), ms: Type.Number(), at: Timestamp('epoch-s') }),
  eventTime: 'at', partitionKey: 'page', maxLateness: '0 ms',
});
export default pipeline('shop', [
  view('pages', clicks).window(tumbling('1 minute'), { lateEvents: 'sideOutput' }).groupBy('page')
    .aggregate((e) => ({ views: count(), ms: sum(e.ms), users: approxCountDistinct(e.user) }))
    .derive((row) => ({ ms_each: row.ms.div(row.views) })),
  view('all', clicks).window(tumbling('1 minute')).aggregate(() => ({ views: count() })),
]);
`;

let dir: string;
const before = process.cwd();

beforeAll(async () => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'query-'));
  process.chdir(dir);
  writeFileSync('pipeline.ts', PIPELINE);
  const click = (at: number, page: string, ms = 10) => JSON.stringify({ page, user: `u${at}`, ms, at });
  const lines = [
    ...[click(0, '/'), click(1, '/'), click(2, '=cmd'), click(60, '/', 25), click(61, '/x'), click(125, '/')],
    // Late by two minutes, and no JSON.
    ...[click(3, '/', 1), '\u001b[2J{'],
  ];
  writeFileSync('clicks.jsonl', lines.map((line) => `${line}\n`).join(''));
  mkdirSync('.streamgauge');
  const run = [
    'run',
    'pipeline.ts',
    '--input',
    'clicks=clicks.jsonl',
    '--out',
    'out',
    '--store',
    '.streamgauge/shop.db',
  ];
  expect((await cli(...run, '--no-flush', '--batch', '6')).code).toBe(0);
});
afterAll(() => {
  process.chdir(before);
  rmSync(dir, { recursive: true });
});

async function cli(...args: readonly string[]) {
  return terminal(null, ...args);
}

async function terminal(columns: number | null, ...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const tty = columns === null ? {} : { isTTY: true, columns };
  const code = await main(args, { stdout: Object.assign(stdout, tty), stderr, env: { NO_COLOR: '1' } });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('streamgauge query', () => {
  test('shows the latest rows of a view in the order of time', async () => {
    expect(await cli('query', 'pages')).toEqual({
      code: 0,
      stderr: '',
      stdout: `\
window                   page  views  ms  users  ms_each  row
1970  1 Jan 00:00–00:01  /         2  20      2       10  revision 2, 1 late
1970  1 Jan 00:00–00:01  =cmd      1  10      1       10
1970  1 Jan 00:01–00:02  /         1  25      1       25
1970  1 Jan 00:01–00:02  /x        1  10      1       10
`,
    });
  });

  test('takes the pipeline file before the view as well', async () => {
    expect((await cli('query', 'pipeline.ts', 'all')).stdout).toContain('1970  1 Jan 00:00–00:01      3');
  });

  test('shows open rows by choice, and says what is open', async () => {
    const { stdout } = await cli('query', 'all', '--open', '--last', '1');
    expect(stdout).toMatch(
      /^window .*\n1970 {2}1 Jan 00:02–00:03 +1 {2}open\nThere may be earlier rows: add --cursor \S+\n$/,
    );
  });

  test('goes on with a cursor, towards earlier rows', async () => {
    const first = await cli('query', 'pages', '--last', '3', '--json');
    expect(jsonLines(first.stdout).map(({ page }) => page)).toEqual(['=cmd', '/', '/x']);
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.stderr) ?? [];
    const second = await cli('query', 'pages', '--last', '3', '--json', '--cursor', cursor);
    expect(jsonLines(second.stdout)).toEqual([
      {
        ...{ window_start: '1970-01-01T00:00:00.000Z', window_end: '1970-01-01T00:01:00.000Z', page: '/', views: 2 },
        ...{ ms: 20, users: 2, ms_each: 10, revision: 2, late_events: 1, is_final: true, partial: false },
      },
    ]);
    expect(second.stderr).toBe('');
  });

  test('is of a range and of groups', async () => {
    const pages = async (...args: readonly string[]) =>
      jsonLines((await cli('query', 'pages', '--json', ...args)).stdout).map(({ page, ms }) => [page, ms]);
    expect(await pages('--from', '1970-01-01T00:01:00Z')).toEqual([
      ['/', 25],
      ['/x', 10],
    ]);
    expect(await pages('--to', '1970-01-01T00:01:00Z', '--group', 'page==cmd')).toEqual([['=cmd', 10]]);
    expect(await pages('--is-null', 'page')).toEqual([]);
  });

  test('writes CSV with a head, in which no text is a formula', async () => {
    const { stdout } = await cli('query', 'pages', '--format', 'csv', '--last', '3');
    expect(stdout.split('\r\n').slice(0, 2)).toEqual([
      'window_start,window_end,page,views,ms,users,ms_each,revision,late_events,is_final,partial',
      "1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z,'=cmd,1,10,1,10,1,0,true,false",
    ]);
  });

  test('adds up a range and shows the groups with the most', async () => {
    expect((await cli('query', 'pages', '--top', '2', '--by', 'ms')).stdout).toBe(`\
page  ms  views  ms_each
/     45      3       15
/x    10      1       10
Top 2 of 3 groups by ms, of 4 rows in windows that start from 1970-01-01T00:00:00.000Z to 1970-01-01T00:01:00.000Z.
Left out, because several windows do not give them: users.
`);
  });

  test('says of how many rows a top is where it may not read all', async () => {
    const { stderr, stdout } = await cli('query', 'pages', '--by', 'views', '--max-rows', '3', '--json');
    expect(jsonLines(stdout)).toHaveLength(3);
    expect(stderr).toContain('of at least 3 rows in windows');
    expect(stderr).toContain('Earlier rows of the range were not read: ask for a shorter range, or for fewer groups.');
  });

  test('compares with the period before', async () => {
    const args = ['--by', 'ms', '--compare', '--from', '1970-01-01T00:01:00Z', '--to', '1970-01-01T00:02:00Z'];
    const { stdout } = await cli('query', 'pages', ...args, '--json');
    expect(jsonLines(stdout)).toEqual([
      { page: '/', value: 25, before: 20, change: 5, change_percent: 25 },
      { page: '/x', value: 10, before: null, change: null, change_percent: null },
      { page: '=cmd', value: null, before: 10, change: null, change_percent: null },
    ]);
  });

  test('fits a terminal, names what has no room, and never cuts a number', async () => {
    const { stdout } = await terminal(44, 'query', 'pages', '--last', '2');
    const lines = stdout.split('\n');
    for (const line of lines.slice(0, 3)) expect(line.length).toBeLessThanOrEqual(44);
    expect(lines[1]).toMatch(/ 25/);
    expect(lines[3]).toBe('Not shown for want of room: users, ms_each, row.');
  });

  test('says that there are no rows', async () => {
    expect((await cli('query', 'pages', '--from', '2030-01-01')).stdout).toBe(
      'There are no such rows. Windows that are open have none yet: --open shows them.\n',
    );
  });

  test.each([
    [['page'], "Pipeline 'shop' has no view 'page'. Did you mean 'pages'? Its views are pages, all."],
    [
      ['pages', '--by', 'view'],
      "View 'pages' has no column 'view'. Did you mean 'views'? Its numbers are views, ms, users, ms_each.",
    ],
    [
      ['pages', '--by', 'users'],
      "View 'pages' has no 'users' over several windows: a value that came in two windows would count twice: make a view of longer windows.",
    ],
    [
      ['pages', '--group', 'pages=/'],
      "View 'pages' does not group by 'pages'. Did you mean 'page'? It groups by page.",
    ],
    [['pages', '--group', 'page'], "--group is 'page', and must be FIELD=VALUE."],
    [['pages', '--top', '3'], '--top needs --by. See streamgauge query --help.'],
    [
      ['pages', '--by', 'ms', '--open'],
      '--open is for rows, and --by adds up the stored rows of a range: leave one of them out.',
    ],
    [['pages', '--format', 'xml'], "--format is 'xml', and must be one of table, json, csv."],
    [
      ['pages', '--cursor', 'x'],
      "'x' is no cursor of this question: give the cursor of the page before as it is, with the same view, range, group and order, or leave it out.",
    ],
    [
      ['pages', '--store', 'none.db'],
      'There is no store none.db. Name one with --store, or run streamgauge dev; for the deployed pipeline, give --aws.',
    ],
    [
      ['pages', '--store', 'x', '--aws'],
      '--store is an embedded store, and cannot be given together with --aws, --stage or --stack.',
    ],
    [[], 'streamgauge query needs VIEW. See streamgauge query --help.'],
    [['pipeline.ts'], 'streamgauge query needs VIEW. See streamgauge query --help.'],
  ])('%j is refused in a sentence', async (args, message) => {
    expect(await cli('query', ...args)).toEqual({ code: 2, stdout: '', stderr: `streamgauge: ${message}\n` });
  });
});

describe('streamgauge query --url', () => {
  const SERVER = 'http://127.0.0.1:8787';
  let stores: EmbeddedStores;
  const asked: Request[] = [];

  beforeEach(async () => {
    stores = openEmbedded('.streamgauge/shop.db', systemClock);
    const plan = compilePipeline(await loadPipeline('pipeline.ts'));
    const { app } = apiOver({ plan, stores }, null, { nowMs: () => systemClock.nowMs() });
    asked.length = 0;
    jest.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
      asked.push(request as Request);
      return app.fetch(request as Request);
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    stores.close();
  });

  test.each([
    ['pages'],
    ['pages', '--json'],
    ['pages', '--format', 'csv', '--last', '3'],
    ['all', '--open'],
    ['all', '--open', '--last', '1'],
    ['pages', '--last', '3', '--json'],
    ['pages', '--from', '1970-01-01T00:01:00Z'],
    ['pages', '--to', '1970-01-01T00:01:00Z', '--group', 'page==cmd'],
    ['pages', '--is-null', 'page'],
    ['pages', '--top', '2', '--by', 'ms'],
    ['pages', '--by', 'views', '--json'],
    ['pages', '--by', 'views', '--group', 'page=/', '--format', 'csv'],
    ['pages', '--by', 'views', '--from', '2030-01-01'],
    ['pages', '--by', 'ms', '--compare', '--from', '1970-01-01T00:01:00Z', '--to', '1970-01-01T00:02:00Z'],
    ['pages', '--from', '2030-01-01'],
  ])('%s %s %s %s answers as the store does', async (...args) => {
    const given = args.filter((arg) => arg !== undefined);
    const ofStore = await cli('query', ...given);
    expect(ofStore.code).toBe(0);
    expect(await cli('query', ...given, '--url', SERVER)).toEqual(ofStore);
    expect(await cli('query', ...given, '--url', `${SERVER}/api/`)).toEqual(ofStore);
  });

  test('goes on with a cursor of the server', async () => {
    const first = await cli('query', 'pages', '--last', '3', '--url', SERVER);
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.stdout) ?? [];
    const second = await cli('query', 'pages', '--last', '3', '--json', '--cursor', cursor, '--url', SERVER);
    expect(jsonLines(second.stdout)).toMatchObject([{ page: '/', views: 2 }]);
  });

  const withToken = (url: string) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    return main(['query', 'all', '--url', url], { stdout, stderr, env: { STREAMGAUGE_TOKEN: 'secret' } }).then(
      (code) => ({ code, stderr: String(stderr.read() ?? '') }),
    );
  };

  test('sends a token, but not where others can read it', async () => {
    expect(await withToken('https://stats.example.com')).toEqual({ code: 0, stderr: '' });
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer secret');
    expect((await withToken(SERVER)).code).toBe(0);
    asked.length = 0;
    expect(await withToken('http://stats.example.com')).toEqual({
      code: 2,
      stderr:
        'streamgauge: STREAMGAUGE_TOKEN is set, and stats.example.com is asked over http, where others can read it: give an https address, or unset STREAMGAUGE_TOKEN.\n',
    });
    expect(asked).toEqual([]);
  });

  test('signs what goes to the API on AWS, with the credentials that the SDK finds', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
    const former = Object.keys(keys).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, keys);
    try {
      expect((await cli('query', 'all', '--url', 'https://abc1.execute-api.eu-west-1.amazonaws.com')).code).toBe(0);
    } finally {
      for (const [name, value] of former) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual(
      asked.map(() =>
        expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, /,
        ),
      ),
    );
  });

  test.each([
    [['page'], "Pipeline 'shop' has no view 'page'. Did you mean 'pages'? Its views are pages, all."],
    [
      ['pages', '--group', 'pages=/'],
      "View 'pages' does not group by 'pages'. Did you mean 'page'? It groups by page.",
    ],
    [
      ['pages', '--by', 'view'],
      "View 'pages' has no column 'view'. Did you mean 'views'? Its numbers are views, ms, users, ms_each.",
    ],
    [
      ['pages', '--cursor', 'x'],
      "'x' is no cursor of this question: give the cursor of the page before as it is, with the same view, range, group and order, or leave it out.",
    ],
    [['pages', '--store', 'x'], '--url and --store both say where the rows are: give one of them.'],
    [
      ['pipeline.ts', 'pages'],
      'With --url no pipeline file is read: give the view alone, streamgauge query pages --url …',
    ],
    [
      ['pages', '--by', 'ms', '--max-rows', '9'],
      '--max-rows is for stores: a server bounds by itself what it reads. Leave it out with --url.',
    ],
  ])('%j is refused in a sentence', async (args, message) => {
    expect(await cli('query', ...args, '--url', SERVER)).toEqual({
      code: 2,
      stdout: '',
      stderr: `streamgauge: ${message}\n`,
    });
  });

  test.each(['127.0.0.1:8787', 'ftp://x', 'http://a:b@x', 'http://x?y=1'])('the address %s is refused', async (url) => {
    const { code, stderr } = await cli('query', 'pages', '--url', url);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^streamgauge: --url is '.*', and must be the address of a server/),
    ]);
  });

  test('says that nobody answers, and fails', async () => {
    jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
    expect(await cli('query', 'pages', '--url', SERVER)).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `streamgauge: There is no answer from ${SERVER}: is the server running?\n`,
    });
  });
});

test('a view has the same columns by its definition and as a server describes it', () => {
  const examples = [clickstream, cloudMetrics, risk, sensors, shop, weblog];
  const plans = examples.map((example) => compilePipeline(pipelineDefinition(example, 'an example')));
  for (const { definition: view } of plans.flatMap(({ views }) => views)) {
    expect(shapeOfDescription(describeView(view))).toEqual(shapeOfView(view));
  }
});

describe('streamgauge events', () => {
  test('late shows what missed which window of which view', async () => {
    const { stdout } = await cli('events', 'late');
    expect(stdout.split('\n')[0]).toMatch(/^arrived +view +window +event time +event$/);
    expect(stdout).toContain('pages  1970-01-01 00:00–00:01  1970-01-01T00:00:03.000Z  {"page":"/"');
    expect(
      jsonLines((await cli('events', 'late', '--view', 'pages', '--from', '1970-01-01', '--json')).stdout),
    ).toMatchObject([
      { view: 'pages', window_start: '1970-01-01T00:00:00.000Z', event: expect.stringContaining('"at":3') },
    ]);
    expect((await cli('events', 'late', '--view', 'pages', '--from', '1970-01-02')).stdout).toBe(
      'There are no such events.\n',
    );
  });

  test('dead shows the bytes, and nothing that a terminal would act on', async () => {
    const { stdout } = await cli('events', 'dead', 'pipeline.ts');
    expect(stdout).toContain('clicks  not_json  \\x1b[2J{');
    expect(jsonLines((await cli('events', 'dead', '--json')).stdout)).toMatchObject([
      { stream: 'clicks', reason: 'not_json', event: '\u001b[2J{', id: expect.stringMatching(/^dead\/clicks\//) },
    ]);
  });

  test.each([
    [[], "streamgauge events needs 'late' or 'dead'. See streamgauge events --help."],
    [['lost'], "streamgauge events needs 'late' or 'dead', and was given 'lost'. See streamgauge events --help."],
    [['late', '--view', 'page'], "Pipeline 'shop' has no view 'page'. Did you mean 'pages'? Its views are pages, all."],
    [
      ['dead', '--view', 'pages'],
      'Only late events have missed a window of a view: ask for late events alone, or for no view and no window.',
    ],
  ])('%j is refused in a sentence', async (args, message) => {
    expect(await cli('events', ...args)).toEqual({ code: 2, stdout: '', stderr: `streamgauge: ${message}\n` });
  });
});

describe('streamgauge tail', () => {
  /** Runs until it has written something, and then has Ctrl-C. */
  async function follow(...args: readonly string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const written: string[] = [];
    stdout.on('data', (text) => {
      written.push(String(text));
      process.emit('SIGINT');
    });
    const code = await main(['tail', ...args], { stdout, stderr, env: {} });
    return { code, stdout: written.join(''), stderr: String(stderr.read() ?? '') };
  }

  test('begins with the latest rows, and ends well with Ctrl-C', async () => {
    const { code, stdout } = await follow('pages', '--last', '1', '--json');
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([{ page: '/x', is_final: true }]);
  });

  test('shows a table with a head', async () => {
    expect((await follow('all', '--open')).stdout).toBe(`\
window                   views  row
1970  1 Jan 00:00–00:01      3  revision 2, 1 late
1970  1 Jan 00:01–00:02      2
1970  1 Jan 00:02–00:03      1  open
`);
  });
});

describe('streamgauge run --format', () => {
  const run = (...args: readonly string[]) =>
    cli('run', 'pipeline.ts', '--input', 'clicks=clicks.jsonl', '--out', 'formats', '--json', ...args);

  test.each(['csv', 'parquet'])('writes a file a view: %s', async (format) => {
    const { code, stdout } = await run('--format', format);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).views).toEqual([
      { name: 'pages', file: join('formats', `pages.${format}`), rows: 5 },
      { name: 'all', file: join('formats', `all.${format}`), rows: 3 },
    ]);
    const bytes = readFileSync(join('formats', `pages.${format}`));
    const begin = format === 'csv' ? 'window_start,window_end,page,views,' : 'PAR1';
    expect(bytes.subarray(0, begin.length).toString()).toBe(begin);
  });

  test('refuses another format', async () => {
    expect(await run('--format', 'xml')).toMatchObject({
      code: 2,
      stderr: "streamgauge: --format is 'xml', and must be one of jsonl, csv, parquet.\n",
    });
  });
});
