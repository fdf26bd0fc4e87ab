import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { type EmbeddedStores, openEmbedded } from '../../adapters/embedded/index.ts';
import { main } from '../../bin/cli/main.ts';
import { compilePipeline, type PipelinePlan } from '../../engine/plan/plan.ts';
import { LiveRuntime } from '../../runtime/live/live-runtime.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { deadLetter, lateEvent } from '../support/side-outputs.ts';

const ROOT = resolve(__dirname, '../..');
const CLICKSTREAM = join(ROOT, 'pipelines/clickstream.ts');
const START_MS = Date.parse('2020-01-01T00:00:00Z');

let dir: string;
let storePath: string;
let plan: PipelinePlan;
let stores: EmbeddedStores;
const clock = new ManualClock(START_MS);

beforeAll(async () => {
  plan = compilePipeline(await loadPipeline(CLICKSTREAM));
});
beforeEach(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'dead-'));
  storePath = join(dir, 'state.db');
  clock.set(START_MS);
  stores = openEmbedded(storePath, clock);
  stores.log.createStream('clicks', 2);
});
afterEach(() => {
  stores.close();
  rmSync(dir, { recursive: true });
});

interface Terminal {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed. Without it there is no terminal to ask on. */
  readonly typed?: string;
}

async function cli(args: readonly string[], { columns, env = {}, typed }: Terminal = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = new PassThrough();
  if (typed !== undefined) stdin.end(typed);
  const tty = { isTTY: true };
  const code = await main(['dead-letters', ...args], {
    stdout: columns === undefined ? stdout : Object.assign(stdout, tty, { columns }),
    stderr: typed === undefined ? stderr : Object.assign(stderr, tty),
    stdin: typed === undefined ? stdin : Object.assign(stdin, tty),
    env: { USER: 'ann', ...env },
  });
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const on = (action: string, ...rest: string[]) => [action, CLICKSTREAM, ...rest, '--store', storePath];

const json = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

function click(time: string, more: object = {}): Buffer {
  const at = new Date(START_MS + Date.parse(`1970-01-01T${time}Z`)).toISOString();
  return Buffer.from(
    JSON.stringify({ event_id: time, user_id: 'ann', page_url: '/a', action: 'view', timestamp: at, ...more }),
  );
}

const records = () =>
  stores.log
    .shards('clicks')
    .flatMap(({ id }) => stores.log.read('clicks', id, null, 100).map(({ data }) => Buffer.from(data).toString()));

const DEAD = 'dead/clicks/shard-0/10.0';

describe('streamgauge dead-letters list', () => {
  test('says that there is nothing', async () => {
    expect(await cli(on('list'))).toEqual({ code: 0, stdout: 'Nothing is kept that matches.\n', stderr: '' });
  });

  test('shows a table with whole ids and, below each record, what is wrong with it', async () => {
    await stores.deadLetters.put([deadLetter('clicks', '10'), lateEvent('clicks', '11')]);
    const { code, stdout } = await cli(on('list'));
    expect(code).toBe(0);
    expect(stdout).toBe(`\
arrived              kind  stream  reason      redriven  id
2026-03-01 12:00:00  dead  clicks  wrong_type  –         dead/clicks/shard-0/10.0
  It is wrong.
2026-03-01 12:00:00  late  clicks  late        –         late/clicks/shard-0/11.0.v1
  The event of 1970-01-01T00:00:00.001Z missed the window from 1970-01-01T00:00:00.000Z to 1970-01-01T00:01:00.000Z of view 'v1'.
`);
  });

  test('cuts messages to the terminal, but never an id, and shows nothing that a terminal would act on', async () => {
    const message = `It holds \u001b[2J and ${'much '.repeat(40)}.`;
    await stores.deadLetters.put([deadLetter('clicks', '10', { message, shard: 's'.repeat(80) })]);
    const lines = (await cli(on('list'), { columns: 60, env: { NO_COLOR: '1' } })).stdout.split('\n');
    expect(lines[1]).toContain(`dead/clicks/${'s'.repeat(80)}/10.0`);
    expect(lines[2]).toHaveLength(60);
    expect(lines[2]).toMatch(/^ {2}It holds \\x1b\[2J and much .*…$/);
  });

  test('is in colour on a terminal, unless NO_COLOR is set', async () => {
    await stores.deadLetters.put([deadLetter('clicks', '10')]);
    const colored = async (env: Readonly<Record<string, string>>) =>
      (await cli(on('list'), { columns: 200, env })).stdout.includes('\u001b[');
    expect([await colored({}), await colored({ NO_COLOR: '1' })]).toEqual([true, false]);
  });

  test('goes on with --after, and says so', async () => {
    await stores.deadLetters.put(['10', '11', '12'].map((sequence) => deadLetter('clicks', sequence)));
    const first = await cli(on('list', '--limit', '2'));
    expect(first.stdout).toMatch(/There may be more: add --after dead\/clicks\/shard-0\/11\.0\n$/);
    const second = await cli(on('list', '--limit', '2', '--after', 'dead/clicks/shard-0/11.0', '--json'));
    expect(json(second.stdout).map(({ id }) => id)).toEqual(['dead/clicks/shard-0/12.0']);
  });

  test('--json gives one object a line, with the event', async () => {
    await stores.deadLetters.put([deadLetter('clicks', '10'), deadLetter('clicks', '11', { bytes: Buffer.of(0xff) })]);
    expect(json((await cli(on('list', '--json'))).stdout)).toEqual([
      {
        ...{
          id: DEAD,
          kind: 'dead',
          reason: 'wrong_type',
          message: 'It is wrong.',
          stream: 'clicks',
          shard: 'shard-0',
        },
        ...{ sequence: '10', index: 0, arrival_time: '2026-03-01T12:00:00.000Z', redrive: null },
        event: '{"user":"ann"}',
      },
      expect.objectContaining({ sequence: '11', event_base64: '/w==' }),
    ]);
  });

  test('takes filters by kind, reason and time', async () => {
    await stores.deadLetters.put([
      deadLetter('clicks', '10', { reason: 'future_time' }),
      deadLetter('clicks', '11', { arrivalMs: Date.parse('2026-03-02T00:00:00Z') }),
      lateEvent('clicks', '12'),
    ]);
    const sequences = async (...filters: string[]) =>
      json((await cli(on('list', '--json', ...filters))).stdout).map(({ sequence }) => sequence);
    expect(await sequences('--kind', 'late')).toEqual(['12']);
    expect(await sequences('--reason', 'future_time')).toEqual(['10']);
    expect(await sequences('--since', '2026-03-02')).toEqual(['11']);
    expect(await sequences('--until', '2026-03-01T12:00:01Z')).toEqual(['10', '12']);
    expect(await sequences('--since', '1ms')).toEqual([]);
  });
});

describe('streamgauge dead-letters show', () => {
  test('shows all that is known, and the event', async () => {
    await stores.deadLetters.put([deadLetter('clicks', '10')]);
    await cli(on('redrive', DEAD));
    expect((await cli(on('show', DEAD))).stdout).toMatch(
      /^id {8}dead\/clicks\/shard-0\/10\.0\nkind {6}dead\n[\s\S]*\nredriven {2}yes, by ann at 20\d\d-[\s\S]*\n {10}shard-000\d, sequence number 1\n\{"user":"ann"\}\n$/,
    );
    expect(json((await cli(on('show', DEAD, '--json'))).stdout)).toMatchObject([
      { id: DEAD, redrive: { state: 'redriven', by: 'ann', puts: [{ sequence: '1' }] }, event: '{"user":"ann"}' },
    ]);
  });

  test('of nothing is a failure', async () => {
    expect(await cli(on('show', DEAD))).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `streamgauge: Nothing is kept under the id '${DEAD}'. streamgauge dead-letters list shows ids.\n`,
    });
  });
});

