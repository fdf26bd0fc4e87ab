import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { count, mean, pipeline, stream, sum, Timestamp, Type, tumbling, type View, view } from 'streamgauge';
import { AGGREGATES } from '../../../engine/aggregates/registry.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import type { ViewDefinition } from '../../../engine/ir/view-definition.ts';
import { columnsOverWindows } from '../../../engine/query/columns-over-windows.ts';
import { clicksWorld } from './clicks-world.ts';

test('docs/results.md says of each aggregate what its descriptor says', () => {
  const page = readFileSync(join(resolve(__dirname, '../../..'), 'docs/results.md'), 'utf8');
  const [, table = ''] = /\| aggregate \| over several windows \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  const documented = table.split('\n').flatMap((line) => {
    const [, names = '', how = ''] = /^\| (.+) \| (\w+) \|$/.exec(line) ?? [];
    return [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, how]);
  });
  const said = [...AGGREGATES.values()].map(({ kind, overWindows }) => [kind, overWindows.how]);
  expect(documented.sort()).toEqual(said.sort());
});

test('what a refusal says ends a sentence, and says what would help', () => {
  for (const { overWindows } of AGGREGATES.values()) {
    if (overWindows.how === 'refuse') expect(overWindows.because).toMatch(/^[a-z].*[^.]$/);
  }
});

test('a derived column is as good as the columns that it is made of', () => {
  const columns = columnsOverWindows(clicksWorld(tumbling('1 minute')).view.definition);
  expect([...columns].map(([name, { how }]) => [name, how])).toEqual([
    ...['page', 'site'].map((name) => [name, 'group']),
    ...['views', 'slow', 'ms', 'longest', 'highest_id', 'shortest', 'first_user', 'last_user', 'spread'].map((name) => [
      name,
      'aggregate',
    ]),
    ['users', 'refuse'],
    // There are a sum and a count of the same values; the other mean has a condition, and they have none.
    ['mean_ms', 'ratio'],
    ['mean_slow_ms', 'refuse'],
    ...['slow_share', 'ms_each'].map((name) => [name, 'derive']),
    ...['share_of_users', 'doubled', 'smooth'].map((name) => [name, 'refuse']),
  ]);
});

test('a mean has its parts in a sum and a count of the same values', () => {
  const clicks = stream('clicks', {
    schema: Type.Object({ ms: Type.Optional(Type.Number()), n: Type.Number(), at: Timestamp('epoch-s') }),
    eventTime: 'at',
    partitionKey: 'n',
    maxLateness: '0 ms',
  });
  const minutes = () => view('v', clicks).window(tumbling('1 minute'));
  const of = (defined: View) => {
    const [first] = pipelineDefinition(pipeline('p', [defined]), 'the test').views;
    return columnsOverWindows(first as ViewDefinition).get('mean');
  };
  expect(of(minutes().aggregate((e) => ({ mean: mean(e.n), sum: sum(e.n), events: count() })))).toEqual({
    ...{ how: 'ratio', of: 'sum', to: 'events' },
  });
  expect(of(minutes().aggregate((e) => ({ mean: mean(e.ms), sum: sum(e.ms), some: count(e.ms) })))?.how).toBe('ratio');
  // Events without a value are none of those that the mean is of.
  expect(of(minutes().aggregate((e) => ({ mean: mean(e.ms), sum: sum(e.ms), events: count() })))?.how).toBe('refuse');
  expect(
    of(minutes().aggregate((e) => ({ mean: mean(e.n.div(e.n)), sum: sum(e.n.div(e.n)), events: count() })))?.how,
  ).toBe('refuse');
  expect(
    of(minutes().aggregate((e) => ({ mean: mean(e.n), sum: sum(e.n).where(e.n.gt(1)), events: count() })))?.how,
  ).toBe('refuse');
});
