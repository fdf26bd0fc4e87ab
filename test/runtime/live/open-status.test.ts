import type { StateStore } from '../../../engine/ports/state-store.ts';
import { OpenStatus } from '../../../runtime/live/open-status.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { click, type ReceivingMachine, receivingPlan, startReceiving } from '../receiving-machine.ts';

let machine: ReceivingMachine;
beforeEach(async () => {
  machine = await startReceiving(1);
});
afterEach(() => machine.close());

test('open windows that take long to read are read seldom, and shown as they were read last', async () => {
  const [view] = receivingPlan.views;
  if (view === undefined) throw new Error('The plan has a view.');
  const clock = new ManualClock(0);
  const { state } = machine.stores;
  const slowState: StateStore = {
    get: (key) => {
      clock.advance(10);
      return state.get(key);
    },
    query: (range) => state.query(range),
    delete: (keys) => state.delete(keys),
    transact: (writes) => state.transact(writes),
  };
  const open = new OpenStatus(view, { ...machine.stores, state: slowState }, clock);
  const send = async (user: string) => {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${machine.url}/streams/clicks/events`, { method: 'POST', body: click(1, user), headers });
    await machine.counts();
  };
  await send('ann');
  expect((await open.read(null)).map(({ groups }) => groups)).toEqual([1]);
  const tookMs = clock.nowMs();
  expect(tookMs).toBeGreaterThan(0);
  await send('bob');
  clock.advance(49 * tookMs - 1);
  expect((await open.read(null)).map(({ groups }) => groups)).toEqual([1]);
  clock.advance(1);
  expect((await open.read(null)).map(({ groups }) => groups)).toEqual([2]);

  // Once a window has closed it is not shown as it was, and what is open now is read sooner.
  const [shown] = await open.read(null);
  const lastMs = clock.nowMs();
  await send('cleo');
  expect(await open.read(shown?.endMs ?? 0)).toEqual([]);
  expect(clock.nowMs()).toBe(lastMs);
  clock.advance(9 * tookMs);
  await open.read(shown?.endMs ?? 0);
  expect(clock.nowMs()).toBeGreaterThan(lastMs + 9 * tookMs);
  expect((await open.read((shown?.endMs ?? 0) - 1)).map(({ groups }) => groups)).toEqual([3]);
});
