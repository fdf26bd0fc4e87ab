import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { main } from '../../bin/cli/main.ts';

const ROOT = resolve(__dirname, '../..');

let dir: string;
beforeEach(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'alerts-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function cli(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await main(args, { stdout, stderr, env: {} });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** A pipeline with one alert, and events that make an incident of two windows. */
function given({ to, now = Date.UTC(2026, 0, 1), key = 'a' }: { to: string; now?: number; key?: string }) {
  const pipeline = join(dir, 'pipeline.ts');
  writeFileSync(
    pipeline,
    `import { file, pipeline, sns, stream, sum, terminal, Timestamp, tumbling, Type, view, webhook } from 'streamgauge';
const events = stream('events', {
  schema: Type.Object({ key: Type.String(), v: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at', partitionKey: 'key', maxLateness: '0 ms',
});
const watched = view('watched', events).window(tumbling('10 seconds')).groupBy('key').aggregate((e) => ({ total: sum(e.v) }))
  .alert('high', { when: (row) => row.total.gte(10), severity: 'warning', maxAge: '10 minutes', to: [${to}] });
export default pipeline('p', [watched]);
`,
  );
  const input = join(dir, 'events.jsonl');
  const event = (seconds: number, v: number) => JSON.stringify({ key, v, at: now + seconds * 1000 });
  writeFileSync(input, `${[event(1, 12), event(11, 20), event(21, 0), event(31, 0)].join('\n')}\n`);
  return { pipeline, input, alerts: join(dir, 'alerts.jsonl') };
}

/** A window's start, two minutes before now: an event ahead of its arrival would move no window on. */
const recently = () => Math.floor(Date.now() / 10_000) * 10_000 - 120_000;

const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('run', () => {
  test('writes what alerts would have told and what it comes to, and sends nobody anything', async () => {
    const { pipeline, input, alerts } = given({
      to: `terminal(), file('${join('DIR', 'alerts.jsonl')}')`.replace('DIR', dir),
    });
    const out = join(dir, 'out');
    const ran = await cli('run', pipeline, '--input', `events=${input}`, '--out', out);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('2 messages about alerts in _alerts.jsonl') });
    expect(lines(join(out, '_alerts.jsonl')).map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ['opened', 1],
      ['resolved', 2],
    ]);
    expect(lines(join(out, '_incidents.jsonl'))).toMatchObject([
      { group: { key: 'a' }, from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:20.000Z', severity: 'warning' },
    ]);
    expect(existsSync(alerts)).toBe(false);
  });

  test('with --alerts prints the messages', async () => {
    const { pipeline, input } = given({ to: 'terminal()', key: 'a\u001b[2J' });
    const ran = await cli('run', pipeline, '--input', `events=${input}`, '--out', join(dir, 'out'), '--alerts');
    expect(ran.stdout).toContain(' warning opened watched.high a\\x1b[2J  total ≥ 10: total is 12');
    expect(ran.stdout).not.toContain('\u001b[2J');
  });
});

describe('dev', () => {
  const start = (pipeline: string, input: string, ...more: string[]) =>
    cli(
      'dev',
      pipeline,
      '--input',
      `events=${input}`,
      '--rate',
      '100000',
      '--until-replayed',
      '--plain',
      '--shards',
      '1',
      '--port',
      '0',
      '--store',
      join(dir, 'state.db'),
      ...more,
    );

  test('links begin with the address that is given, where others reach the server', async () => {
    const { pipeline, input, alerts } = given({ to: `file('${dir}/alerts.jsonl')`, now: recently() });
    expect(await start(pipeline, input, '--alert-links', 'ftp://example.com')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--alert-links is 'ftp://example.com', and must be the http or https address"),
    });
    await start(pipeline, input, '--alert-links', 'https://example.com/stats/');
    const { links } = lines(alerts)[0] as { links: { view: string } };
    expect(links.view).toBe('https://example.com/stats/#/views/watched');
  });

  test('prints messages and adds them to a file, once for one store, each with a link to its rows', async () => {
    const { pipeline, input, alerts } = given({ to: `terminal(), file('${dir}/alerts.jsonl')`, now: recently() });
    const first = await start(pipeline, input);
    expect(first.stdout).toContain(' warning opened watched.high a  total ≥ 10: total is 12');
    expect(first.stdout).toContain(' warning resolved watched.high a');
    expect(lines(alerts).map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
    const { links } = lines(alerts)[0] as { links: { window: string } };
    expect(links.window).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/api\/views\/watched\/windows\?from=.*&to=.*&group\.key=a$/,
    );
    const second = await start(pipeline, input);
    expect(second.stdout).not.toContain('watched.high');
    expect(lines(alerts)).toHaveLength(2);
  });

  test('a replay of an old log pages nobody', async () => {
    const { pipeline, input, alerts } = given({ to: `terminal(), file('${dir}/alerts.jsonl')` });
    expect((await start(pipeline, input)).stdout).not.toContain('watched.high');
    expect(existsSync(alerts)).toBe(false);
  });

  test('does not begin where the key of a signature is not set, and says which channels it cannot reach', async () => {
    const signed = given({ to: `webhook({ url: 'https://example.com/', secret: 'ALERTS_SECRET' })` });
    expect(await start(signed.pipeline, signed.input)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "View 'watched', alert 'high': its webhook signs messages with the key in the environment variable ALERTS_SECRET, which is not set.",
      ),
    });
    const far = given({ to: `sns('arn:aws:sns:eu-central-1:123456789012:alerts')` });
    writeFileSync(join(dir, 'far.ts'), readFileSync(far.pipeline));
    expect(await start(join(dir, 'far.ts'), far.input)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        'Alerts are not sent to sns arn:aws:sns:eu-central-1:123456789012:alerts from this machine',
      ),
    });
  });
});

