import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tumbling } from 'streamgauge';
import { AGGREGATES } from '../../../engine/aggregates/registry.ts';
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
    ...['users', 'mean_ms'].map((name) => [name, 'refuse']),
    ...['slow_share', 'ms_each'].map((name) => [name, 'derive']),
    ...['share_of_users', 'doubled', 'smooth'].map((name) => [name, 'refuse']),
  ]);
});
