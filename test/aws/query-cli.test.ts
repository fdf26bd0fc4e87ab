import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDbPageStore } from '../../adapters/aws/dynamodb-page-store.ts';
import { DynamoDbResultStore } from '../../adapters/aws/dynamodb-result-store.ts';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { main } from '../../bin/cli/main.ts';
import { finalizeView } from '../../engine/finalize/finalizer.ts';
import { ShardAggregator } from '../../engine/ingest/shard-aggregator.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { noPause } from '../../engine/ports/retry.ts';
import { loadPipeline } from '../../runtime/load-pipeline.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { describeStacks } from './describe-stacks.ts';
import { clientSettings, describeWithDynamoDb } from './emulators.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { createResultTable, createStateTable } from './tables.ts';

const CLICKSTREAM = join(resolve(__dirname, '../..'), 'pipelines/clickstream.ts');
const START_MS = Date.parse('2020-01-01T00:00:00Z');

/** The command line as an operator has it: clients are set up by the environment alone. */
describeWithDynamoDb('streamgauge query, of a deployed pipeline,', (endpoint) => {
  const before = { ...process.env };
  let cloudFormation: FaultProxy;

  beforeAll(async () => {
    const client = new DynamoDBClient(clientSettings(endpoint()));
    const [resultsTable, stateTable] = [await createResultTable(client), await createStateTable(client)];
    await fill(client, resultsTable, stateTable);
    client.destroy();
    cloudFormation = await startFaultProxy('http://127.0.0.1:1');
    Object.assign(process.env, {
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      AWS_ENDPOINT_URL_DYNAMODB: endpoint().url,
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    });
    outputs = {
      ResultsTableName: resultsTable,
      StateTableName: stateTable,
      PagesBucketName: 'unused',
      ClicksStreamName: 'unused',
    };
  });
  afterAll(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    await cloudFormation.close();
  });
  let outputs: Readonly<Record<string, string>>;

  async function cli(...args: readonly string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    cloudFormation.inject({ kind: 'answer', status: 200, body: describeStacks(outputs) });
    const code = await main(['query', CLICKSTREAM, 'page_views_5min', ...args], { stdout, stderr, env: {} });
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }
  const rows = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map(({ window_start, page, views, is_final }) => [window_start, page, views, is_final]);

  test('shows the latest rows, and open ones from the state alone', async () => {
    const { code, stdout } = await cli('--aws', '--json', '--last', '2');
    expect(code).toBe(0);
    expect(rows(stdout)).toEqual([
      ['2020-01-01T00:05:00.000Z', '/a', 1, true],
      ['2020-01-01T00:05:00.000Z', '/b', 2, true],
    ]);
    const open = await cli('--stack', 'Mine', '--json', '--last', '1', '--open');
    expect(rows(open.stdout)).toEqual([['2020-01-01T01:00:00.000Z', '/c', 1, false]]);
    const asked = cloudFormation.seen.map(({ body }) => new URLSearchParams(body).get('StackName'));
    expect(asked).toEqual(['Streamgauge-clickstream', 'Mine']);
  });

  test('adds up a range', async () => {
    const { stdout } = await cli('--stage', 'dev', '--json', '--top', '2', '--by', 'views');
    expect(rows(stdout).map(([, page, views]) => [page, views])).toEqual([
      ['/a', 3],
      ['/b', 2],
    ]);
  });
});

/** A batch, aggregated and finalized as the Lambdas do it. */
async function fill(client: DynamoDBClient, resultsTable: string, stateTable: string): Promise<void> {
  const clock = new ManualClock(START_MS);
  const plan = compilePipeline(await loadPipeline(CLICKSTREAM));
  const items = { client, table: stateTable };
  const state = new DynamoDbStateStore(items);
  const pages = new DynamoDbPageStore(items);
  const results = new DynamoDbResultStore({ client, table: resultsTable, clock });
  const queue = { send: async () => {} };
  const common = { state, pages, results, clock, queue, pause: noPause };
  const [stream] = plan.streams;
  const [view] = plan.views.filter(({ name }) => name === 'page_views_5min');
  if (stream === undefined || view === undefined) throw new Error('The pipeline has that stream and that view.');
  const topology = { shards: async () => [{ id: 's', parents: [] }], probe: async () => 'caughtUp' as const };
  const ports = { ...common, topology, deadLetters: { put: async () => {} } };
  const shard = new ShardAggregator(stream, 's', ports, { generation: 1 });
  const events = [
    [0, '/a'],
    [1, '/a'],
    [5, '/b'],
    [6, '/b'],
    [7, '/a'],
    [60, '/c'],
  ] as const;
  const records = events.map(([minute, page_url], index) => {
    const event = { event_id: `e${index}`, user_id: `u${index}`, page_url, action: 'view' };
    const timestamp = new Date(START_MS + minute * 60_000).toISOString();
    const data = Buffer.from(JSON.stringify({ ...event, timestamp }));
    return { sequence: String(index + 1), arrivalMs: START_MS + minute * 60_000, partitionKey: null, data };
  });
  await shard.process(records);
  await finalizeView(view, 0, common);
}
