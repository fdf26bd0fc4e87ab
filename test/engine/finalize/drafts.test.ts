import { draftRows, MAX_COLUMNS_BYTES } from '../../../engine/finalize/drafts.ts';
import { last, pipeline, stream, Timestamp, Type, topK, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';

const visits = stream('visits', {
  schema: Type.Object({ page: Type.String(), user: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'user',
  maxLateness: '1 minute',
});
const tops = view('tops', visits)
  .window(tumbling('1 minute'))
  .aggregate((e) => ({ pages: topK(e.page, 100), users: topK(e.user, 100), one: topK(e.user, 1), page: last(e.page) }));
const [plan] = compilePipeline(pipelineDefinition(pipeline('p', [tops]), 'the test')).views;

/** The columns of a row of a hundred pages and a hundred users, whose names go on after their number. */
function columnsOf(pageTail: string, userTail: string): Record<string, unknown> {
  const { operators } = plan as ViewPlan;
  const states = operators.map((operator) => operator.create());
  for (let i = 0; i < 100; i++) {
    const values = [`${i}${pageTail}`, `${i}${userTail}`, `${i}${userTail}`, `${i}${pageTail}`];
    for (const [index, operator] of operators.entries()) operator.add(states[index], values[index] as string, i);
  }
  const row = plan?.rows.values({ values: [], states }, { startMs: 0, endMs: 60_000 });
  const group = { group: { values: [], states }, window: { startMs: 0, endMs: 60_000 }, values: row ?? {} };
  const [draft] = draftRows(plan as ViewPlan, [group], () => false);
  const text = draft?.columns ?? '';
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_COLUMNS_BYTES);
  return JSON.parse(text);
}

test('one list of the longest texts fits into a row, whatever is in them', () => {
  // JSON writes each of these as six bytes, and no character takes more.
  const columns = columnsOf('\u0001'.repeat(1000), 'a');
  expect(columns.pages).toHaveLength(100);
  expect(columns.users).toHaveLength(100);
});

test('long texts and lists give way, as null, where a row does not fit', () => {
  const columns = columnsOf('\u0001'.repeat(1000), '\u0002'.repeat(1000));
  expect(columns).toMatchObject({ pages: null, users: null });
  expect(columns.one).toBeNull();
});