describe('streamgauge dead-letters redrive', () => {
  test('puts one back, says where, and the next time skips it', async () => {
    await stores.deadLetters.put([deadLetter('clicks', '10')]);
    expect(await cli(on('redrive', DEAD))).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringMatching(
        /^redriven {2}dead\/clicks\/shard-0\/10\.0 {2}as shard-000\d 1\n1 redriven, 0 skipped, 0 failed, 0 unknown\.\n$/,
      ),
    });
    expect(records()).toEqual(['{"user":"ann"}']);
    expect(await cli(on('redrive', DEAD))).toMatchObject({
      code: 0,
      stdout: `skipped   ${DEAD}  It was redriven before.\n0 redriven, 1 skipped, 0 failed, 0 unknown.\n`,
    });
    expect(records()).toHaveLength(1);
  });

  test('puts all dead letters back that match, and no others', async () => {
    await stores.deadLetters.put([
      ...['10', '11', '12'].map((sequence) => deadLetter('clicks', sequence, { reason: 'future_time' })),
      deadLetter('clicks', '13', { reason: 'not_json' }),
      lateEvent('clicks', '14'),
    ]);
    const result = await cli(
      on('redrive', '--reason', 'future_time', '--limit', '2', '--yes', '--rate', '1000000', '--json'),
    );
    expect(result.code).toBe(0);
    expect(json(result.stdout)).toMatchObject([
      { id: DEAD, outcome: 'redriven' },
      { outcome: 'redriven' },
      { summary: { redriven: 2, records: 2, skipped: 0, failed: 0, unknown: 0 } },
    ]);
    expect(records()).toHaveLength(2);
  });

  test('--dry-run says what would be done, and does nothing', async () => {
    await stores.deadLetters.put(['10', '11'].map((sequence) => deadLetter('clicks', sequence)));
    await cli(on('redrive', DEAD));
    expect(await cli(on('redrive', '--all', '--dry-run'))).toMatchObject({
      code: 0,
      stdout: `would skip        ${DEAD}  (redriven before)\nwould send        dead/clicks/shard-0/11.0\n2 records matched. Nothing was sent.\n`,
    });
    const planned = await cli(on('redrive', '--all', '--dry-run', '--json'));
    expect(json(planned.stdout).map(({ would }) => would)).toEqual(['skip', 'send']);
    expect(records()).toHaveLength(1);
  });

  test('more than one needs --yes where there is no terminal', async () => {
    await stores.deadLetters.put(['10', '11'].map((sequence) => deadLetter('clicks', sequence)));
    expect(await cli(on('redrive', '--all'))).toEqual({
      ...{ code: 2, stdout: '' },
      stderr: 'streamgauge: 2 records would be redriven. Add --yes to do it, or --dry-run to see which.\n',
    });
    expect(records()).toEqual([]);
  });

  test.each([
    ['y\n', 0, 2],
    ['n\n', 1, 0],
    ['\n', 1, 0],
  ])('on a terminal asks, and %j ends with %i', async (typed, code, sent) => {
    await stores.deadLetters.put(['10', '11'].map((sequence) => deadLetter('clicks', sequence)));
    const result = await cli(on('redrive', '--all'), { typed });
    expect(result.stderr).toContain('Redrive 2 records into clicks? [y/N]');
    expect({ code: result.code, sent: records().length }).toEqual({ code, sent });
  });

  test('a late event needs --late, by id and by filter', async () => {
    await stores.deadLetters.put([lateEvent('clicks', '10'), deadLetter('clicks', '11')]);
    const id = 'late/clicks/shard-0/10.0.v1';
    for (const which of [[id], ['--kind', 'late'], [id, 'dead/clicks/shard-0/11.0']]) {
      const { code, stderr } = await cli(on('redrive', ...which));
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/normally late again.*Give --late/) });
    }
    expect(records()).toEqual([]);
    expect(await cli(on('redrive', '--all', '--late'))).toMatchObject({ code: 0 });
    expect((await stores.keptOf(streams()).get('dead/clicks/shard-0/11.0'))?.redrive).toBeNull();
    expect(records()).toHaveLength(1);
  });

  test('ends with 1 where something failed, and names it', async () => {
    const path = join(dir, 'of-a-run.db');
    const other = openEmbedded(path, clock);
    await other.deadLetters.put([deadLetter('clicks', '10')]);
    other.close();
    expect(await cli(['redrive', CLICKSTREAM, DEAD, '--store', path])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^failed {4}dead\/clicks.*made by a run over files[\s\S]*\n0 redriven, 0 skipped, 1 failed, 0 unknown\.\n$/,
      ),
    });
  });
});

