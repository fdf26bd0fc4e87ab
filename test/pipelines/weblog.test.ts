import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { memoryStores } from '../../adapters/memory/index.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan, type ViewPlan } from '../../engine/plan/plan.ts';
import { endStream } from '../../engine/sweep/sweep.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../../engine/time/instant.ts';
import weblog from '../../pipelines/weblog.ts';
import { finalizeAll } from '../../runtime/local-finalizer.ts';

interface LogEntry {
  ip: string;
  time: string;
  url: string;
  status: number;
  bytes: number | null;
}

const file = join(__dirname, '../../examples/weblog/access-log.jsonl.gz');
const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(Boolean);
const entries: LogEntry[] = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

const plan = compilePipeline(pipelineDefinition(weblog, 'pipelines/weblog.ts'));
const stream = plan.streams[0] as StreamPlan;
const clock = { nowMs: () => Date.parse('2026-01-01T00:00:00Z') };
const stores = memoryStores(clock);

type Row = Record<string, number | string | null>;

async function rowsOf(name: string): Promise<Row[]> {
  const view = plan.views.find((candidate) => candidate.name === name) as ViewPlan;
  const page = await stores.results.windows({
    view: view.key,
    fromMs: START_OF_TIME_MS,
    toMs: END_OF_TIME_MS,
    limit: 100_000,
  });
  return page.rows.map((row) => JSON.parse(row.columns) as Row);
}

/** What SQL would call GROUP BY: entries by a text made of each. */
function grouped(keyOf: (entry: LogEntry) => string): Map<string, LogEntry[]> {
  const groups = new Map<string, LogEntry[]>();
  for (const entry of entries) groups.set(keyOf(entry), [...(groups.get(keyOf(entry)) ?? []), entry]);
  return groups;
}

function windowOf(entry: LogEntry): string {
  const sizeMs = 300_000;
  return new Date(Math.floor(Date.parse(entry.time) / sizeMs) * sizeMs).toISOString();
}

/** One request in the log asks for //favicon.ico, which as a URL is a host without a path. */
function pathOf({ url }: LogEntry): string {
  return url.replace(/^\/\/[^/?#]*/, '').replace(/[?#].*/, '') || '/';
}

const sumOfBytes = (group: LogEntry[]) => group.reduce((total, entry) => total + (entry.bytes ?? 0), 0);
const distinctIps = (group: LogEntry[]) => new Set(group.map((entry) => entry.ip)).size;

beforeAll(async () => {
  const topology = { shards: async () => [{ id: 'log', parents: [] }], probe: async () => 'caughtUp' as const };
  const aggregator = new ShardAggregator(stream, 'log', { ...stores, topology, clock }, { generation: 1 });
  for (let from = 0; from < lines.length; from += 1000) {
    const batch = lines.slice(from, from + 1000).map((line, index) => ({
      sequence: String(from + index + 1),
      arrivalMs: null,
      partitionKey: null,
      data: Buffer.from(line),
    }));
    await aggregator.process(batch);
  }
  await endStream(stream, stores.state);
  await finalizeAll(plan, { ...stores, clock });
});

test('one dead letter and no late event come out of the example log', async () => {
  const kept = await stores.deadLetters.read(stream.name);
  expect(kept.map(({ kind }) => kind)).toEqual(['dead']);
  expect(kept[0]).toMatchObject({ reason: 'not_json', position: { sequence: '8899', index: 0 } });
});

test('traffic_5min has one row for each of the 84 windows, and its sums are those of a plain loop', async () => {
  const rows = await rowsOf('traffic_5min');
  const expected = grouped(windowOf);
  expect(rows).toHaveLength(84);
  expect(rows.reduce((total, row) => total + Number(row.requests), 0)).toBe(9999);
  for (const row of rows) {
    const group = expected.get(String(row.window_start)) as LogEntry[];
    const errors = group.filter((entry) => entry.status >= 400).length;
    expect(row).toMatchObject({ requests: group.length, bytes: sumOfBytes(group), errors });
    expect(row.error_share).toBe(errors / group.length);
    expect(Math.abs(Number(row.visitors) - distinctIps(group))).toBeLessThanOrEqual(distinctIps(group) * 0.03);
  }
});

test('paths_5min has a row for each path without its query in each window', async () => {
  const rows = await rowsOf('paths_5min');
  const expected = grouped((entry) => `${windowOf(entry)} ${pathOf(entry)}`);
  expect(rows).toHaveLength(expected.size);
  for (const row of rows) {
    const group = expected.get(`${row.window_start} ${row.path}`) as LogEntry[];
    expect(row).toMatchObject({ requests: group.length, bytes: sumOfBytes(group) });
  }
});

test('statuses_5min has a row for each status in each window', async () => {
  const rows = await rowsOf('statuses_5min');
  const expected = grouped((entry) => `${windowOf(entry)} ${entry.status}`);
  expect(rows).toHaveLength(expected.size);
  for (const row of rows) expect(row.requests).toBe(expected.get(`${row.window_start} ${row.status}`)?.length);
});
