import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../engine/index.ts';
import { discardBatch } from '../../../engine/ingest/discard.ts';
import { pipelineDefinition } from '../../../engine/ir/pipeline-definition.ts';
import { compilePipeline, type StreamPlan } from '../../../engine/plan/plan.ts';
import type { ShardInfo } from '../../../engine/ports/shard-topology.ts';
import type { StateStore } from '../../../engine/ports/state-store.ts';
import { registerShards } from '../../../engine/protocol/register-shards.ts';
import { idsPartition, markerKey } from '../../../engine/state/keys.ts';
import { loadRollup, loadShards, totalCounters } from '../../../engine/state/shard-rollup.ts';
import { endStream, sweepStream } from '../../../engine/sweep/sweep.ts';
import { at, click, record, recordsOf } from '../../support/clicks.ts';
import { SmallWorld } from '../../support/small-world.ts';
import { World } from '../../support/world.ts';

const DAY_MS = 86_400_000;

/** Shard 'p' was read up to 10:10 and split; its windows are final and gone, and the source lists it no more. */
async function worldAfterSplit(): Promise<World> {
  const world = new World({ shards: ['p'] });
  world.log.append('p', record(1, [click('10:01'), click('10:10')]));
  await world.take(world.log.records('p'), 'p');
  world.log.split('p', 'c1', 'c2');
  for (const child of ['c1', 'c2']) {
    world.log.append(child, record(2, click('11:00', `/${child}`)));
    await world.take(world.log.records(child), child);
  }
  await world.sweep();
  await world.finalizeAll();
  world.log.forget('p');
  return world;
}

const names = async (world: World) => (await world.checkpoints()).map(({ shard }) => shard);

describe('a retired shard that nothing needs', () => {
  test('goes into the roll-up, and a later sweep deletes its checkpoint', async () => {
    const world = await worldAfterSplit();
    expect((await world.sweep()).rolledUp).toEqual(['p']);
    expect(await names(world)).toEqual(['c1', 'c2', 'p']);
    expect((await world.sweep()).rolledUp).toEqual([]);
    expect(await names(world)).toEqual(['c1', 'c2']);
  });

  test('counts as before, whoever counts in between', async () => {
    const world = await worldAfterSplit();
    const before = await world.counters();
    expect(before).toMatchObject({ delivered: 4, accepted: 4 });
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      await world.sweep();
      expect(await world.counters()).toEqual(before);
    }
  });

  test('is counted once by a reader that sees its checkpoint before it goes, and the roll-up after', async () => {
    const world = await worldAfterSplit();
    const reading: StateStore = {
      ...facade(world.stores.state),
      get: async (key) => {
        await world.sweep();
        await world.sweep();
        return world.stores.state.get(key);
      },
    };
    expect(totalCounters(await loadShards(reading, 'clicks'))).toMatchObject({ delivered: 4 });
    expect(await names(world)).toEqual(['c1', 'c2']);
  });

  test('is not made anew by a writer that froze before its transaction, for longer than names are remembered', async () => {
    const world = await worldAfterSplit();
    const { state } = world.stores;
    // It read before the child was registered, when the source still had the parent.
    const listed: ShardInfo[] = [{ id: 'p', parents: [] }, ...(await world.log.shards())];
    let froze = false;
    const stale: StateStore = {
      ...facade(state),
      query: async (range) => (froze || !range.partition.startsWith('checkpoint') ? state.query(range) : []),
      transact: async (writes) => {
        if (!froze) {
          froze = true;
          for (let sweeps = 0; sweeps < 3; sweeps++) await world.sweep();
          listed.splice(0, 1);
        }
        return state.transact(writes);
      },
    };
    const topology = { shards: async () => listed, probe: world.log.probe.bind(world.log) };
    await registerShards({ ...world.ports, state: stale, topology }, 'clicks');
    expect(await names(world)).toEqual(['c1', 'c2']);
  });

  test('is not made anew by a sweep that listed the shards when the source still had it', async () => {
    const world = await worldAfterSplit();
    const listed: ShardInfo[] = [{ id: 'p', parents: [] }, ...(await world.log.shards())];
    const topology = {
      // It freezes after its look at the source, and others sweep meanwhile.
      shards: async () => {
        for (let sweeps = 0; sweeps < 3; sweeps++) await world.sweep();
        return listed;
      },
      probe: world.log.probe.bind(world.log),
    };
    await sweepStream(world.stream, { ...world.ports, topology });
    expect(await names(world)).toEqual(['c1', 'c2']);
  });

  test('is remembered by name for a day, and for as long as the source may list it again', async () => {
    const world = await worldAfterSplit();
    await world.sweep();
    await world.sweep();
    const recent = async () => (await loadRollup(world.stores.state, 'clicks')).recent.map(({ shard }) => shard);
    await splitAndRetire(world, 'c1');
    world.log.add('p');
    world.clock.advance(DAY_MS);
    await world.sweep();
    expect(await recent()).toEqual(['p', 'c1']);
    expect(await names(world)).not.toContain('p');
    world.log.forget('p');
    await splitAndRetire(world, 'c2', '13:00');
    await world.sweep();
    expect(await recent()).toEqual(['c1', 'c2']);
  });

  test('gets a batch counted that the source gave up on at last', async () => {
    const world = await worldAfterSplit();
    await world.sweep();
    const late = recordsOf([click('10:11'), click('10:12')], 7);
    expect(await discardBatch(world.stream, 'p', late, world.ports)).toBe(2);
    expect(await discardBatch(world.stream, 'p', late, world.ports)).toBe(0);
    await world.sweep();
    expect(await names(world)).toEqual(['c1', 'c2']);
    expect(await discardBatch(world.stream, 'p', recordsOf([click('10:13')], 9), world.ports)).toBe(1);
    expect(await world.counters()).toMatchObject({ delivered: 7, accepted: 4, discarded: 3 });
    await expect(discardBatch(world.stream, 'x', late, world.ports)).rejects.toMatchObject({
      name: 'UnlistedShardError',
    });
  });

  test('is not rolled up while such a batch is being counted in its checkpoint', async () => {
    const world = await worldAfterSplit();
    world.state.beforeWriteOf(
      ({ partition }) => partition.startsWith('rollup'),
      () => discardBatch(world.stream, 'p', recordsOf([click('10:11')], 7), world.ports),
    );
    expect((await world.sweep()).rolledUp).toEqual([]);
    expect((await world.sweep()).rolledUp).toEqual(['p']);
    expect(await world.counters()).toMatchObject({ delivered: 5, discarded: 1 });
  });

  test('survives requests and replies that are lost', async () => {
    for (const fault of ['lostRequest', 'lostReply', 'conflict', 'inProgress'] as const) {
      const world = await worldAfterSplit();
      const before = await world.counters();
      world.state.beforeWriteOf(
        ({ partition }) => partition.startsWith('rollup'),
        async () => world.state.script(fault),
      );
      for (let sweeps = 0; sweeps < 4; sweeps++) {
        await world.sweep();
        expect(await world.counters()).toEqual(before);
      }
      expect(await names(world)).toEqual(['c1', 'c2']);
    }
  });
});

