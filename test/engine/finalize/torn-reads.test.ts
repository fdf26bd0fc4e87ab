import { finalizeView } from '../../../engine/finalize/finalizer.ts';
import { ViewSnapshot } from '../../../engine/finalize/snapshot.ts';
import { loadSource } from '../../../engine/sources/registry.ts';
import { at, click, record, recordsOf } from '../../support/clicks.ts';
import { viewNamed } from '../../support/pipeline-kit.ts';
import { World } from '../../support/world.ts';

/** Two events of one window, and one that closes it. */
const CLOSING = recordsOf([click('10:01'), click('10:02'), click('10:06:30')]);

describe('a finalizer that reads while a transaction is being applied', () => {
  test('sees a new checkpoint and no segment yet, and reads until the segment is there', async () => {
    const world = new World();
    world.state.script(null, { tornForReads: 7 });
    await world.take(CLOSING);
    const pauses: number[] = [];
    await world.finalize('pages', 0, { pause: async (retry) => void pauses.push(retry) });
    expect(await world.summary()).toEqual(['10:00 /a 2']);
    // Each read that does not find it is followed by a pause, and the pauses grow.
    expect(pauses.length).toBeGreaterThan(3);
    expect(pauses).toEqual(pauses.map((_, index) => index + 1));
  });

  test('sees a new checkpoint and the old version of a rewritten segment, and reads until it is the new one', async () => {
    const world = new World();
    const container = world.aggregator();
    await container.process(recordsOf([click('10:01')]));
    world.state.script({ tornForReads: 7 });
    await container.process(recordsOf([click('10:02'), click('10:06:30')], 2));
    const tenOClock = (await world.segments()).filter(({ key }) => key.sort.includes('T10:00'));
    expect(tenOClock.map(({ version }) => version)).toEqual([2]);
    await world.finalize();
    expect(await world.summary()).toEqual(['10:00 /a 2']);
  });

  test('would give a wrong row without the list of segments in the checkpoint', async () => {
    const world = new World();
    world.state.script(null, { tornForReads: 7 });
    await world.take(CLOSING);
    const view = viewNamed(world.stream, 'pages');
    const source = await loadSource(view, 0, world.state);
    const blind = { ...source, origins: source.origins.map((origin) => ({ ...origin, manifest: [] })) };
    const panes = await new ViewSnapshot(view, 0, world.ports, blind).readPanes(at('10:00'), at('10:05'));
    expect(panes.size).toBe(0);
  });

  test('gives up with the view and shard named where a listed segment never appears', async () => {
    const world = new World();
    await world.take(CLOSING);
    const [segment] = await world.segments();
    await world.stores.state.delete(segment ? [segment.key] : []);
    let pauses = 0;
    const finalized = world.finalize('pages', 0, { pause: async () => void pauses++ });
    await expect(finalized).rejects.toThrow(/View 'pages'.*s1.*lists a segment that 100 reads did not find/);
    expect(pauses).toBe(99);
  });

  test('takes a listed marker that is not visible yet for granted before it drops the pane', async () => {
    const world = new World({ allowedLateness: '5 minutes' });
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    await world.finalize();
    world.state.script({ tornForReads: Number.POSITIVE_INFINITY, only: 'marker' });
    // Late for 10:00–10:05, within its allowed lateness, in the commit whose watermark drops the pane.
    await world.take(recordsOf([click('10:02'), click('10:12')], 3));
    await world.finalize();
    expect(await world.summary()).toEqual(['10:00 /a 2', '10:05 /a 1']);
  });

  test('sees the marker of a late event before its segment, and does not let the event go', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    await world.finalize();
    expect(await world.summary()).toEqual(['10:00 /a 1']);
    await world.take([record(3, click('10:02'))]);
    // The finalizer has read the checkpoints when this transaction begins, so no list tells of its segment:
    //   finalizer: checkpoints | ............................ | markers | segments of 10:00 | deletes the marker
    //   transaction:           | checkpoint, marker of 10:00  |                              | segment of 10:00
    world.state.beforeQueryOf('marker#', async () => {
      world.state.script({ tornForReads: 4, only: 'segment' });
      await world.take([record(4, click('10:03'))]);
    });
    await world.finalize();
    await world.sweep();
    await world.finalizeAll();
    expect(await world.counters()).toMatchObject({ delivered: 4, accepted: 4 });
    expect(await world.summary()).toEqual(['10:00 /a 3']);
  });
});

