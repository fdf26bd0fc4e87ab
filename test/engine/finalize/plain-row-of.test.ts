import { plainRowOf } from '../../../engine/finalize/plain-row-of.ts';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const perMinute = (name: string) =>
  view(name, clicks)
    .window(tumbling('1 minute'))
    .groupBy('page')
    .aggregate(() => ({ n: count() }));
const views = [perMinute('plain'), perMinute('busy').having((row) => row.n.gt(1))];

test('rows of aggregates alone are written as they lie; a view with others is refused by its name', () => {
  const plan = compilePipeline(pipelineDefinition(pipeline('counts', views), 'test'));
  const [plain, busy] = plan.finalized as [ViewPlan, ViewPlan];
  expect(plain.rows.plain).not.toBeNull();
  expect(plainRowOf(plain)).toBe(plain.rows.plain);
  expect(() => plainRowOf(busy)).toThrow("View 'busy' has rows that are made of more than their window");
});