describe('a checkpoint stays while', () => {
  test('the source lists its shard', async () => {
    const world = await worldAfterSplit();
    world.log.add('p');
    world.log.close('p');
    expect((await world.sweep()).rolledUp).toEqual([]);
  });

  test('a view has a segment of its shard', async () => {
    const world = new World({ shards: ['p'] });
    world.log.append('p', record(1, click('10:01')));
    await world.take(world.log.records('p'), 'p');
    world.log.split('p', 'c1', 'c2');
    await world.sweep();
    world.log.forget('p');
    expect((await world.sweep()).rolledUp).toEqual([]);
    for (const child of ['c1', 'c2']) await world.take([record(2, click('11:00'))], child);
    await world.finalizeAll();
    expect((await world.sweep()).rolledUp).toEqual(['p']);
    expect(await world.summary()).toEqual(['10:00 /a 1']);
  });

  test('its last commit lists a segment that is not visible yet', async () => {
    const world = new World({ shards: ['p'] });
    world.log.append('p', record(1, click('10:01')));
    world.state.script(null, { tornForReads: 1, only: 'segment' });
    await world.take(world.log.records('p'), 'p');
    world.log.split('p', 'c1', 'c2');
    await world.sweep();
    world.log.forget('p');
    // The one read that does not see it is the sweep's.
    expect((await world.sweep()).rolledUp).toEqual([]);
  });

  test('a view has a marker of it that nobody has dealt with', async () => {
    const world = await worldAfterSplit();
    const pages = world.stream.views[0]?.key as string;
    const key = markerKey(pages, 0, 'p', at('10:00'), 9);
    await world.stores.state.transact([{ kind: 'put', key, version: 1, data: 'null', condition: { kind: 'absent' } }]);
    expect((await world.sweep()).rolledUp).toEqual([]);
    await world.stores.state.delete([key]);
    expect((await world.sweep()).rolledUp).toEqual(['p']);
  });

  test('its parents have theirs', async () => {
    const world = await worldAfterSplit();
    world.log.add('p');
    world.log.close('p');
    await splitAndRetire(world, 'c1');
    expect((await world.sweep()).rolledUp).toEqual([]);
    world.log.forget('p');
    expect((await world.sweep()).rolledUp).toEqual(['p']);
    expect((await world.sweep()).rolledUp).toEqual(['c1']);
  });

  test('its children compare their events with its ids', async () => {
    const events = stream('events', {
      schema: Type.Object({ id: Type.String(), at: Timestamp('epoch-s') }),
      eventTime: 'at',
      partitionKey: 'id',
      maxLateness: '0 ms',
      dedupe: { by: 'id', within: '1 hour' },
    });
    const rows = view('rows', events)
      .window(tumbling('1 minute'))
      .aggregate(() => ({ n: count() }));
    const world = new SmallWorld(pipeline('p', [rows]));
    const topology = {
      shards: async () => world.shards,
      probe: async (_stream: string, shard: string) => (shard === 's1' ? ('ended' as const) : ('caughtUp' as const)),
    };
    const sweep = () => sweepStream(world.stream, { ...world.ports, topology });
    await world.take([{ id: 'a', at: 10 }]);
    world.shards = [
      { id: 's1', parents: [] },
      { id: 's2', parents: ['s1'] },
    ];
    await sweep();
    world.shards = world.shards.slice(1);
    await world.take([{ id: 'b', at: 1800 }], world.container('s2'));
    await world.finalize('rows');
    expect((await sweep()).rolledUp).toEqual([]);
    await world.take([{ id: 'a', at: 1800 }], world.container('s2'));
    expect(totalCounters(await loadShards(world.stores.state, 'events'))).toMatchObject({ accepted: 2, duplicate: 1 });
    await world.take([{ id: 'c', at: 9000 }], world.container('s2'));
    await world.finalize('rows');
    // A sweep deletes its ids first, and then finds that it is not needed.
    const rolledUp = [...(await sweep()).rolledUp, ...(await sweep()).rolledUp];
    expect(rolledUp).toEqual(['s1']);
    expect(await world.stores.state.query({ partition: idsPartition('events', 's1') })).toEqual([]);
  });
});