const streams = () => new Map(plan.streams.map(({ name, definition }) => [name, definition]));

describe('the command line', () => {
  test.each([
    ['no action', [], 'needs one of list, show, redrive. See streamgauge dead-letters --help.'],
    ['an unknown action', ['drop'], "needs one of list, show, redrive, not 'drop'."],
    ['no pipeline', ['list'], 'needs PIPELINE'],
    ['a store that is not there', ['list', CLICKSTREAM, '--store', 'none.db'], 'There is no store none.db.'],
    [
      'an unknown stream',
      ['list', CLICKSTREAM, '--stream', 'clocks'],
      "--stream is 'clocks', and pipeline 'clickstream' reads clicks.",
    ],
    [
      'an unknown kind',
      ['list', CLICKSTREAM, '--kind', 'lost'],
      "--kind is 'lost', and must be one of dead, late, discarded.",
    ],
    ['a time that is none', ['list', CLICKSTREAM, '--since', 'noon'], "--since is 'noon', and must be a time"],
    [
      'a span without a unit',
      ['list', CLICKSTREAM, '--until', '3'],
      "--until is '3', and must be a time, such as 2026-01-31",
    ],
    ['nothing to redrive', ['redrive', CLICKSTREAM], 'Say what to redrive: ids, or filters'],
    ['ids and filters', ['redrive', CLICKSTREAM, DEAD, '--reason', 'x'], '--reason cannot be given together with ids.'],
    ['two stores', ['list', CLICKSTREAM, '--store', 'a.db', '--aws'], '--store is an embedded store'],
    ['a stage and a stack', ['list', CLICKSTREAM, '--stage', 'dev', '--stack', 'S'], 'give one of them'],
    ['a stack and a bucket', ['list', CLICKSTREAM, '--stack', 'S', '--bucket', 'b'], 'give one of them'],
    ['stream names alone', ['list', CLICKSTREAM, '--stream-name', 'clicks=k'], '--stream-name needs --bucket NAME'],
    [
      'a stream name that is none',
      ['list', CLICKSTREAM, '--bucket', 'b', '--stream-name', 'k'],
      "--stream-name is 'k', and must be STREAM=KINESISNAME.",
    ],
  ])('with %s is refused in one sentence', async (_, args, message) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('with an id of nothing redrives nothing, also not the others', async () => {
    await stores.deadLetters.put([deadLetter('clicks', '10')]);
    expect(await cli(on('redrive', DEAD, 'dead/clicks/shard-0/11.0'))).toMatchObject({ code: 2 });
    expect(records()).toEqual([]);
  });

  test('with a cursor that is none is refused', async () => {
    expect(await cli(on('list', '--after', 'x'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'x' is not the id"),
    });
  });
});

describe('from event to row', () => {
  const status = async (runtime: LiveRuntime) => {
    await runtime.tick();
    const { counters } = (await runtime.status()).streams[0] ?? {};
    return counters;
  };
  const open = () =>
    LiveRuntime.open({ plan, stores, storePath, shards: 2, replays: new Map(), clock, monotonic: clock });

  test('an event from the future is a dead letter, is put back when its time has come, and counts', async () => {
    const runtime = await open();
    stores.log.append('clicks', 'shard-0000', [{ partitionKey: 'ann', data: click('00:20:00') }], START_MS);
    expect(await status(runtime)).toMatchObject({ delivered: 1, dead: 1, accepted: 0 });
    const listed = json((await cli(on('list', '--json', '--reason', 'future_time'))).stdout);
    expect(listed).toMatchObject([{ reason: 'future_time', event: String(click('00:20:00')) }]);

    expect(await cli(on('redrive', '--reason', 'future_time'))).toMatchObject({ code: 0 });
    expect(await status(runtime)).toMatchObject({ delivered: 2, dead: 1, accepted: 1 });
    expect(await cli(on('redrive', '--reason', 'future_time'))).toMatchObject({ code: 0 });
    expect(await status(runtime)).toMatchObject({ delivered: 2, dead: 1, accepted: 1 });

    // Both shards go on, so that the window closes.
    for (const shard of ['shard-0000', 'shard-0001']) {
      stores.log.append('clicks', shard, [{ partitionKey: 'bob', data: click('01:00:00') }], Date.parse('2026-01-01'));
    }
    await status(runtime);
    const view = plan.views[0]?.key ?? '';
    const { rows } = await stores.results.windows({ view, fromMs: START_MS, toMs: START_MS + 3_600_000, limit: 10 });
    expect(rows.map(({ columns }) => JSON.parse(columns))).toMatchObject([
      { window_start: '2020-01-01T00:20:00.000Z', page: '/a', views: 1 },
    ]);
  });

  test('what is still wrong becomes a new dead letter under its new position', async () => {
    const runtime = await open();
    stores.log.append('clicks', 'shard-0000', [{ partitionKey: 'ann', data: Buffer.from('no json') }], START_MS);
    await status(runtime);
    await cli(on('redrive', '--all'));
    expect(await status(runtime)).toMatchObject({ delivered: 2, dead: 2 });
    const listed = json((await cli(on('list', '--json'))).stdout);
    expect(listed.map(({ redrive }) => redrive !== null).sort()).toEqual([false, true]);
  });
});
