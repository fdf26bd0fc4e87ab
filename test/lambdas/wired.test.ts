import type { Problem } from '../../api/schemas/common.ts';
import type { SideOutputsPage } from '../../api/schemas/side-outputs.ts';
import { createClient } from '../../client/index.ts';
import { listCheckpoints } from '../../engine/state/checkpoint.ts';
import { describeWithDynamoDb, describeWithKinesis, describeWithSqsAndS3 } from '../aws/emulators.ts';
import { SIGNED, throughHttpApi } from '../support/http-api.ts';
import { createResources, emulatorEnvironment, resourceEnvironment } from './resources.ts';
import { failures, PAGES, type testPipeline } from './support.ts';

jest.mock('#pipeline', () => ({ __esModule: true, default: jest.requireActual('./support.ts').testPipeline }));

/** Ten minutes ago, at a full minute: events of the future would not move the watermark. */
const BASE_MS = Math.floor(Date.now() / 60_000) * 60_000 - 600_000;
const PLENTY = { getRemainingTimeInMillis: () => 60_000 };

/** The handlers as Lambda loads them: from their environment, and with the clients of the SDK. */
function loadHandlers() {
  return {
    aggregate: jest.requireActual<typeof import('../../lambdas/aggregate/index.ts')>('../../lambdas/aggregate/index.ts')
      .handler,
    finalize: jest.requireActual<typeof import('../../lambdas/finalize/index.ts')>('../../lambdas/finalize/index.ts')
      .handler,
    sweep: jest.requireActual<typeof import('../../lambdas/sweep/index.ts')>('../../lambdas/sweep/index.ts').handler,
    discard: jest.requireActual<typeof import('../../lambdas/discard/index.ts')>('../../lambdas/discard/index.ts')
      .handler,
    api: jest.requireActual<typeof import('../../lambdas/api/index.ts')>('../../lambdas/api/index.ts').handler,
    ingest: jest.requireActual<typeof import('../../lambdas/ingest/index.ts')>('../../lambdas/ingest/index.ts').handler,
  };
}

describeWithDynamoDb('The Lambdas, against emulators', (dynamoDb) => {
  describeWithSqsAndS3('of SQS and S3', (sqsAndS3) => {
    describeWithKinesis('and of Kinesis', (kinesis) => {
      const before = { ...process.env };
      let aws: Awaited<ReturnType<typeof createResources>>;
      let handlers: ReturnType<typeof loadHandlers>;

      beforeAll(async () => {
        Object.assign(process.env, emulatorEnvironment(dynamoDb(), sqsAndS3(), kinesis()));
        aws = await createResources();
        Object.assign(process.env, resourceEnvironment(aws));
        jest.spyOn(process.stdout, 'write').mockReturnValue(true);
        handlers = loadHandlers();
      });

      afterAll(() => {
        jest.restoreAllMocks();
        for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
        Object.assign(process.env, before);
      });

      test('events become rows, a bad one a dead letter, and a discarded batch is counted', async () => {
        const events = await aws.put([click(0, '/'), click(1, '/'), 'not JSON', click(61, '/'), click(200, '/')]);
        expect(failures(await handlers.aggregate(events))).toEqual([]);

        const wakes = await aws.receiveWakes();
        expect(wakes.Records.length).toBeGreaterThan(0);
        expect(failures(await handlers.finalize(wakes, PLENTY))).toEqual([]);
        const page = await aws.results.windows({ view: PAGES, fromMs: BASE_MS, toMs: BASE_MS + 600_000, limit: 10 });
        expect(
          page.rows.map(({ windowStartMs, columns }) => [windowStartMs - BASE_MS, JSON.parse(columns).clicks]),
        ).toEqual([
          [0, 2],
          [60_000, 1],
        ]);

        const lost = await aws.put([click(201, '/')]);
        const key = await aws.writeDiscarded(lost);
        await handlers.discard({
          Records: [{ s3: { bucket: { name: aws.bucket }, object: { key } } }],
        } as unknown as Parameters<typeof handlers.discard>[0]);
        expect(await listCheckpoints(aws.state, 'clicks')).toMatchObject([
          { generation: 7, counters: { delivered: 6, accepted: 4, dead: 1, discarded: 1 } },
        ]);
        expect(await aws.keys()).toEqual([
          expect.stringMatching(/^aws\/lambda\//),
          expect.stringMatching(/^dead\/clicks\//),
        ]);
      });

      test('the API tells the rows, the dead letter and the discarded batch', async () => {
        const asAnalyst = { url: 'https://api.test', fetch: throughHttpApi(handlers.api, SIGNED) };
        const client = createClient<typeof testPipeline>(asAnalyst);
        const { rows } = await client.view('clicks_by_page').windows({ from: new Date(BASE_MS) });
        expect(
          rows.map(({ window_start, page, clicks }) => [Date.parse(window_start) - BASE_MS, page, clicks]),
        ).toEqual([
          [0, '/', 2],
          [60_000, '/', 1],
        ]);
        const overview = await client.overview();
        expect(overview).toMatchObject({
          generation: 7,
          counters: { delivered: 6, accepted: 4, dead: 1, discarded: 1 },
        });
        expect(Math.abs(overview.started - Date.now())).toBeLessThan(600_000);
        const kept = async (kind: string) => {
          const response = await asAnalyst.fetch(new Request(`https://api.test/api/events/${kind}`));
          return ((await response.json()) as SideOutputsPage).items.length;
        };
        expect([await kept('dead'), await kept('discarded'), await kept('late')]).toEqual([1, 1, 0]);
      });

      test('the API changes nothing unless the stack says so', async () => {
        const fetch = throughHttpApi(handlers.api, SIGNED);
        const response = await fetch(
          new Request('https://api.test/api/events/dead/redrive', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ ids: ['dead/clicks/x/1.0'], dry_run: false }),
          }),
        );
        expect([response.status, ((await response.json()) as Problem).code]).toEqual([403, 'not_allowed']);
      });

      test('events that come by HTTP are in the stream', async () => {
        const request = {
          pathParameters: { stream: 'orders' },
          headers: { 'content-type': 'application/json' },
          body: '{"item": "tea"}',
        };
        const answer = await handlers.ingest(request as unknown as Parameters<typeof handlers.ingest>[0], PLENTY);
        expect(answer.statusCode).toBe(200);
        expect(await aws.recordsOf(aws.orders)).toEqual([['tea', '{"item": "tea"}']]);
      });

      test('a sweep finds the shards of both streams', async () => {
        const reports = await handlers.sweep();
        expect(reports.map(({ stream, shards }) => [stream, shards])).toEqual([
          ['clicks', 1],
          ['orders', 1],
        ]);
      });
    });
  });
});

function click(second: number, page: string): string {
  return JSON.stringify({ page, time: new Date(BASE_MS + second * 1000).toISOString() });
}
