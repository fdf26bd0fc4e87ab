import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KinesisStreamBatchResponse, SQSBatchResponse } from 'aws-lambda';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { listCheckpoints } from '../../engine/state/checkpoint.ts';
import { bundle, pipelineCode } from '../../lib/function-code.ts';
import { describeWithDynamoDb, describeWithKinesis, describeWithSqsAndS3 } from '../aws/emulators.ts';
import { createResources, emulatorEnvironment, resourceEnvironment } from './resources.ts';
import { failures, PAGES, testPipeline } from './support.ts';

/** Ten minutes ago, at a full minute: events of the future would not move the watermark. */
const BASE_MS = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;

const LAMBDAS = ['aggregate', 'finalize', 'sweep', 'discard', 'ingest'] as const;
type Lambda = (typeof LAMBDAS)[number];

/** A process that loads a bundle as Lambda does, and handles what it is sent. Its log goes to its output, which nobody reads. */
const RUNTIME = `
const { handler } = await import(process.argv[1]);
process.on('message', (event) => handler(event, { getRemainingTimeInMillis: () => 60000 }).then(
  (answer) => process.send({ answer: answer ?? null }),
  (error) => process.send({ error: String(error.stack) }),
));
process.send('ready');
`;

class RunningBundle {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  static async of(index: string): Promise<RunningBundle> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', RUNTIME, index], {
      // Jest has an environment of its own, which children do not inherit.
      env: { ...process.env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const running = new RunningBundle(child);
    expect(await running.#message()).toBe('ready');
    return running;
  }

  async handle(event: object): Promise<unknown> {
    const message = this.#message();
    this.#process.send(event);
    const { answer, error } = (await message) as { readonly answer: unknown; readonly error?: string };
    expect(error).toBeUndefined();
    return answer;
  }

  /** The next one. */
  async #message(): Promise<unknown> {
    const exited = once(this.#process, 'exit').then(([code]) => [`It ended with ${code}.`]);
    const [message] = await Promise.race([once(this.#process, 'message'), exited]);
    return message;
  }

  async end(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill();
    await exited;
  }
}

describeWithDynamoDb('The bundles of the functions, against emulators', (dynamoDb) => {
  describeWithSqsAndS3('of SQS and S3', (sqsAndS3) => {
    describeWithKinesis('and of Kinesis', (kinesis) => {
      const before = { ...process.env };
      const folder = mkdtempSync(join(tmpdir(), 'streamgauge-bundles-'));
      const bundles = new Map<Lambda, RunningBundle>();
      const handle = (lambda: Lambda, event: object) => (bundles.get(lambda) as RunningBundle).handle(event);
      let aws: Awaited<ReturnType<typeof createResources>>;

      beforeAll(async () => {
        Object.assign(process.env, emulatorEnvironment(dynamoDb(), sqsAndS3(), kinesis()));
        aws = await createResources();
        Object.assign(process.env, resourceEnvironment(aws));
        const code = pipelineCode(pipelineDefinition(testPipeline, 'the test pipeline'), '/not/bundled.ts');
        expect(code.definition).not.toBeNull();
        for (const lambda of LAMBDAS) {
          bundle(lambda, code, join(folder, lambda));
          bundles.set(lambda, await RunningBundle.of(join(folder, lambda, 'index.js')));
        }
      });

      afterAll(async () => {
        for (const running of bundles.values()) await running.end();
        rmSync(folder, { recursive: true });
        for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
        Object.assign(process.env, before);
      });

      test('events become rows, bad ones dead letters, and a discarded batch is counted', async () => {
        const bad = ['not JSON', '{"page": 1, "time": "2026-03-01T00:00:00Z"}'];
        const events = await aws.put([click(0, '/'), click(1, '/'), ...bad, click(61, '/'), click(200, '/')]);
        expect(failures((await handle('aggregate', events)) as KinesisStreamBatchResponse)).toEqual([]);

        const wakes = await aws.receiveWakes();
        expect(wakes.Records.length).toBeGreaterThan(0);
        expect(failures((await handle('finalize', wakes)) as SQSBatchResponse)).toEqual([]);
        const page = await aws.results.windows({ view: PAGES, fromMs: BASE_MS, toMs: BASE_MS + 600_000, limit: 10 });
        expect(
          page.rows.map(({ windowStartMs, columns }) => [windowStartMs - BASE_MS, JSON.parse(columns).clicks]),
        ).toEqual([
          [0, 2],
          [60_000, 1],
        ]);

        const key = await aws.writeDiscarded(await aws.put([click(201, '/')]));
        await handle('discard', { Records: [{ s3: { bucket: { name: aws.bucket }, object: { key } } }] });
        expect(await listCheckpoints(aws.state, 'clicks')).toMatchObject([
          { generation: 7, counters: { delivered: 7, accepted: 4, dead: 2, discarded: 1 } },
        ]);
        expect(await aws.keys()).toContainEqual(expect.stringMatching(/^dead\/clicks\//));
      });

      test('events that come by HTTP are in the stream, and a sweep finds its shard', async () => {
        const request = {
          pathParameters: { stream: 'orders' },
          headers: { 'content-type': 'application/json' },
          body: '{"item": "tea"}',
        };
        expect(await handle('ingest', request)).toMatchObject({ statusCode: 200 });
        expect(await aws.recordsOf(aws.orders)).toEqual([['tea', '{"item": "tea"}']]);
        expect(await handle('sweep', {})).toMatchObject([
          { stream: 'clicks', shards: 1 },
          { stream: 'orders', shards: 1 },
        ]);
      });
    });
  });
});

function click(second: number, page: string): string {
  return JSON.stringify({ page, time: new Date(BASE_MS + second * 1000).toISOString() });
}
