import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { main } from '../../bin/cli/main.ts';
import { clientSettings, describeWithKinesis } from '../aws/emulators.ts';
import { fresh } from '../conformance/fresh.ts';
import { outcomes } from '../engine/decode/decoded.ts';

const ROOT = resolve(__dirname, '../..');
const CLICKSTREAM = join(ROOT, 'pipelines/clickstream.ts');

let dir: string;
beforeEach(() => {
  mkdirSync(join(ROOT, '.streamgauge'), { recursive: true });
  dir = mkdtempSync(join(ROOT, '.streamgauge', 'send-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function send(args: readonly string[], input?: string) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = input === undefined ? {} : { stdin: Readable.from([Buffer.from(input)]) };
  const code = await main(['send', ...args], { stdout, stderr, env: {}, ...stdin });
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

const lines = (count: number) => Array.from({ length: count }, (_, n) => `{"user_id":"u${n % 9}","n":${n}}\n`).join('');
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('streamgauge send', () => {
  test.each<[readonly string[], string]>([
    [['clicks'], 'streamgauge send needs --input FILE'],
    [['clicks', '--input', 'nowhere.jsonl', '--dry-run'], 'The input file nowhere.jsonl cannot be opened'],
    [['clicks', '--input', '-', '--dry-run'], '--input is -, and there is no standard input.'],
    [['clicks', '--input', '-', '--rate', '0'], "--rate is '0', and must be a whole number from 1 to 1000000."],
    [['orders', '--input', '-', '--pipeline', CLICKSTREAM], "has no stream 'orders'. It has clicks."],
    [['clicks', '--input', '-', '--pipeline', CLICKSTREAM, '--key', 'a'], '--key is given by the pipeline'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr, stdout } = await send(args);
    expect({ stderr, stdout }).toEqual({ stderr: expect.stringContaining(message), stdout: '' });
    expect(code).toBeGreaterThan(0);
  });

  test('--dry-run packs without sending, and shows what records are billed as', async () => {
    const { code, stdout } = await send(['clicks', '--input', '-', '--key', 'user_id', '--dry-run'], lines(1000));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1,000 events would be sent in \d+ records: [\d,]+ bytes, [\d.]+ % of the events' own\n/);
    expect(stdout).toMatch(/\none event a record +1,000 +1,000 +1,024,000 +5,120,000\n/);
  });

  test('a line that is too large for the pipeline is refused with its number, and the others are sent', async () => {
    const input = `{"n":1}\n{"n":"${'x'.repeat(300_000)}"}\n{"n":2}\n`;
    const { code, stdout, stderr } = await send(['clicks', '--input', '-', '--dry-run', '--json'], input);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 1, events: 2, refused: 1, dryRun: true });
    expect(stderr).toBe(
      'streamgauge: Line 2 (blank ones not counted) was not sent. The event has 300008 bytes, and the pipeline takes at most 262144.\n',
    );
  });
});

describeWithKinesis('streamgauge send to a stream', (endpoint) => {
  const before = process.env;
  let client: KinesisClient;
  let streamName: string;
  beforeAll(() => {
    const access = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
    process.env = { ...before, ...access, AWS_ENDPOINT_URL: endpoint().url };
    client = new KinesisClient({ ...clientSettings(endpoint()), requestHandler: new NodeHttpHandler() });
  });
  afterAll(() => {
    process.env = before;
    client.destroy();
  });
  beforeEach(async () => {
    streamName = fresh('stream');
    await client.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: 2 }));
  });

  async function arrived(): Promise<unknown[]> {
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: streamName }));
    const events: unknown[] = [];
    for (const { ShardId } of Shards) {
      const start = { StreamName: streamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
      const { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
      const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
      for (const { Data } of Records) events.push(...outcomes(Data as Uint8Array));
    }
    return events;
  }

  const sorted = (events: readonly unknown[]) =>
    events.map((event) => (event as { n: number }).n).sort((a, b) => a - b);

  test('brings all lines of a packed file over, by the partition key of the pipeline', async () => {
    const input = file('clicks.jsonl.gz', gzipSync(lines(500)));
    const args = ['clicks', '--input', input, '--pipeline', CLICKSTREAM, '--stream-name', streamName, '--json'];
    const { code, stdout, stderr } = await send(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ stream: 'clicks', events: 500, refused: 0, dryRun: false });
    expect(sorted(await arrived())).toEqual(numbers(500));
  });

  test('brings all lines of standard input over, those that are no JSON too, at the rate that is asked for', async () => {
    const args = [streamName, '--input', '-', '--rate', '5000'];
    const { code, stdout } = await send(args, `${lines(100)}not json\n\n`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^101 events are sent in \d+ records/);
    const events = await arrived();
    expect(events.filter((event) => event === 'not_json')).toHaveLength(1);
    expect(sorted(events.filter((event) => event !== 'not_json'))).toEqual(numbers(100));
  });

  test('of a stream that is not there fails with the words of Kinesis', async () => {
    const { code, stderr, stdout } = await send([fresh('nowhere'), '--input', '-'], lines(3));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^0 events were sent before this failed\.\nstreamgauge: Stream 'nowhere/);
    expect(stderr).toMatch(/failed with ResourceNotFoundException/);
  });
});
