import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pipeline from '#pipeline';
import type { Overview } from '../../api/schemas/overview.ts';
import { apiOver } from '../api/clicks-api.ts';
import { SmallWorld } from '../support/small-world.ts';

interface Target {
  readonly url: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly root_selector: string;
  readonly url_options: { readonly params: readonly { readonly key: string; readonly value: string }[] };
  readonly columns: readonly { readonly selector: string }[];
}
interface Dashboard {
  readonly uid: string;
  readonly panels: readonly { readonly id: number; readonly title: string; readonly targets: readonly Target[] }[];
}

const FOLDER = join(resolve(__dirname, '../..'), 'examples/grafana');
const read = (path: string) => readFileSync(join(FOLDER, path), 'utf8');
const dashboard = JSON.parse(read('dashboards/weblog.json')) as Dashboard;
const targets = dashboard.panels.flatMap(({ title, targets: all }) => all.map((target) => ({ title, target })));

const RANGE: Readonly<Record<string, string>> = {
  '${__from:date:iso}': '2015-05-17T10:00:00.000Z',
  '${__to:date:iso}': '2015-05-20T22:00:00.000Z',
};

interface Document {
  readonly paths: Readonly<Record<string, object>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties: object }>> };
}
const ITEMS: Readonly<Record<string, string>> = { incidents: 'Incident', items: 'SideOutput' };

async function weblogApi() {
  const world = new SmallWorld(pipeline);
  const event = { ip: '203.0.113.9', status: 200, bytes: 7, url: '/a?b' };
  await world.take([
    { ...event, time: '2015-05-17T10:05:03Z' },
    { ...event, status: 404, time: '2015-05-17T10:06:03Z' },
    { ...event, time: '2015-05-17T11:06:03Z' },
  ]);
  await world.finalizeAll();
  return apiOver(world, null, { overview: async () => ({ streams: {} }) as unknown as Overview });
}

test('the dashboard has panels, each with an id of its own, all of one data source, which is provisioned', () => {
  expect(dashboard.panels.length).toBeGreaterThanOrEqual(4);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  const provisioned = read('provisioning/datasources/streamgauge.yaml');
  for (const { target } of targets) {
    expect(provisioned).toContain(`uid: ${target.datasource.uid}\n`);
    expect(provisioned).toContain(`type: ${target.datasource.type}\n`);
  }
});

test.each(targets)('$title asks what the API answers, and shows columns that there are', async ({ target }) => {
  const { app } = await weblogApi();
  const { paths, components } = (await (await app.request('/api/openapi.json')).json()) as Document;
  const templates = Object.keys(paths).map((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
  expect(templates.some((template) => template.test(target.url))).toBe(true);
  const query = new URLSearchParams(
    target.url_options.params.map(({ key, value }): [string, string] => [key, RANGE[value] ?? value]),
  );
  const response = await app.request(`${target.url}?${query}`);
  expect(response.status).toBe(200);
  const rows = ((await response.json()) as Record<string, unknown>)[target.root_selector] as object[];
  expect(Array.isArray(rows)).toBe(true);
  const item = ITEMS[target.root_selector];
  // Where there are none, the schema says what they have.
  if (item !== undefined) rows.push(components.schemas[item]?.properties as object);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    for (const { selector } of target.columns) expect(row).toHaveProperty(selector.split('.'));
  }
});