describe('silence', () => {
  test('holds back what a running pipeline would send, is listed, and ends', async () => {
    const { pipeline, input, alerts } = given({ to: `file('${dir}/alerts.jsonl')`, now: recently() });
    const store = join(dir, 'state.db');
    const silence = (...more: string[]) => cli('silence', pipeline, '--store', store, ...more);
    expect(await silence('--for', '2h')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no store'),
    });
    // Makes the store.
    const empty = join(dir, 'empty.jsonl');
    writeFileSync(empty, '');
    const start = (file: string) =>
      cli(
        'dev',
        pipeline,
        '--input',
        `events=${file}`,
        '--rate',
        '100000',
        '--until-replayed',
        '--plain',
        '--shards',
        '1',
        '--port',
        '0',
        '--store',
        store,
      );
    await start(empty);
    expect((await silence()).stdout).toBe('Nothing is silenced.\n');
    const begun = await silence('--for', '2h', '--view', 'watched', '--alert', 'high', '--group', 'key=a');
    expect(begun.stdout).toMatch(/^\S+ to \S+: watched high \{"key":"a"\}\n$/);
    await start(input);
    expect(existsSync(alerts)).toBe(false);
    const [name = ''] = begun.stdout.split(' ');
    expect((await silence('--end', name)).stdout).toBe('Nothing is silenced.\n');
    expect(await silence('--end', name)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no silence'),
    });
  });

  test('refuses what is not there', async () => {
    const { pipeline } = given({ to: 'terminal()' });
    const refusal = async (...more: string[]) => (await cli('silence', pipeline, '--for', '1h', ...more)).stderr;
    expect(await refusal('--view', 'no')).toContain("has no view 'no'");
    expect(await refusal('--alert', 'no')).toContain("--alert is 'no', and there are high.");
    expect(await refusal('--group', 'key=a')).toContain('--group needs --view');
    expect(await refusal('--view', 'watched', '--group', 'user=a')).toContain('The view groups by key.');
    expect(await refusal('--end', 'x')).toContain('give one of them');
  });
});

test('describe says what an alert does, and no path of a webhook', async () => {
  const { pipeline } = given({ to: `terminal(), webhook({ url: 'https://example.com/hooks/s3cr3t' })` });
  const { stdout } = await cli('describe', pipeline);
  expect(stdout).toContain(
    '  alert         high: warning where total ≥ 10, once a window is final; over where that is not true; to terminal, webhook https://example.com, unless it is older than 10 minutes; more than 20 in one window are one message\n',
  );
  const json = await cli('describe', pipeline, '--json');
  expect(JSON.parse(json.stdout).views[0].alerts).toEqual([
    {
      name: 'high',
      when: 'total ≥ 10',
      severities: [],
      otherSeverity: 'warning',
      forWindows: 1,
      cooldownMs: 0,
      resolve: null,
      reason: null,
      to: ['terminal', 'webhook https://example.com'],
      earlyMs: null,
      maxAgeMs: 600_000,
      groupAbove: 20,
    },
  ]);
  expect(stdout + json.stdout).not.toContain('s3cr3t');
});
