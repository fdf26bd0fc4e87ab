import { UsageError } from '../../bin/cli/command.ts';
import { DevSession } from '../../bin/commands/dev/session.ts';
import type { Pipeline } from '../../engine/dsl/pipeline.ts';
import { count, type Duration, pipeline, stream, sum, Timestamp, Type, tumbling, view } from '../../engine/index.ts';
import { DefinitionError } from '../../engine/ir/errors.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import type { Reloaded } from '../../runtime/live/reloader.ts';
import { TerminalAlertSink } from '../../runtime/terminal/alert-line.ts';
import { LiveMachine } from '../runtime/live/machine.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const START = Date.parse('2026-03-01T11:00:00Z');

const schema = Type.Object({ user: Type.String(), n: Type.Integer(), at: Timestamp() });
const events = stream('events', { schema, eventTime: 'at', partitionKey: 'user', maxLateness: '5 seconds' });
const others = stream('others', { schema, eventTime: 'at', partitionKey: 'user', maxLateness: '5 seconds' });
const totals = view('totals', events)
  .window(tumbling('1 minute'))
  .groupBy('user')
  .aggregate((e) => ({ events: count(), total: sum(e.n) }));
const rare = view('rare', others)
  .window(tumbling('1 minute'))
  .aggregate(() => ({ events: count() }));
const parts = (size: Duration) =>
  view('parts', events)
    .window(tumbling(size))
    .aggregate(() => ({ events: count() }));

let machine: LiveMachine;
let session: DevSession;
/** What the file's next loads come to. */
let saved: Reloaded[];
let refusal: UsageError | null;
beforeEach(async () => {
  machine = new LiveMachine({ pipeline: pipeline('p', [totals, parts('1 minute')]), startMs: NOW });
  saved = [];
  refusal = null;
  session = new DevSession(
    {
      runtime: await machine.runtime(),
      stores: machine.stores,
      reloader: { poll: () => saved.shift() ?? null } as never,
      terminal: new TerminalAlertSink(null),
      sinksOf: () => {
        if (refusal !== null) throw refusal;
        return () => null;
      },
      onProblem: () => {},
    },
    'http://127.0.0.1:1',
  );
});
afterEach(() => machine.close());

let next = 0;
beforeEach(() => {
  next = 0;
});
/** So many events a second apart, behind those before. */
function append(amount: number, to = 'events'): void {
  const entries = Array.from({ length: amount }, () => {
    const n = next++;
    const event = { user: `u${n % 3}`, n, at: new Date(START + n * 1000).toISOString() };
    return { partitionKey: event.user, data: Buffer.from(JSON.stringify(event)) };
  });
  machine.stores.log.append(to, 'shard-0000', entries, machine.clock.nowMs());
}

async function save(definition: Pipeline) {
  saved.push({ kind: 'plan', plan: compilePipeline(pipelineDefinition(definition, 'the test')) });
  await session.tick();
  return (await session.status()).reload;
}

const rowsOf = async (name: string) => (await machine.rows()).filter((row) => row.startsWith(`${name} `));

test('a reload raises the generation, says what it means, and loses and doubles nothing', async () => {
  append(90);
  await session.tick();
  const { generation } = await session.status();
  append(30);
  expect(await save(pipeline('p', [totals, parts('2 minutes')]))).toMatchObject({
    state: 'loaded',
    changes: ["View 'parts' starts over: its window changed.", "View 'totals' goes on."],
  });
  append(240);
  await session.tick();
  const status = await session.status();
  expect(status.generation).toBe((generation ?? 0) + 1);
  expect(status.views.map(({ name }) => name)).toEqual(['totals', 'parts']);
  expect(status.streams[0]?.counters).toMatchObject({ delivered: 360, accepted: 360 });

  const rows = await rowsOf('totals');
  expect(rows).toHaveLength(15);
  expect(rows.every((row) => row.includes('"events":20') && !row.includes('partial'))).toBe(true);
});

test('a view of another stream is taken in, and let go of', async () => {
  await save(pipeline('p', [totals, rare]));
  append(130, 'others');
  await session.tick();
  expect((await session.status()).streams.map(({ name }) => name)).toEqual(['events', 'others']);
  await save(pipeline('p', [totals]));
  append(10, 'others');
  await session.tick();
  await save(pipeline('p', [totals, rare]));
  const { streams } = await session.status();
  expect(streams.find(({ name }) => name === 'others')?.counters).toMatchObject({ delivered: 140 });
});

describe('what cannot run', () => {
  const failures: readonly (readonly [string, () => void, string])[] = [
    [
      'an error of the definition',
      () => saved.push({ kind: 'error', error: new DefinitionError('No such field.') }),
      'No such field.',
    ],
    [
      'a plan that cannot take its place',
      () =>
        saved.push({ kind: 'plan', plan: compilePipeline(pipelineDefinition(pipeline('q', [totals]), 'the test')) }),
      "The pipeline is called 'q' now",
    ],
    [
      'a channel that cannot be had',
      () => {
        refusal = new UsageError('The key is not set.');
        saved.push({ kind: 'plan', plan: machine.plan });
      },
      'The key is not set.',
    ],
  ];

  test.each(failures)('%s is shown until it is mended, and what ran before goes on', async (_, fail, message) => {
    append(60);
    await session.tick();
    const before = await session.status();
    fail();
    append(70);
    for (const _ of [1, 2]) {
      await session.tick();
      const status = await session.status();
      expect(status.reload).toMatchObject({ state: 'failed', message: expect.stringContaining(message) });
      expect(status.generation).toBe(before.generation);
    }
    expect(await rowsOf('totals')).toHaveLength(6);
    refusal = null;
    expect(await save(pipeline('p', [totals, parts('1 minute')]))).toMatchObject({ state: 'loaded' });
  });
});
