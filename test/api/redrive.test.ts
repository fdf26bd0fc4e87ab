import { Value } from 'typebox/value';
import { openEmbedded } from '../../adapters/embedded/index.ts';
import type { Overview } from '../../api/schemas/overview.ts';
import { RedriveAnswer, SideOutputsPage } from '../../api/schemas/side-outputs.ts';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import type { DeadLetter, LateEvent } from '../../engine/ports/dead-letter-sink.ts';
import { SmallWorld } from '../support/small-world.ts';
import { apiOver } from './clicks-api.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});
const perMinute = view('per_minute', clicks)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ n: count() }));

/** A store whose letters are of an earlier definition: by the present one some are good. */
async function redriveApi(allowed = true) {
  const world = new SmallWorld(pipeline('p', [perMinute]));
  const nowMs = world.clock.nowMs();
  const seconds = nowMs / 1000;
  await world.take([{ page: '/', at: seconds }]);
  const kept = openEmbedded(':memory:', world.clock);
  kept.log.createStream('clicks', 1);
  const letter = (sequence: string, value: unknown): DeadLetter => ({
    kind: 'dead',
    stream: 'clicks',
    shard: 's1',
    position: { sequence, index: 0 },
    bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    arrivalMs: nowMs,
    reason: 'wrong_type',
    message: 'It was wrong.',
  });
  await kept.deadLetters.put([
    letter('1', { page: '/a', at: seconds }),
    letter('2', { page: '/a', at: seconds - 3600 }),
    letter('3', '{"page": '),
    letter('4', { page: 7, at: seconds }),
  ]);
  const store = kept.keptOf(new Map(world.plan.streams.map(({ definition }) => [definition.name, definition])));
  const api = apiOver(world, null, {
    sideOutputs: store,
    allowed: { acknowledge: false, redrive: allowed, send: false },
    nowMs: () => nowMs,
    overview: async () => ({ streams: { clicks: { dead_by_reason: { wrong_type: 4 } } } }) as unknown as Overview,
  });
  const id = (sequence: string) => `dead/clicks/s1/${sequence}.0`;
  return {
    ...api,
    kept,
    id,
    async redrive(body: object): Promise<{ status: number; body: RedriveAnswer & { code: string } }> {
      const response = await api.app.request('/api/events/dead/redrive', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as RedriveAnswer & { code: string } };
    },
    sent: () => kept.log.read('clicks', 'shard-0000', null, 100).map(({ data }) => Buffer.from(data).toString()),
  };
}

test('a dry run says what would become of each letter, and sends nothing', async () => {
  const { redrive, id, sent, kept } = await redriveApi();
  const ids = ['1', '2', '3', '4', '9'].map(id);
  const { status, body } = await redrive({ ids: [...ids, id('1'), 'no id'], dry_run: true });
  expect(status).toBe(200);
  expect([...Value.Errors(RedriveAnswer, body)]).toEqual([]);
  expect(body).toMatchObject({ sent: 0, would_count: 1, would_be_late: 1, redriven_before: 0, failed: [] });
  expect(body.would_fail.map((each) => [each.id, each.reason])).toEqual([
    [id('3'), 'not_json'],
    [id('4'), 'wrong_type'],
    [id('9'), 'not_found'],
    ['no id', 'not_found'],
  ]);
  expect(sent()).toEqual([]);
  kept.close();
});

test('a late event needs to be meant, also for a dry run', async () => {
  const { redrive, kept, sent } = await redriveApi();
  const nowMs = Date.parse('2026-01-01T00:00:00Z');
  const late: LateEvent = {
    kind: 'late',
    stream: 'clicks',
    shard: 's1',
    position: { sequence: '1', index: 0 },
    bytes: Buffer.from(JSON.stringify({ page: '/a', at: nowMs / 1000 })),
    arrivalMs: nowMs,
    eventTimeMs: nowMs,
    missed: { view: 'per_minute', windowStartMs: nowMs, windowEndMs: nowMs + 60_000 },
  };
  await kept.deadLetters.put([late]);
  const id = 'late/clicks/s1/1.0.per_minute';
  const refused = await redrive({ ids: [id], dry_run: true });
  expect(refused.body.would_fail).toMatchObject([{ id, reason: 'needs_late' }]);
  const tried = await redrive({ ids: [id], dry_run: true, late: true });
  expect(tried.body).toMatchObject({ sent: 0, would_fail: [], would_count: 1 });
  expect(sent()).toEqual([]);
  const put = await redrive({ ids: [id], dry_run: false, late: true });
  expect(put.body).toMatchObject({ sent: 1, failed: [] });
  expect(sent()).toHaveLength(1);
  kept.close();
});

test('what would not fail again is sent, once, with who did it', async () => {
  const { redrive, id, sent, kept, get } = await redriveApi();
  const ids = ['1', '2', '3'].map(id);
  const first = await redrive({ ids, dry_run: false, by: 'ann' });
  expect(first.body).toMatchObject({ sent: 2, would_count: 1, would_be_late: 1, redriven_before: 0, failed: [] });
  expect(sent()).toHaveLength(2);
  const again = await redrive({ ids, dry_run: false });
  expect(again.body).toMatchObject({ sent: 0, would_count: 0, redriven_before: 2 });
  expect(sent()).toHaveLength(2);
  const { body } = await get<SideOutputsPage>('/events/dead');
  expect([...Value.Errors(SideOutputsPage, body)]).toEqual([]);
  expect(body.by_reason).toEqual({ wrong_type: 4 });
  expect(body.items.map(({ redriven }) => redriven)).toEqual([true, true, false, false]);
  kept.close();
});

test('what a store cannot send is named', async () => {
  const { id, kept, app } = await redriveApi();
  kept.log.appendInTransaction = () => {
    throw new Error('The disk is full.');
  };
  const response = await app.request('/api/events/dead/redrive', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ids: [id('1')], dry_run: false }),
  });
  expect(await response.json()).toMatchObject({
    sent: 0,
    failed: [{ id: id('1'), reason: 'failed', detail: 'The disk is full.' }],
  });
  kept.close();
});

test.each([
  [{}, 400, 'bad_body'],
  [{ ids: [], dry_run: true }, 400, 'bad_body'],
  [{ ids: Array.from({ length: 101 }, (_, index) => `x${index}`), dry_run: true }, 400, 'bad_body'],
  [{ ids: ['x'] }, 400, 'bad_body'],
])('a body of %j is refused', async (given, status, code) => {
  const { redrive, kept } = await redriveApi();
  expect(await redrive(given)).toMatchObject({ status, body: { code } });
  kept.close();
});

test('where it is not allowed nothing is even looked at', async () => {
  const { redrive, id, kept } = await redriveApi(false);
  expect(await redrive({ ids: [id('1')], dry_run: true })).toMatchObject({
    status: 403,
    body: { code: 'not_allowed' },
  });
  kept.close();
});
