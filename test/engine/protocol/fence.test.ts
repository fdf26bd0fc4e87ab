import { count, pipeline, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { FencedError } from '../../../engine/protocol/errors.ts';
import { Fence } from '../../../engine/protocol/fence.ts';
import { loadProgress } from '../../../engine/state/progress.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const world = new SmallWorld(
  pipeline('p', [
    view('rows', events)
      .window(tumbling('10 seconds'))
      .aggregate(() => ({ n: count() })),
  ]),
);

async function claim(): Promise<Fence> {
  const { state } = world.stores;
  const seen = await loadProgress(state, world.view('rows').key, 0);
  return Fence.claim({ view: world.view('rows'), bucket: 0, state, seen, closeUpToMs: 10, handedFrom: {}, writes: [] });
}

test('a finalizer that was overtaken is told so by its next look and by its next commit', async () => {
  const frozen = await claim();
  await expect(frozen.verify()).resolves.toBeUndefined();
  const successor = await claim();
  await expect(frozen.verify()).rejects.toThrow(FencedError);
  await expect(frozen.commit({ held: false })).rejects.toThrow(/View 'rows', bucket 0: another finalizer/);
  await expect(successor.commit({ held: false })).resolves.toBeUndefined();
});

test('a claim notes the epoch of a finalizer that never finished, and how far it meant to go', async () => {
  const died = await claim();
  const { progress } = await claim();
  expect(progress).toMatchObject({ unfinishedEpoch: died.progress.version, unfinishedToMs: 10, held: true });
});
