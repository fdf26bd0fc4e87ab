import type { Pipeline } from '../../../engine/dsl/pipeline.ts';
import { count, type Duration, pipeline, stream, sum, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../../engine/plan/plan.ts';
import { assertReplaceable, changeSentence, compareViews } from '../../../runtime/live/plan-change.ts';

const schema = Type.Object({ user: Type.String(), page: Type.String(), n: Type.Integer(), at: Timestamp() });
const events = stream('events', { schema, eventTime: 'at', partitionKey: 'user', maxLateness: '5 seconds' });
const others = stream('others', { schema, eventTime: 'at', partitionKey: 'user', maxLateness: '5 seconds' });
const moved = stream('events', { schema, eventTime: 'at', partitionKey: 'page', maxLateness: '5 seconds' });

const pages = (size: Duration, by: 'page' | 'user' = 'page') =>
  view('pages', events)
    .window(tumbling(size))
    .groupBy(by)
    .aggregate(() => ({ events: count() }));
const totals = view('totals', events)
  .window(tumbling('1 minute'))
  .aggregate((e) => ({ total: sum(e.n) }));
const hours = (of: ReturnType<typeof pages>) =>
  view('hours', of)
    .window(tumbling('1 hour'))
    .aggregate((row) => ({ events: sum(row.events) }));

const planOf = (definition: Pipeline) => compilePipeline(pipelineDefinition(definition, 'the test'));
const change = (before: Pipeline, after: Pipeline, known: readonly string[] = []) =>
  compareViews(planOf(before), planOf(after), new Set(known)).map(changeSentence);

test('a view whose definition is the same goes on, also where its derived columns and its lateness changed', () => {
  const derived = view('pages', events)
    .window(tumbling('5 minutes'), { lateEvents: 'drop' })
    .groupBy('page')
    .aggregate(() => ({ events: count() }))
    .derive((row) => ({ twice: row.events.mul(2) }));
  expect(change(pipeline('p', [pages('5 minutes'), totals]), pipeline('p', [derived, totals]))).toEqual([
    "View 'pages' goes on.",
    "View 'totals' goes on.",
  ]);
});

test('a view starts over where its state cannot follow, and those that take its rows do too', () => {
  const [before, after] = [pages('5 minutes'), pages('10 minutes')];
  const sentences = change(
    pipeline('p', [before, hours(before), totals]),
    pipeline('p', [after, hours(after), totals]),
  );
  expect(sentences).toEqual([
    "View 'pages' starts over: its window changed.",
    "View 'hours' starts over: the view whose rows it takes changed.",
    "View 'totals' goes on.",
  ]);
  expect(change(pipeline('p', [pages('5 minutes')]), pipeline('p', [pages('10 minutes', 'user')]))).toEqual([
    "View 'pages' starts over: its window and its groups changed.",
  ]);
});

test('what matters most is told first: what starts over, what is gone, what is new', () => {
  const byUser = pages('5 minutes', 'user');
  const before = pipeline('p', [totals, pages('5 minutes')]);
  expect(change(before, pipeline('p', [byUser, hours(byUser)]))).toEqual([
    "View 'pages' starts over: its groups changed.",
    "View 'totals' is gone from the file. Its rows stay in the store.",
    "View 'hours' is new: it begins with the events that come now.",
  ]);
});

test('a definition that the store knows goes on from the state of then', () => {
  const [old] = planOf(pipeline('p', [pages('5 minutes')])).views;
  expect(
    change(pipeline('p', [pages('10 minutes')]), pipeline('p', [pages('5 minutes')]), [old?.key as string]),
  ).toEqual([
    "View 'pages' is defined again as it was before: it goes on from that state, without the events of the meantime.",
  ]);
});

describe('a plan is refused', () => {
  const assert = (before: Pipeline, after: Pipeline, filled: readonly string[] = []) =>
    assertReplaceable(planOf(before), planOf(after), filled);

  test('under another name, whose store would be another', () => {
    expect(() => assert(pipeline('p', [totals]), pipeline('q', [totals]))).toThrow(
      "The pipeline is called 'q' now, and the store is that of 'p'.",
    );
  });

  test('without a stream that the process fills', () => {
    const of = view('of', others)
      .window(tumbling('1 minute'))
      .aggregate(() => ({ events: count() }));
    expect(() => assert(pipeline('p', [totals, of]), pipeline('p', [totals]), ['others'])).toThrow(
      "No view takes events of the stream 'others' any more, and this process fills it.",
    );
    expect(() => assert(pipeline('p', [totals, of]), pipeline('p', [totals]), ['events'])).not.toThrow();
    expect(() => assert(pipeline('p', [totals]), pipeline('p', [totals, of]), ['events'])).not.toThrow();
  });

  test('with another partition key of a stream', () => {
    const of = view('totals', moved)
      .window(tumbling('1 minute'))
      .aggregate((e) => ({ total: sum(e.n) }));
    expect(() => assert(pipeline('p', [totals]), pipeline('p', [of]))).toThrow(
      "The partition key of the stream 'events' is 'page' now, and was 'user'",
    );
  });
});
