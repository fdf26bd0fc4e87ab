import { Database } from '../../../adapters/embedded/database.ts';
import { EmbeddedResultStore } from '../../../adapters/embedded/result-store.ts';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../engine/plan/plan.ts';
import type { RowPage, StoredRow, WindowsQuery } from '../../../engine/ports/result-store.ts';
import { ClosedWindows } from '../../../runtime/live/closed-windows.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { putRows } from '../../support/put-rows.ts';
import { resultRow } from '../../support/result-row.ts';

const clicks = stream('clicks', {
  schema: Type.Object({ page: Type.String(), at: Timestamp() }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const pages = view('pages', clicks)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate(() => ({ views: count() }));
const [plan] = compilePipeline(pipelineDefinition(pipeline('p', [pages]), 'the test')).views as [ViewPlan];

const GROUPS = 1000;

class CountingStore extends EmbeddedResultStore {
  rowsRead = 0;

  override async windows(query: WindowsQuery): Promise<RowPage> {
    const page = await super.windows(query);
    this.rowsRead += page.rows.length;
    return page;
  }
}

function rowsOf(minute: number, rest: Partial<StoredRow> = {}): StoredRow[] {
  return Array.from({ length: GROUPS }, (_, group) =>
    resultRow(plan.key, minute * 60_000, {
      group: `["${group}"]`,
      columns: JSON.stringify({ page: String(group), views: group }),
      ...rest,
    }),
  );
}

function open() {
  const store = new CountingStore(new Database(':memory:'), new ManualClock(0));
  return { store, closed: new ClosedWindows(plan, store) };
}

test('rows of a window are read once, and again only when one of them changes', async () => {
  const { store, closed } = open();
  for (let minute = 0; minute < 20; minute++) await putRows(store, rowsOf(minute));
  expect((await closed.read()).map(({ startMs }) => startMs / 60_000)).toEqual([
    19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8,
  ]);
  expect(store.rowsRead).toBe(12 * GROUPS);
  await closed.read();
  await closed.read();
  expect(store.rowsRead).toBe(12 * GROUPS);

  await putRows(store, rowsOf(18, { epoch: 2, revision: 2 }).slice(0, 1), 1);
  await closed.read();
  expect(store.rowsRead).toBe(13 * GROUPS);

  await putRows(store, rowsOf(20));
  expect((await closed.read())[0]?.startMs).toBe(20 * 60_000);
  expect(store.rowsRead).toBe(14 * GROUPS);
});

test('a window shows its largest groups with their revisions, as its rows last were', async () => {
  const { store, closed } = open();
  await putRows(store, rowsOf(0));
  await closed.read();
  const columns = JSON.stringify({ page: '0', views: 5000 });
  await putRows(store, rowsOf(0, { epoch: 2, revision: 2, columns }).slice(0, 1), 1);
  const [window] = await closed.read();
  expect(window).toMatchObject({ startMs: 0, endMs: 60_000, groups: GROUPS });
  expect(window?.top.slice(0, 2)).toEqual([
    { page: '0', views: 5000, revision: 2 },
    { page: '999', views: 999, revision: 1 },
  ]);
});
