import * as aggregates from '#kinds/aggregates';
import * as formats from '#kinds/formats';
import * as functions from '#kinds/functions';
import * as rowOperators from '#kinds/row-operators';
import { count, mean, pipeline, stream, sum, Timestamp, Type, trend, tumbling, view } from '../../engine/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { namedKinds } from '../../lib/named-kinds.ts';

const orders = stream('orders', {
  schema: Type.Object({ item: Type.String(), amount: Type.Number(), time: Timestamp('iso8601') }),
  format: 'logfmt',
  eventTime: 'time',
  partitionKey: 'item',
  maxLateness: '1 minute',
});
const perHour = view('orders_per_hour', orders)
  .where((e) => e.item.lower().eq('tea'))
  .window(tumbling('1 hour'))
  .aggregate((e) => ({ orders: count(), turnover: sum(e.amount) }))
  .derive((row) => ({
    usual: mean(row.turnover).over({ windows: 5 }),
    way: trend(row.orders, { windows: 5 }),
  }));

/** The names in the module that stands for a folder's kinds. */
function namesIn(folder: string): readonly string[] {
  const text = namedKinds(pipelineDefinition(pipeline('orders', [perHour]), 'the pipeline')).get(`#kinds/${folder}`);
  const [, names, file] = /^export \{ (.*) \} from (".*");\n$/.exec(text ?? '') ?? [];
  expect(JSON.parse(file as string)).toMatch(new RegExp(`/engine/${folder}/kinds\\.ts$`));
  return JSON.parse(`[${names}]`);
}

test('of each folder it has what a definition names: also what looks back at rows, and behind filters', () => {
  expect(namesIn('aggregates')).toEqual(['count', 'mean', 'sum']);
  expect(namesIn('functions')).toEqual(['lower']);
  expect(namesIn('row-operators')).toEqual(['rolling', 'trend']);
  expect(namesIn('formats')).toEqual(['logfmt']);
  expect([namesIn('windows'), namesIn('finalize'), namesIn('plan')]).toEqual([['tumbling'], ['tumbling'], []]);
});

test('each kind is exported under the name that definitions call it by', () => {
  const named = (kinds: Readonly<Record<string, object>>, name: 'kind' | 'name') =>
    Object.values(kinds).map((kind) => (kind as { readonly kind: string; readonly name: string })[name]);
  expect(named(aggregates, 'kind')).toEqual(Object.keys(aggregates));
  expect(named(rowOperators, 'kind')).toEqual(Object.keys(rowOperators));
  expect(named(functions, 'name')).toEqual(Object.keys(functions));
  expect(Object.keys(formats).length).toBeGreaterThan(5);
});
