import { count, pipeline, stream, sum, Timestamp, Type, tumbling, view } from 'streamgauge';
import { MemoryStateStore } from '../../../adapters/memory/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type PipelinePlan } from '../../../engine/plan/plan.ts';
import { noPause } from '../../../engine/ports/retry.ts';
import {
  admitDefinitions,
  DefinitionChangedError,
  deployedViews,
} from '../../../engine/protocol/deployed-definitions.ts';
import { StateFormatError } from '../../../engine/state/errors.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), n: Type.Integer(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '0 ms',
});

function pages(size: '1 minute' | '2 minutes', version?: number) {
  return view('pages', clicks, version === undefined ? {} : { version })
    .window(tumbling(size))
    .groupBy('page')
    .aggregate(() => ({ clicks: count() }));
}
const others = view('others', clicks)
  .window(tumbling('1 minute'))
  .aggregate((e) => ({ n: sum(e.n) }));

// biome-ignore lint/suspicious/noExplicitAny: any views
function planOf(...views: any[]): PipelinePlan {
  return compilePipeline(pipelineDefinition(pipeline('p', views), 'the test'));
}
const admit = (state: MemoryStateStore, plan: PipelinePlan) =>
  admitDefinitions(deployedViews(plan), { state, pause: noPause });

test('a deployment names each view with its version and what its state is kept under', () => {
  const plan = planOf(pages('1 minute', 3), others);
  const [first, second] = deployedViews(plan);
  expect(first).toEqual({ name: 'others', version: 1, fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) });
  expect(second).toMatchObject({ name: 'pages', version: 3 });
  expect(plan.views.map(({ key }) => key).sort()).toEqual([
    `others@${first?.fingerprint}`,
    `pages@${second?.fingerprint}`,
  ]);
});

test('the same definitions are taken again, and new views beside them', async () => {
  const state = new MemoryStateStore();
  await admit(state, planOf(pages('1 minute')));
  await admit(state, planOf(pages('1 minute')));
  await admit(state, planOf(pages('1 minute'), others));
});

test('what does not shape the state can change', async () => {
  const state = new MemoryStateStore();
  await admit(state, planOf(pages('1 minute')));
  await admit(state, planOf(pages('1 minute').derive((row) => ({ double: row.clicks.mul(2) }))));
});

test('a changed definition without a new version is refused with what to write', async () => {
  const state = new MemoryStateStore();
  await admit(state, planOf(pages('1 minute'), others));
  const error = await admit(state, planOf(pages('2 minutes'), others)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DefinitionChangedError);
  expect((error as Error).message).toBe(
    "View 'pages' is deployed in version 1 with another definition: its filters, window, allowed lateness, groups, aggregates or buckets were changed, or the view that it reads. Its open windows cannot continue from the stored state. Write view('pages', …, { version: 2 }) to start over beside the old rows, or take the change back.",
  );
});

test('a refused deployment leaves nothing behind: the change can be taken back', async () => {
  const state = new MemoryStateStore();
  await admit(state, planOf(pages('1 minute')));
  await expect(admit(state, planOf(pages('2 minutes'), others))).rejects.toThrow(DefinitionChangedError);
  await admit(state, planOf(pages('1 minute')));
});

test('a new version is taken, and a deployment of it can be rolled back', async () => {
  const state = new MemoryStateStore();
  await admit(state, planOf(pages('1 minute')));
  await admit(state, planOf(pages('2 minutes', 2)));
  await admit(state, planOf(pages('1 minute')));
  await expect(admit(state, planOf(pages('1 minute', 2)))).rejects.toThrow("Write view('pages', …, { version: 3 })");
});

test('a changed view changes those that take its rows', async () => {
  const withOver = (source: ReturnType<typeof pages>) => {
    const hourly = view('hourly', source)
      .window(tumbling('1 hour'))
      .aggregate((row) => ({ clicks: sum(row.clicks) }));
    return planOf(source, hourly);
  };
  const state = new MemoryStateStore();
  await admit(state, withOver(pages('1 minute')));
  await expect(admit(state, withOver(pages('2 minutes', 2)))).rejects.toThrow("View 'hourly' is deployed in version 1");
});

test('of two deployments at once, the second sees the first', async () => {
  const state = new MemoryStateStore();
  const outcomes = await Promise.allSettled([
    admit(state, planOf(pages('1 minute'))),
    admit(state, planOf(pages('2 minutes'))),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a list that somebody edited is not believed', async () => {
  const state = new MemoryStateStore();
  const key = { partition: 'definitions', sort: 'views' };
  await state.transact([{ kind: 'put', key, version: 1, data: '[1]', condition: { kind: 'absent' } }]);
  await expect(admit(state, planOf(others))).rejects.toThrow(StateFormatError);
});

test.each([
  [0, 'version is 0, and must be a whole number from 1 to 1,000,000.'],
  [1.5, 'version is 1.5, and'],
  ['2', 'version is "2", and'],
])('version %j is refused', (version, message) => {
  expect(() => view('pages', clicks, { version: version as number })).toThrow(`view 'pages': ${message}`);
});

test('an option that does not exist is refused', () => {
  expect(() => view('pages', clicks, { verison: 2 } as object)).toThrow("view 'pages': there is no option 'verison'.");
});
