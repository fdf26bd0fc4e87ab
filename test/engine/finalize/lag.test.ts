import { count, global, pipeline, session, stream, Timestamp, Type, tumbling, view } from 'streamgauge';
import { finalizeLagMs, hasMovedOn } from '../../../engine/finalize/lag.ts';
import type { Pass } from '../../../engine/state/pass.ts';
import { NO_PROGRESS } from '../../../engine/state/progress.ts';
import { endStream } from '../../../engine/sweep/sweep.ts';
import { SmallWorld } from '../../support/small-world.ts';

const events = stream('events', {
  schema: Type.Object({ key: Type.String(), at: Timestamp('epoch-s') }),
  eventTime: 'at',
  partitionKey: 'key',
  maxLateness: '0 ms',
});
const minutes = view('minutes', events)
  .window(tumbling('1 minute'))
  .groupBy('key')
  .aggregate(() => ({ n: count() }));
const hours = view('hours', minutes)
  .window(tumbling('1 hour'))
  .aggregate(() => ({ rows: count() }));
const visits = view('visits', events)
  .window(session({ gap: '1 minute' }))
  .groupBy('key')
  .aggregate(() => ({ n: count() }));
const totals = view('totals', events)
  .window(global({ emitEvery: '1 minute' }))
  .aggregate(() => ({ n: count() }));

const PASS: Pass = {
  ...{ closeUpToMs: 60_000, settledMs: 60_000, cut: {}, listedPanes: [], state: null, atCutoff: null },
  cursor: { fromMs: 0, toMs: 60_000, hash: 0 },
};

let world: SmallWorld;
beforeEach(() => {
  world = new SmallWorld(pipeline('p', [minutes, hours, visits, totals]));
});
const take = (...seconds: readonly number[]) => world.take(seconds.map((at) => ({ key: 'a', at })));
const lagSeconds = async (name: string) => (await finalizeLagMs(world.view(name), 0, world.ports)) / 1000;

describe('the lag of a view', () => {
  test('is none before anything has come', async () => {
    expect(await lagSeconds('minutes')).toBe(0);
  });

  test('is none while its first window is open', async () => {
    await take(3601, 3620);
    expect(await lagSeconds('minutes')).toBe(0);
  });

  test('is from its first event, where nothing was ever final', async () => {
    await take(3601, 4210);
    expect(await lagSeconds('minutes')).toBe(600);
    // What is carried on closes by steps of its own; its first pane begins no later than its first event.
    for (const name of ['visits', 'totals']) expect(await lagSeconds(name)).toBeGreaterThanOrEqual(540);
  });

  test('grows with the watermark while no finalizer runs, and is none when one has', async () => {
    await take(3601, 3690);
    await world.finalizeAll();
    for (const name of ['minutes', 'visits', 'totals']) expect(await lagSeconds(name)).toBe(0);
    await take(3750);
    expect(await lagSeconds('minutes')).toBe(60);
    await take(4350);
    expect(await lagSeconds('minutes')).toBe(660);
    await world.finalizeAll();
    expect(await lagSeconds('minutes')).toBe(0);
  });

  test('that takes the rows of another is measured from what that one has made final', async () => {
    await take(3601, 10_900);
    expect(await lagSeconds('hours')).toBe(0);
    await world.finalize('minutes');
    expect(await lagSeconds('hours')).toBe(7200);
    await world.finalize('hours');
    expect(await lagSeconds('hours')).toBe(0);
  });

  test('says nothing of a stream that has ended', async () => {
    await take(3601, 3620);
    await endStream(world.stream, world.ports.state);
    expect(await lagSeconds('minutes')).toBe(0);
  });
});

describe('a finalizer that stops before it is done', () => {
  test('has moved on where it has made windows final', async () => {
    await take(3601, 3661, 3900);
    const result = await world.finalize('minutes', {}, () => true);
    expect(result).toMatchObject({ outcome: 'more', movedOn: true });
  });

  test.each([
    ['its windows are final further than before', { closedUpToMs: 1 }, true],
    ['more of its state is gone', { stateCutoffMs: 1 }, true],
    ['counts of late events are written down', { patch: { version: 2, pages: 1, bytes: 10 } }, true],
    ['its pass is at another place', { pass: { ...PASS, cursor: { ...PASS.cursor, hash: 7 } } }, true],
    ['its pass has ended', { pass: null }, true],
    ['it only claimed', { version: 7, held: true, claimedToMs: 1 }, false],
  ])('where %s: moved on is %p', (_, change, expected) => {
    const before = { ...NO_PROGRESS, closedUpToMs: 0, stateCutoffMs: 0, pass: PASS };
    expect(hasMovedOn(before, { ...before, ...change })).toBe(expected);
  });
});