describe('a window that began before its view was deployed', () => {
  /** A stream of which the second version has a view that the first has not. */
  function plans(): readonly [StreamPlan, StreamPlan] {
    const clicks = stream('clicks', {
      schema: Type.Object({ page: Type.String(), time: Timestamp('any') }),
      eventTime: 'time',
      partitionKey: 'page',
      maxLateness: '1 minute',
    });
    const hourly = view('hourly', clicks)
      .window(tumbling('1 hour'))
      .aggregate(() => ({ n: count() }));
    const daily = view('daily', clicks)
      .window(tumbling('1 day'))
      .aggregate(() => ({ n: count() }));
    const planOf = (...views: readonly unknown[]) =>
      compilePipeline(pipelineDefinition(pipeline('p', views as never), 'the test')).streams[0] as StreamPlan;
    return [planOf(hourly), planOf(hourly, daily)];
  }

  test.each([true, false])(
    'is partial also when the shard that says so is gone; its shard knew the view: %s',
    async (shardKnowsView) => {
      const [before, after] = plans();
      const world = new World({ shards: ['p'] });
      const sweep = (plan: StreamPlan) => sweepStream(plan, world.ports);
      const take = (plan: StreamPlan, shard: string, n: number, time: string) => {
        const batch = record(n, click(time));
        world.log.append(shard, batch);
        return world.aggregator(shard, {}, {}, plan).process([batch]);
      };
      await take(before, 'p', 1, '10:01');
      if (shardKnowsView) {
        world.log.append('p', record(2, 'no JSON'));
        await world.aggregator('p', {}, {}, after).process([record(2, 'no JSON')]);
      }
      world.log.split('p', 'c1', 'c2');
      await take(after, 'c1', 3, '11:30');
      await take(after, 'c2', 3, '11:30');
      await sweep(after);
      await world.finalizeAll(after);
      world.log.forget('p');
      const swept = [await sweep(after), await sweep(after)];
      expect(swept.flatMap(({ rolledUp }) => rolledUp)).toEqual(['p']);
      expect(await names(world)).toEqual(['c1', 'c2']);
      await take(after, 'c1', 4, '23:59:59');
      await endStream(after, world.ports.state);
      await world.finalizeAll(after);
      const daily = after.views.find(({ name }) => name === 'daily');
      const { rows } = await world.stores.results.windows({
        view: daily?.key as string,
        fromMs: 0,
        toMs: at('23:00'),
        limit: 10,
      });
      expect(rows.map(({ partial, columns }) => [partial, JSON.parse(columns).n])).toEqual([[true, 3]]);
    },
  );
});

/** Splits a shard, lets all open ones go on to a time at which its windows are gone, and lets the source forget it. */
async function splitAndRetire(world: World, shard: string, time = '12:00'): Promise<void> {
  world.log.split(shard, `${shard}1`, `${shard}2`);
  await world.sweep();
  const open = (await world.checkpoints()).filter((checkpoint) => !checkpoint.retired && checkpoint.shard !== shard);
  for (const [index, { shard: other }] of open.entries()) {
    const batch = record(Number(time.slice(0, 2)), click(time, `/${index}`));
    world.log.append(other, batch);
    await world.take([batch], other);
  }
  await world.sweep();
  await world.finalizeAll();
  world.log.forget(shard);
}

/** A store's own methods, for a test to put others in their place. */
function facade(state: StateStore): StateStore {
  return {
    get: (key) => state.get(key),
    query: (range) => state.query(range),
    transact: (writes) => state.transact(writes),
    delete: (keys) => state.delete(keys),
  };
}
