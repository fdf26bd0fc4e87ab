import { pipeline } from 'streamgauge';
import { MAX_VIEWS_OF_STREAM } from '../../../engine/dsl/pipeline.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { clicks, js, refusal, SETTINGS, type Untyped } from './untyped.ts';

const counts = (name: string, source: Untyped = clicks) =>
  js
    .view(name, source)
    .window(js.tumbling('1 minute'))
    .aggregate(() => ({ n: js.count() }));

test('a pipeline lists its views in order and each stream once', () => {
  const other = js.stream('other', SETTINGS);
  const views = [counts('a'), counts('b', other), counts('c')];
  const { streams, ...rest } = pipelineDefinition(js.pipeline('p', views), 'p.ts');
  expect(streams.map(({ name }) => name)).toEqual(['clicks', 'other']);
  expect(rest).toMatchObject({ kind: 'pipeline', name: 'p', views: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
});

describe('a pipeline is refused', () => {
  test('under a name that is not plain', () => {
    expect(refusal(() => js.pipeline('Shop', [counts('a')]))).toContain("pipeline 'Shop': a name has 1 to 63");
  });

  test('without views', () => {
    expect(refusal(() => pipeline('p', []))).toBe("pipeline 'p' has no views.");
  });

  test('with a view that has no aggregates, or something else', () => {
    const told = "pipeline 'p': entry 2 of its views is not a complete view. Does it end with .aggregate(…)?";
    expect(refusal(() => js.pipeline('p', [counts('a'), js.view('b', clicks)]))).toBe(told);
    expect(refusal(() => js.pipeline('p', [counts('a'), js.view('b', clicks).window(js.tumbling('1 hour'))]))).toBe(
      told,
    );
    expect(refusal(() => js.pipeline('p', [counts('a'), clicks]))).toBe(told);
    expect(refusal(() => js.pipeline('p', [counts('a'), undefined]))).toBe(told);
  });

  test('with two views of one name', () => {
    expect(refusal(() => js.pipeline('p', [counts('a'), counts('b'), counts('a')]))).toBe(
      "pipeline 'p': two views are named 'a'.",
    );
  });

  test('with two streams of one name', () => {
    const twin = js.stream('clicks', SETTINGS);
    expect(refusal(() => js.pipeline('p', [counts('a'), counts('b', twin)]))).toBe(
      "pipeline 'p': two different streams are named 'clicks'. Make the stream once and use it in every view.",
    );
  });

  test('with more views of one stream than fit in a transaction; of other streams and of views there may be more', () => {
    const viewsOf = (source: Untyped, name: string) =>
      Array.from({ length: MAX_VIEWS_OF_STREAM }, (_, i) => counts(`${name}${i}`, source));
    const [views, more] = [viewsOf(clicks, 'v'), counts('more')];
    expect(refusal(() => js.pipeline('p', [...views, more]))).toBe(
      "pipeline 'p' has 31 views, joins and patterns that take the events of stream 'clicks', and what they keep of one event fits into a commit up to 30. Make some of them views of another view's rows, or divide them into several pipelines that read the stream.",
    );
    const others = viewsOf(js.stream('other', SETTINGS), 'w');
    const above = counts('above', views[0] as Untyped);
    expect(js.pipeline('p', [...views, ...others, above])).toMatchObject({ name: 'p' });
    const both = counts('both', js.union('all', [clicks, js.stream('third', SETTINGS)]));
    expect(refusal(() => js.pipeline('p', [...views, both]))).toContain("take the events of stream 'clicks'");
  });

  test('with one view that is not in a list', () => {
    expect(refusal(() => js.pipeline('p', counts('a')))).toContain("pipeline 'p'");
  });
});

test.each([undefined, null, 'p', { name: 'p', views: [] }, () => js.pipeline('p', [])])(
  'a file that exports %p has no pipeline',
  (exported) => {
    expect(refusal(() => pipelineDefinition(exported, 'pipelines/shop.ts'))).toBe(
      "pipelines/shop.ts has no pipeline as its default export. End it with: export default pipeline('name', [views]);",
    );
  },
);
