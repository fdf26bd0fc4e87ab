import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../bin/cli/main.ts';
import { costAtOf } from '../../bin/commands/dev/cost-at.ts';
import { LIST_PRICES } from '../../contracts/prices.ts';
import { MEASURED } from '../../cost/measured.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import clickstream from '../../pipelines/clickstream.ts';

const CLICKSTREAM = 'pipelines/clickstream.ts';

async function cost(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const into = (lines: string[]) =>
    Object.assign(Object.create(process.stdout), { isTTY: false, write: (text: string) => lines.push(text) > 0 });
  const code = await main(['cost', ...args], { stdout: into(out), stderr: into(err), env: {} });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

test('prints what is paid for, the total, what is idle, what dominates, and what it rests on', async () => {
  const { code, stdout } = await cost(CLICKSTREAM, '--rate', '1000', '--zstd');
  expect(code).toBe(0);
  for (const fact of [
    'Pipeline clickstream: 1,000 events/s of 230 bytes, packed with zstd in records of up to 25,000 bytes; 1,000 groups; preset balanced',
    '730 stream-hours              0.04       29.20',
    '0.625 a million',
    '1 dashboard ',
    'DynamoDB    state written',
    'Total',
    '$97.75 a month for 2,628 million events, $0.0372 a million. A month without events: $39.89.',
    'Largest: Kinesis "streams", 29.9 %. -c shards=1 makes the total $65.90: ',
    'an event waits 7.0 s at most before it counts.',
    'Prices: us-east-1, 2026-09',
    'Measured (npm run bench): 360,000 events/s',
    'Compressed: zstd leaves 22.3 % of 10 events in a record and 6.2 % of 1,000, as in a real web log (npm run bench)',
    'Assumed: ',
    'Rows of page_views_5min are kept for ever: after a year they take 78.3 GB, $27.41 a month.',
    'Bronze is kept for ever: after a year it takes 743 GB, $9.94 a month.',
  ]) {
    expect(stdout).toContain(fact);
  }
});

test('items come by their size, and those below one percent are one line unless --all asks for them', async () => {
  const { stdout } = await cost(CLICKSTREAM, '--rate', '1000', '--zstd');
  const { stdout: all } = await cost(CLICKSTREAM, '--rate', '1000', '--zstd', '--all');
  const dollars = (text: string) =>
    [...text.matchAll(/([\d,.]+) +[\d.]+ %$/gm)].map(([, each = '']) => Number(each.replace(',', '')));
  const [shown, everything] = [dollars(stdout).slice(0, -2), dollars(all).slice(0, -1)];
  expect(shown).toEqual([...shown].sort((a, b) => b - a));
  expect(everything).toEqual([...everything].sort((a, b) => b - a));
  expect(stdout).toContain(`${everything.length - shown.length} smaller items (--all)`);
  expect(all).not.toContain('smaller items');
});

test('a rate of 0 is a month without events', async () => {
  const { code, stdout } = await cost(CLICKSTREAM, '--rate', '0');
  expect(code).toBe(0);
  expect(stdout).toContain('\n$39.89 a month without events.\n');
  expect(stdout).not.toMatch(/NaN|Infinity|null|undefined/);
  const data = JSON.parse((await cost(CLICKSTREAM, '--rate', '0', '--json')).stdout);
  expect(data).toMatchObject({ dollarsPerMillionEvents: null, traffic: { commitSeconds: null } });
  const presets = await cost(CLICKSTREAM, '--rate', '0', '--preset', 'all');
  expect(presets.stdout).toMatch(/\$ per million events +- +- +-\n/);
});

test('--sample measures the bytes of an event and how far zstd shrinks them', async () => {
  const sample = 'examples/weblog/access-log.jsonl.gz';
  const data = JSON.parse((await cost(CLICKSTREAM, '--rate', '1000', '--zstd', '--sample', sample, '--json')).stdout);
  expect(data.input).toMatchObject({ eventBytes: 326, packing: { kind: 'zstd', curve: { source: sample } } });
  const { ratios } = data.input.packing.curve;
  // The default is what this file gives, to three digits of the bench.
  expect(ratios.map((ratio: number) => ratio.toFixed(3))).toEqual(
    MEASURED.compression.ratios.map((ratio) => ratio.toFixed(3)),
  );
});

test('--preset all puts the presets side by side', async () => {
  const { stdout } = await cost(CLICKSTREAM, '--rate', '1000', '--preset', 'all');
  expect(stdout).toMatch(/lowLatency\s+balanced\s+lowCost\n\s+an event waits, at most\s+0\.3 s\s+6\.0 s\s+37\.6 s/);
});

test('--json holds the items, the settings, and everything that it stands on', async () => {
  const args = [CLICKSTREAM, '--rate', '1000', '--preset', 'lowCost', '-c', 'shards=2', '-c', 'memory=512', '--json'];
  const data = JSON.parse((await cost(...args)).stdout);
  expect(data).toMatchObject({
    pipeline: 'clickstream',
    input: { eventsPerSecond: 1000, packing: { kind: 'none' } },
    settings: { preset: 'lowCost', shards: 2, memory: 512, batchingWindowSeconds: 60 },
    prices: { date: '2026-09', region: 'us-east-1' },
    dominant: { item: { service: 'Firehose' } },
    measured: { command: 'npm run bench' },
  });
  const sum = data.items.reduce((total: number, { dollars }: { dollars: number }) => total + dollars, 0);
  expect(data.dollarsPerMonth).toBeCloseTo(sum, 9);
  const all = JSON.parse((await cost(CLICKSTREAM, '--rate', '1', '--preset', 'all', '--json')).stdout);
  expect(Object.keys(all)).toEqual(['lowLatency', 'balanced', 'lowCost']);
});

test('what cannot work is refused, with what would', async () => {
  expect(await cost(CLICKSTREAM, '--rate', '10000', '-c', 'shards=1')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('2.3 MB/s in 10,000 records/s come into the stream of pipeline'),
  });
  expect(await cost(CLICKSTREAM, '--rate', '10000', '-c', 'shards=1', '--preset', 'all')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Give it at least 10 shards (-c shards=10)'),
  });
  expect(await cost(CLICKSTREAM, '--rate', '10000', '-c', 'shards=1', '--zstd')).toMatchObject({ code: 0, stderr: '' });
});

