import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { type PipelineDefinition, pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { withTraits } from '../../engine/ir/window.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import { definitionModule } from '../../lib/definition-module.ts';
import clickstream from '../../pipelines/clickstream.ts';
import cloudMetrics from '../../pipelines/cloud-metrics.ts';
import market from '../../pipelines/market.ts';
import risk from '../../pipelines/risk.ts';
import sensors from '../../pipelines/sensors.ts';
import shop from '../../pipelines/shop.ts';
import weblog from '../../pipelines/weblog.ts';

const moduleOf = (definition: PipelineDefinition) => definitionModule(definition, '/engine/ir/window.ts');

/** What a module gives as its default. */
function evaluated(module: string | null): PipelineDefinition {
  const [imported, ...lines] = (module ?? '').split('\n');
  expect(imported).toBe('import { withTraits } from "/engine/ir/window.ts";');
  return new Function('withTraits', lines.join('\n').replace('export default', 'return'))(withTraits);
}

const keysOf = (definition: PipelineDefinition) => compilePipeline(definition).finalized.map(({ key }) => key);

test.each(Object.entries({ clickstream, cloudMetrics, market, risk, sensors, shop, weblog }))(
  'the definition of %s is what its module gives',
  (_, exported) => {
    const definition = pipelineDefinition(exported, 'the pipeline');
    const module = moduleOf(definition);
    const again = evaluated(module);
    expect(moduleOf(again)).toBe(module);
    expect(keysOf(again)).toEqual(keysOf(definition));
    expect(again.streams).toEqual(definition.streams);
  },
);

test('values that JSON does not have, and objects in several places, come back as they were', () => {
  const shared = { [`__proto__`]: 1, zero: -0, big: 2n ** 64n, nothing: undefined, infinite: Infinity };
  const marked = Object.defineProperty({ list: [shared, null, true, 'a"\n\u2028'] }, '~kind', { value: 'Text' });
  const given = { fields: new Map([['a', shared]]), marked, shared } as unknown as PipelineDefinition;
  const again = evaluated(moduleOf(given)) as unknown as {
    readonly fields: ReadonlyMap<string, object>;
    readonly marked: { readonly list: readonly unknown[] };
    readonly shared: object;
  };
  expect(again).toStrictEqual(given);
  expect(Object.getOwnPropertyNames(again.shared)).toEqual(Object.getOwnPropertyNames(shared));
  expect(again.fields.get('a')).toBe(again.shared);
  expect(again.marked.list[0]).toBe(again.shared);
  expect(Object.getOwnPropertyDescriptor(again.marked, '~kind')).toMatchObject({ value: 'Text', enumerable: false });
});

test.each([
  ['a function', { check: () => true }],
  ['a date', { since: new Date(0) }],
  ['an object of a class', { of: new (class Own {})() }],
  ['what is computed when it is read', Object.defineProperty({}, 'now', { get: () => 1, enumerable: true })],
  ['a symbol', { [Symbol('own')]: 1 }],
])('a definition with %s is not data', (_case, odd) => {
  const clicks = stream('clicks', {
    schema: Type.Object({ at: Timestamp(), page: Type.String({ ...{ 'x-own': odd } }) }),
    eventTime: 'at',
    partitionKey: 'page',
    maxLateness: '0 ms',
  });
  const views = view('views', clicks)
    .window(tumbling('1 minute'))
    .aggregate(() => ({ views: count() }));
  expect(moduleOf(pipelineDefinition(pipeline('shop', [views]), 'the pipeline'))).toBeNull();
});
