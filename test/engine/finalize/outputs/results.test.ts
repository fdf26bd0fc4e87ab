import { SpooledResultStore } from '../../../../adapters/embedded/spool/spooled-result-store.ts';
import { memoryStores } from '../../../../adapters/memory/index.ts';
import { ByteReader } from '../../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../../engine/bytes/byte-writer.ts';
import { writeValue } from '../../../../engine/bytes/value-codec.ts';
import { GroupTable } from '../../../../engine/codec/group-table.ts';
import type { Row } from '../../../../engine/finalize/drafts.ts';
import { ResultsOutput } from '../../../../engine/finalize/outputs/results.ts';
import { SessionTable } from '../../../../engine/finalize/session-table.ts';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../../engine/index.ts';
import { pipelineDefinition } from '../../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type ViewPlan } from '../../../../engine/plan/plan.ts';
import type { ResultStore, StoredRow } from '../../../../engine/ports/result-store.ts';
import { segmentOf, VISITS } from '../../../support/session-events.ts';

const visits = stream('visits', {
  schema: Type.Object({ page: Type.String(), at: Timestamp('epoch-ms') }),
  eventTime: 'at',
  partitionKey: 'page',
  maxLateness: '1 minute',
});
const pages = view('pages', visits)
  .window(tumbling('1 minute'))
  .groupBy('page')
  .aggregate(() => ({ visits: count() }));
const [plan] = compilePipeline(pipelineDefinition(pipeline('p', [pages]), 'the test')).views as [ViewPlan];

const row = (page: string, visits: number): Row => ({
  group: { values: [page] },
  window: { startMs: 0, endMs: 60_000 },
  values: { window_start: 0, window_end: 60_000, page, visits },
});

/** Writes rows in epoch 1 and then some in epoch 2, both as if nobody had written them. */
async function writtenTwice(results: ResultStore): Promise<readonly (StoredRow | null)[]> {
  const counted: (readonly [number, number])[] = [];
  for (const [version, rows] of [
    [1, [row('a', 1), row('b', 1), row('c', 1)]],
    [2, [row('d', 1), row('b', 2), row('c', 1)]],
  ] as const) {
    const fence = { progress: { version, unfinishedEpoch: 0 } };
    const output = new ResultsOutput(plan, { results, clock: { nowMs: () => 0 } }, fence as never, {
      isPartial: () => true,
    });
    await output.emit({ rows, gone: [], isNew: true, isFresh: true, isCareful: false, windowStartMs: null });
    counted.push([output.written, output.revised]);
  }
  expect(counted).toEqual([
    [3, 0],
    [2, 1],
  ]);
  return results.get(['a', 'b', 'c', 'd'].map((page) => ({ view: plan.key, group: `["${page}"]`, windowStartMs: 0 })));
}

test('a store that appends has the rows of one that puts, also where one was there', async () => {
  const expected = await writtenTwice(memoryStores({ nowMs: () => 0 }).results);
  const store = new SpooledResultStore({ nowMs: () => 0 });
  expect(await writtenTwice(store)).toEqual(expected);
  expect(expected.map((found) => [found?.epoch, found?.revision, found?.columns])).toEqual([
    [1, 1, expect.stringContaining('"page":"a","visits":1}')],
    [2, 2, expect.stringContaining('"page":"b","visits":2}')],
    [1, 1, expect.stringContaining('"page":"c","visits":1}')],
    [2, 1, expect.stringContaining('"page":"d","visits":1}')],
  ]);
  store.close();
});

test('of the rows of a table, one whose place is taken is a revision', async () => {
  const results = new SpooledResultStore({ nowMs: () => 0 });
  const outputOf = (version: number) =>
    new ResultsOutput(
      plan,
      { results, clock: { nowMs: () => 0 } },
      { progress: { version, unfinishedEpoch: 0 } } as never,
      {
        isPartial: () => false,
      },
    );
  await outputOf(1).emit({
    rows: [row('b', 9)],
    gone: [],
    isNew: true,
    isFresh: true,
    isCareful: false,
    windowStartMs: null,
  });
  const out = new ByteWriter();
  for (const page of ['c', 'b']) writeValue(out, page);
  for (const visits of [1, 2]) out.varint(visits);
  const table = new GroupTable(1, plan.operators, [1, 2]);
  table.merge(out.finish(), new ByteReader(out.finish()), 2);
  const output = outputOf(2);
  expect(output.takesTables).toBe(true);
  await output.appendTable(table, { startMs: 0, endMs: 60_000 });
  expect([output.written, output.revised]).toEqual([2, 1]);
  expect(Array.from(results.inOrder(plan.key), (found) => [found.group, found.revision, found.epoch])).toEqual([
    ['["b"]', 2, 2],
    ['["c"]', 1, 2],
  ]);
  results.close();
});

test('of the rows of sessions, one whose place is taken is a revision', async () => {
  const results = new SpooledResultStore({ nowMs: () => 0 });
  const outputOf = (version: number) =>
    new ResultsOutput(
      VISITS,
      { results, clock: { nowMs: () => 0 } },
      { progress: { version, unfinishedEpoch: 0 } } as never,
      { isPartial: () => false },
    );
  const tableOf = (...keys: readonly string[]) => {
    const table = new SessionTable(VISITS);
    table.addPane([segmentOf(keys.map((key) => ({ key, value: keys.length, timeMs: 5 })))], false);
    for (const group of table.inSpan) table.nextComplete(group);
    return table;
  };
  await outputOf(1).appendSessions(tableOf('b'), [0]);
  const output = outputOf(2);
  await output.appendSessions(tableOf('c', 'b'), [0, 1]);
  expect([output.written, output.revised]).toEqual([2, 1]);
  expect(Array.from(results.inOrder(VISITS.key), (found) => [found.group, found.revision, found.epoch])).toEqual([
    ['["b"]', 2, 2],
    ['["c"]', 1, 2],
  ]);
  results.close();
});