test.each([
  [[], 'streamgauge cost needs PIPELINE.'],
  [[CLICKSTREAM], 'streamgauge cost needs --rate N, the events a second.'],
  [[CLICKSTREAM, '--rate', 'many'], "--rate is 'many', and must be a number from 0 to 10000000."],
  [[CLICKSTREAM, '--rate', 'NaN'], "--rate is 'NaN', and must be a number from 0"],
  [[CLICKSTREAM, '--rate', 'Infinity'], "--rate is 'Infinity', and must be a number from 0"],
  [[CLICKSTREAM, '--rate', '-5'], "starting with a dash use '--rate=-XYZ'. See streamgauge cost --help."],
  [[CLICKSTREAM, '--rate=-5'], "--rate is '-5', and must be a number from 0"],
  [[CLICKSTREAM, '--rate', '1e9'], "--rate is '1e9', and must be a number from 0"],
  [[CLICKSTREAM, '--rate', '1', '--region', 'mars-1'], "--region is 'mars-1', and the prices are those of us-east-1."],
  [
    [CLICKSTREAM, '--rate', '1', '--lanes', '2'],
    '--lanes is of records that hold many events: give --packed N or --zstd too.',
  ],
  [[CLICKSTREAM, '--rate', '1', '--linger', '2'], '--linger is of records that hold many events'],
  [[CLICKSTREAM, '--rate', '1', '--zstd', '--lanes', '0'], "--lanes is '0', and must be a whole number from 1"],
  [
    [CLICKSTREAM, '--rate', '1', '--sample', 'a', '--bytes', '2'],
    '--sample tells the bytes of an event, so leave --bytes out.',
  ],
  [[CLICKSTREAM, '--rate', '1', '--archive'], "streamgauge cost has no option '--archive'"],
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
  const args = [CLICKSTREAM, '--rate', '1000', '--prices'];
  writeFileSync(file, '{"date": "2027-01", "kinesisStreamHour": 1}');
  expect((await cost(...args, file)).stdout).toMatch(/730 stream-hours\s+1\s+730\.00[\s\S]*Prices: us-east-1, 2027-01/);
  writeFileSync(file, JSON.stringify({ ...LIST_PRICES, region: 'eu-west-1', kinesisStreamHour: 2 }));
  expect((await cost(...args, file, '--region', 'eu-west-1')).stdout).toMatch(/ 2 +1,460\.00[\s\S]*Prices: eu-west-1/);
  writeFileSync(file, '{"region": "eu-west-1", "kinesisStreamHour": 1}');
  expect(await cost(...args, file)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'is of region eu-west-1 and lacks prices that are known for us-east-1 alone: kinesisInGb, ',
    ),
  });
  expect(await cost(...args, join(folder, 'none.json'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^streamgauge: The prices file .*none\.json cannot be read: there is no such file/),
  });
  rmSync(folder, { recursive: true });
});

test('the live page shows what the command prints for its rate', async () => {
  const { stdout } = await cost(CLICKSTREAM, '--rate', '120', '--json');
  const { dollarsPerMillionEvents, dollarsPerMonth } = JSON.parse(stdout) as Record<string, number>;
  const plan = compilePipeline(pipelineDefinition(clickstream, CLICKSTREAM));
  const costAt = costAtOf(() => plan);
  expect(costAt(120)?.dollars_per_million).toBe(dollarsPerMillionEvents);
  expect(costAt(120)?.dollars_per_day).toBeCloseTo(((dollarsPerMonth ?? 0) * 24) / 730, 10);
});
