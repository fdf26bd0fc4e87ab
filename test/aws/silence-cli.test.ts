import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { main } from '../../bin/cli/main.ts';
import { addSilence, loadSilences } from '../../engine/alerts/silences.ts';
import { describeStacks, NO_SUCH_STACK } from './describe-stacks.ts';
import { clientSettings, describeWithDynamoDb } from './emulators.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { createStateTable } from './tables.ts';

const PIPELINE = `
import { count, pipeline, sns, stream, Timestamp, Type, tumbling, view } from '${resolve(__dirname, '../../engine/index.ts')}';
const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), time: Timestamp('iso8601') }),
  eventTime: 'time', partitionKey: 'page', maxLateness: '0 ms',
});
const byPage = view('by_page', clicks).window(tumbling('1 minute')).groupBy('page').aggregate(() => ({ clicks: count() }))
  .alert('busy', { when: (row) => row.clicks.gt(10), severity: 'critical', to: [sns()] });
export default pipeline('shop', [byPage]);
`;

/** The command line as an operator has it: clients are set up by the environment alone. */
describeWithDynamoDb('streamgauge silence', (dynamoDb) => {
  const before = { ...process.env };
  const dir = mkdtempSync(join(tmpdir(), 'streamgauge-silence-'));
  const file = join(dir, 'shop.ts');
  let client: DynamoDBClient;
  let cloudFormation: FaultProxy;
  let state: DynamoDbStateStore;
  let table: string;

  beforeAll(async () => {
    writeFileSync(file, PIPELINE);
    client = new DynamoDBClient(clientSettings(dynamoDb()));
    cloudFormation = await startFaultProxy('http://127.0.0.1:1');
    table = await createStateTable(client);
    state = new DynamoDbStateStore({ client, table });
    Object.assign(process.env, {
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb().url,
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    });
  });
  afterAll(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    client.destroy();
    await cloudFormation.close();
    rmSync(dir, { recursive: true });
  });

  const answer = (outputs: Readonly<Record<string, string>>) =>
    cloudFormation.inject({ kind: 'answer', status: 200, body: describeStacks(outputs) });
  const outputs = () => ({ ClicksStreamName: 'shop-clicks', StateTableName: table });

  async function silence(...args: readonly string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const code = await main(['silence', file, ...args], { stdout, stderr, env: {} });
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }

  test('begins, lists and ends silences where the functions of the stack read them', async () => {
    for (let times = 0; times < 4; times++) answer(outputs());
    expect(await silence('--aws')).toEqual({ code: 0, stderr: '', stdout: 'Nothing is silenced.\n' });
    const begun = await silence('--stack', 'Mine', '--for', '2h', '--view', 'by_page', '--group', 'page=/');
    expect(begun.stdout).toMatch(/^\S+ to \S+: by_page \{"page":"\/"\}\n$/);
    expect(await loadSilences(state)).toMatchObject([{ view: 'by_page', group: { page: '/' } }]);
    expect((await silence('--stage', 'dev')).stdout).toBe(begun.stdout);
    const [name = ''] = begun.stdout.split(' ');
    expect((await silence('--aws', '--end', name)).stdout).toBe('Nothing is silenced.\n');
    expect(await loadSilences(state)).toEqual([]);
    const asked = cloudFormation.seen.map(({ body }) => new URLSearchParams(body).get('StackName'));
    expect(asked).toEqual(['Streamgauge-shop', 'Mine', 'dev-Streamgauge-shop', 'Streamgauge-shop']);
  });

  test('removes silences that have ended when the next one begins', async () => {
    await addSilence(state, 'old', { fromMs: 0, toMs: 1 });
    answer(outputs());
    await silence('--aws', '--for', '1h');
    expect((await loadSilences(state)).map(({ name }) => name)).not.toContain('old');
  });

  test('refuses a stack that is not there, and one of another pipeline, in one sentence', async () => {
    cloudFormation.inject({ kind: 'answer', status: 400, body: NO_SUCH_STACK });
    expect(await silence('--aws', '--for', '2h')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^streamgauge: Reading the outputs of the stack 'Streamgauge-shop' failed/),
    });
    answer({ OrdersStreamName: 'orders', StateTableName: table });
    expect(await silence('--stack', 'Other', '--for', '2h')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^streamgauge: The stack 'Other' has no output 'ClicksStreamName': .* with --stack\.\n$/,
      ),
    });
  });

  test.each([
    [['--aws', '--store', 'x.db'], '--store is an embedded store'],
    [['--stack', 'a', '--stage', 'b'], '--stage and --stack say the same in two ways'],
  ])('refuses %j', async (args, message) => {
    expect(await silence(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
