import { count, pipeline, session, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { openTemporary } from '../../adapters/embedded/index.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import { compilePipeline } from '../../engine/plan/plan.ts';
import type { StateStore } from '../../engine/ports/state-store.ts';
import { RunFinalizer } from '../../runtime/run-finalizer.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '5 seconds',
});
const columns = () => ({ n: count() });
const strict = view('strict', events).window(tumbling('10 seconds')).groupBy('key').aggregate(columns);
const sessions = view('sessions', events)
  .window(session({ gap: '8 seconds' }))
  .groupBy('key')
  .aggregate(columns);
const revised = view('revised', events)
  .window(tumbling('10 seconds'), { allowedLateness: '1 minute' })
  .groupBy('key')
  .aggregate(columns);
const plan = compilePipeline(pipelineDefinition(pipeline('p', [strict, sessions, revised]), 'the test'));

const MEBIBYTE = 1024 * 1024;

/** Which views a finalizer read the progress of. */
function watched() {
  const clock = { nowMs: () => 0 };
  const stores = openTemporary(clock);
  const looked: string[] = [];
  const state: StateStore = {
    get(key) {
      const view = plan.views.find(({ key: name }) => key.partition.includes(name) || key.sort.includes(name));
      if (view !== undefined) looked.push(view.name);
      return stores.state.get(key);
    },
    query: (range) => stores.state.query(range),
    transact: (writes) => stores.state.transact(writes),
    delete: (keys) => stores.state.delete(keys),
  };
  const finalizer = new RunFinalizer(plan, stores.queue, { ...stores, state, clock });
  const wakeAll = (id: string) =>
    stores.queue.send(plan.views.map(({ key }) => ({ view: key, bucket: 0, deduplicationId: id })));
  const taken = () => [...new Set(looked.splice(0))].sort();
  return { finalizer, wakeAll, taken, waiting: () => stores.queue.waiting(10), close: stores.close };
}

test('a view whose revisions tell of passes is finalized at once, and others once much input has come', async () => {
  const { finalizer, wakeAll, taken, waiting, close } = watched();
  await wakeAll('1');
  await finalizer.afterInput(MEBIBYTE);
  expect(taken()).toEqual(['revised']);
  expect(await waiting()).toEqual([]);
  await finalizer.afterInput(62 * MEBIBYTE);
  expect(taken()).toEqual([]);
  await wakeAll('2');
  await finalizer.afterInput(MEBIBYTE);
  expect(taken()).toEqual(['revised', 'sessions', 'strict']);
  await finalizer.afterInput(63 * MEBIBYTE);
  expect(taken()).toEqual([]);
  close();
});
