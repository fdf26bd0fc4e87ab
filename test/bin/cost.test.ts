import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../bin/cli/main.ts';

const CLICKSTREAM = 'pipelines/clickstream.ts';

async function cost(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const into = (lines: string[]) =>
    Object.assign(Object.create(process.stdout), { isTTY: false, write: (text: string) => lines.push(text) > 0 });
  const code = await main(['cost', ...args], { stdout: into(out), stderr: into(err), env: {} });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

test('prints what is paid for, the total, and what it rests on', async () => {
  const { code, stdout } = await cost(CLICKSTREAM, '--rate', '1000', '--packed', '25000');
  expect(code).toBe(0);
  for (const fact of [
    'Pipeline clickstream: 1,000 events a second of 230 bytes, packed in records of 25,000 bytes; 1,000 groups; preset balanced',
    '730 stream-hours        29.20       0.0111',
    'DynamoDB     state written',
    'Total',
    '2,628 million events',
    'an event waits 6.0 s at most before it counts',
    'Prices: us-east-1, 2026-09',
    'Measured (npm run bench): 145,000 events a second',
    'Assumed: ',
    'Rows of page_views_5min are kept for ever: after a year they take 78.3 GB, $19.58 a month.',
  ]) {
    expect(stdout).toContain(fact);
  }
});

test('--preset all puts the presets side by side', async () => {
  const { stdout } = await cost(CLICKSTREAM, '--rate', '1000', '--preset', 'all');
  expect(stdout).toMatch(/lowLatency\s+balanced\s+lowCost\n\s+an event waits, at most\s+0\.3 s\s+6\.0 s\s+37\.7 s/);
});

test('--json holds the items, the settings, and everything that was reckoned with', async () => {
  const args = [CLICKSTREAM, '--rate', '1000', '--preset', 'lowCost', '-c', 'shards=2', '-c', 'memory=512', '--json'];
  const data = JSON.parse((await cost(...args)).stdout);
  expect(data).toMatchObject({
    pipeline: 'clickstream',
    input: { eventsPerSecond: 1000, packedBytes: null, archive: false },
    settings: { preset: 'lowCost', shards: 2, memory: 512, batchingWindowSeconds: 60 },
    prices: { date: '2026-09' },
    measured: { command: 'npm run bench' },
  });
  const sum = data.items.reduce((total: number, { dollars }: { dollars: number }) => total + dollars, 0);
  expect(data.dollarsPerMonth).toBeCloseTo(sum, 9);
  const all = JSON.parse((await cost(CLICKSTREAM, '--rate', '1', '--preset', 'all', '--json')).stdout);
  expect(Object.keys(all)).toEqual(['lowLatency', 'balanced', 'lowCost']);
});

test('a shard that is given too much is warned of', async () => {
  const { stdout } = await cost(CLICKSTREAM, '--rate', '5000', '-c', 'shards=1');
  expect(stdout).toContain('WARNING: a shard takes 1,000 records a second.');
  const packed = await cost(CLICKSTREAM, '--rate', '300000', '--packed', '25000', '-c', 'shards=1');
  expect(packed.stdout).toContain('WARNING: a shard gets more than one call at a time can take in.');
});

test.each([
  [[], 'streamgauge cost needs PIPELINE.'],
  [[CLICKSTREAM], 'streamgauge cost needs --rate N, the events a second.'],
  [[CLICKSTREAM, '--rate', 'many'], "--rate is 'many', and must be a whole number from 1 to 10000000."],
  [[CLICKSTREAM, '--rate', '1', '--packed', '0'], "--packed is '0', and must be a whole number from 1 to 1000000."],
  [[CLICKSTREAM, '--rate', '1', '--preset', 'fast'], `The setting 'preset' is "fast": it must be one of lowLatency,`],
  [[CLICKSTREAM, '--rate', '1', '-c', 'shards'], "-c is 'shards', and must be KEY=VALUE, such as shards=4."],
  [[CLICKSTREAM, '--rate', '1', '-c', 'shrads=4'], "There is no setting 'shrads'."],
])('%j is refused', async (args, message) => {
  expect(await cost(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
});

test('--prices takes prices from a file, and says what is wrong with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'streamgauge-prices-'));
  const file = join(folder, 'prices.json');
  writeFileSync(file, '{"region": "eu-west-1", "kinesisStreamHour": 1}');
  const args = [CLICKSTREAM, '--rate', '1000', '--prices'];
  expect((await cost(...args, file)).stdout).toMatch(/730 stream-hours\s+730\.00[\s\S]*Prices: eu-west-1/);
  expect(await cost(...args, join(folder, 'none.json'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^streamgauge: The prices file .*none\.json cannot be read: ENOENT/),
  });
  rmSync(folder, { recursive: true });
});

const DOCUMENT = readFileSync('docs/ingest.md', 'utf8');
const SHOWN = [...DOCUMENT.matchAll(/```sh\nnpx streamgauge (cost .*)\n```\n\n```text\n([\s\S]*?)```/g)];

test('the document shows costs', () => {
  expect(SHOWN.length).toBeGreaterThanOrEqual(3);
});

test.each(SHOWN.map(([, command = '', text = '']) => [command, text]))(
  'the document shows what "%s" prints',
  async (command, text) => {
    expect((await cost(...command.split(' ').slice(1))).stdout).toBe(text);
  },
);

test('the table of the presets shows what the command prints', async () => {
  const rows = [...readFileSync('lib/presets.ts', 'utf8').matchAll(/^ \* \| `(\w+)` +\| (.*) \|$/gm)];
  const at = async (...args: string[]) =>
    JSON.parse((await cost(CLICKSTREAM, '--preset', 'all', '--json', '--rate', ...args)).stdout);
  const few = await at('10');
  const many = await at('1000', '--packed', '25000');
  const most = await at('10000', '--packed', '25000');
  expect(rows.map(([, preset]) => preset)).toEqual(Object.keys(few));
  for (const [, preset = '', cells = ''] of rows) {
    const dollars = [few, many, most].map((costs) => costs[preset].dollarsPerMillionEvents.toFixed(4));
    expect(cells.split('|').map((cell) => cell.trim())).toEqual([
      `${many[preset].traffic.waitSeconds.toFixed(1)} s`,
      ...dollars,
    ]);
  }
});