describe('an idle shard that commits a late event after a finalizer has read its checkpoint', () => {
  /** `quiet` has one event of 10:01, and was raised by the sweep to the 10:19 of `busy`. Nothing is finalized. */
  async function raised(): Promise<World> {
    const world = new World({ shards: ['busy', 'quiet'], allowedLateness: '1 hour' });
    world.log.append('busy', record(1, [click('10:06'), click('10:20')], { arrivalMs: at('11:59:30') }));
    world.log.append('quiet', record(1, click('10:01'), { arrivalMs: at('11:50') }));
    await world.take(world.log.records('quiet'), 'quiet');
    await world.sweep();
    world.clock.advance(60_000);
    await world.take(world.log.records('busy'), 'busy');
    await world.sweep();
    expect((await world.checkpoint('quiet')).watermarkMs).toBe(at('10:19'));
    return world;
  }

  const LATE = [record(2, click('10:07'), { arrivalMs: at('11:59') })];

  test('has its event in the row of a window that is final already', async () => {
    const world = await raised();
    await world.finalizeAll();
    expect(await world.summary()).toEqual(['10:00 /a 1', '10:05 /a 1']);
    await world.take([record(2, click('10:02'))], 'busy');
    world.state.beforeQueryOf('marker#', () => world.take(LATE, 'quiet'));
    await world.finalize();
    await world.sweep();
    await world.finalizeAll();
    expect(await world.summary()).toEqual(['10:00 /a 2', '10:05 /a 2']);
  });

  test('has its event in the row of a window that this finalizer closes', async () => {
    const world = await raised();
    world.state.beforeQueryOf('marker#', () => world.take(LATE, 'quiet'));
    await world.finalize();
    await world.sweep();
    await world.finalizeAll();
    expect(await world.summary()).toEqual(['10:00 /a 1', '10:05 /a 2']);
  });

  test('has its event in the row of a window that only this event is in', async () => {
    const world = await raised();
    world.state.beforeQueryOf('marker#', () => world.take([record(2, click('10:12'))], 'quiet'));
    await world.finalize();
    await world.sweep();
    await world.finalizeAll();
    expect(await world.summary()).toEqual(['10:00 /a 1', '10:05 /a 1', '10:10 /a 1']);
  });
});

describe('a shard that is registered after a finalizer has read the checkpoints', () => {
  test('has its late event in the row: the marker tells of a shard that the checkpoints do not', async () => {
    const world = new World({ shards: ['p'] });
    await world.take(recordsOf([click('10:01'), click('10:10')]), 'p');
    await world.finalize();
    world.log.split('p', 'c1', 'c2');
    world.state.beforeQueryOf('marker#', () => world.take([record(1, click('10:02'))], 'c1'));
    await world.finalize();
    await world.sweep();
    await world.finalizeAll();
    expect(await world.counters()).toMatchObject({ delivered: 3, accepted: 3 });
    expect(await world.summary()).toEqual(['10:00 /a 2']);
  });

  test('has it in the row of a window that this finalizer closes', async () => {
    const world = new World({ shards: ['p'] });
    await world.take(recordsOf([click('10:01'), click('10:10')]), 'p');
    world.log.split('p', 'c1', 'c2');
    world.state.beforeQueryOf('marker#', () => world.take([record(1, click('10:02'))], 'c1'));
    await world.finalize();
    await world.sweep();
    await world.finalizeAll();
    expect(await world.summary()).toEqual(['10:00 /a 2']);
  });
});

describe('a container that starts while a transaction on its shard is being applied', () => {
  test('makes sure of the segments that its checkpoint lists before it commits the next list', async () => {
    const world = new World();
    world.state.script(null, { tornForReads: 6, only: 'segment' });
    await world.take(recordsOf([click('10:01')]));
    // The segment of 10:01 is still to appear. The next commit lists its own segments only.
    await world.take(recordsOf([click('10:02'), click('10:06:30')], 2));
    await finalizeView(viewNamed(world.stream, 'pages'), 0, world.ports);
    await world.end();
    expect(await world.counters()).toMatchObject({ accepted: 3 });
    expect(await world.summary()).toEqual(['10:00 /a 2', '10:05 /a 1']);
  });

  test('has a pane looked at again whose marker it cannot see, before the pane is dropped', async () => {
    const world = new World({ allowedLateness: '5 minutes' });
    await world.take(recordsOf([click('10:01'), click('10:08')]));
    await world.finalize();
    world.state.script({ tornForReads: Number.POSITIVE_INFINITY, only: 'marker' });
    await world.take(recordsOf([click('10:02')], 3));
    // The next list is of this commit alone, and its watermark takes the pane of 10:00 away.
    await world.take(recordsOf([click('10:12')], 4));
    await world.finalize();
    expect((await world.segments()).some(({ key }) => key.sort.includes('T10:00'))).toBe(false);
    expect(await world.summary()).toEqual(['10:00 /a 2', '10:05 /a 1']);
  });

  test('does not make an event too large by what it owes to the commit before', async () => {
    const world = new World();
    await world.take(recordsOf([click('10:14')]));
    await world.take(recordsOf([click('10:01'), click('10:06')], 2));
    await world.finalize();
    // Nobody can tell whether the two markers were dealt with; the event's own commit is a checkpoint and two items.
    world.state.limits = { items: 3 };
    await world.take(recordsOf([click('10:02')], 4));
    expect(await world.counters()).toMatchObject({ delivered: 4, accepted: 4, dead: 0 });
    world.state.limits = {};
    await world.end();
    expect(await world.summary()).toEqual(['10:00 /a 2', '10:05 /a 1', '10:10 /a 1']);
  });
});
