import type { Position } from '../../engine/ports/position.ts';
import type { ShardTopology } from '../../engine/ports/shard-topology.ts';
import { fresh } from './fresh.ts';

export interface ShardTopologyFixture {
  readonly topology: ShardTopology;
  /** Makes a stream of open shards without parents, ready for use. */
  makeStream(name: string, shards: number): Promise<void>;
  /** Appends one record to a shard, named as `shards()` names it, and tells where it went. */
  putRecord(stream: string, shard: string): Promise<Position>;
  /** Needed where `reshards` is declared. Closes the shard; its two children are in `shards()` when it returns. */
  split?(stream: string, shard: string): Promise<void>;
  /** Needed where `reshards` is declared. Closes both shards, which are neighbours; their child is in `shards()` when it returns. */
  merge?(stream: string, first: string, second: string): Promise<void>;
  close?(): Promise<void>;
}

export interface ShardTopologyCapabilities {
  /** Shards can be split and merged; where not, they are the same for as long as the stream lives. */
  readonly reshards: boolean;
}

/** What every `ShardTopology` does. Each test makes streams of its own. */
export function shardTopologyConformance(
  name: string,
  create: () => Promise<ShardTopologyFixture>,
  capabilities: ShardTopologyCapabilities,
): void {
  const check: Check = (fact, body) => {
    test(fact, async () => {
      const fixture = await create();
      try {
        await body(fixture, fresh('stream'));
      } finally {
        await fixture.close?.();
      }
    });
  };
  describe(name, () => {
    describe('the shards', () => declareShardTests(check));
    describe('a probe', () => declareProbeTests(check));
    if (capabilities.reshards) describe('resharding', () => declareReshardTests(check));
  });
}

type Check = (fact: string, body: (fixture: ShardTopologyFixture, stream: string) => Promise<void>) => void;

function declareShardTests(check: Check): void {
  for (const count of [1, 3]) {
    check(`of a stream of ${count} are listed, with ids of their own and no parents`, async (fixture, stream) => {
      await fixture.makeStream(stream, count);
      const shards = await fixture.topology.shards(stream);
      expect(new Set(shards.map((shard) => shard.id)).size).toBe(count);
      expect(shards.map((shard) => shard.parents)).toEqual(shards.map(() => []));
    });
  }

  check('are the same when asked again and after records came', async (fixture, stream) => {
    const ids = await makeShards(fixture, stream, 2);
    await fixture.putRecord(stream, ids[0] as string);
    expect(await shardIds(fixture, stream)).toEqual(ids);
  });

  check('of a stream that does not exist are an error that names it', async (fixture, stream) => {
    await expect(fixture.topology.shards(stream)).rejects.toThrow(stream);
  });

  check('of two streams are kept apart', async (fixture, stream) => {
    const [mine] = await makeShards(fixture, stream, 1);
    const [other] = await makeShards(fixture, `${stream}-2`, 1);
    await fixture.putRecord(`${stream}-2`, other as string);
    expect(await fixture.topology.probe(stream, mine as string, null)).toBe('caughtUp');
    expect(await fixture.topology.probe(`${stream}-2`, other as string, null)).toBe('recordsWaiting');
  });
}

function declareProbeTests(check: Check): void {
  check('of an empty shard finds it caught up', async (fixture, stream) => {
    const [shard] = await makeShards(fixture, stream, 1);
    expect(await fixture.topology.probe(stream, shard as string, null)).toBe('caughtUp');
  });

  check('from the start finds records waiting', async (fixture, stream) => {
    const [shard] = (await makeShards(fixture, stream, 1)) as [string];
    await fixture.putRecord(stream, shard);
    expect(await fixture.topology.probe(stream, shard, null)).toBe('recordsWaiting');
  });

  check('finds records waiting after every record but the last', async (fixture, stream) => {
    const [shard] = (await makeShards(fixture, stream, 1)) as [string];
    const positions: Position[] = [];
    for (let i = 0; i < 3; i++) positions.push(await fixture.putRecord(stream, shard));
    const found = [];
    for (const position of positions) found.push(await fixture.topology.probe(stream, shard, position));
    expect(found).toEqual(['recordsWaiting', 'recordsWaiting', 'caughtUp']);
  });

  check('sees a record that came after an earlier probe', async (fixture, stream) => {
    const [shard] = (await makeShards(fixture, stream, 1)) as [string];
    const last = await fixture.putRecord(stream, shard);
    expect(await fixture.topology.probe(stream, shard, last)).toBe('caughtUp');
    const next = await fixture.putRecord(stream, shard);
    expect(await fixture.topology.probe(stream, shard, last)).toBe('recordsWaiting');
    expect(await fixture.topology.probe(stream, shard, next)).toBe('caughtUp');
  });

  check('consumes nothing', async (fixture, stream) => {
    const [shard] = (await makeShards(fixture, stream, 1)) as [string];
    await fixture.putRecord(stream, shard);
    for (let i = 0; i < 3; i++) expect(await fixture.topology.probe(stream, shard, null)).toBe('recordsWaiting');
  });

  check('looks at one shard only', async (fixture, stream) => {
    const [first, second] = (await makeShards(fixture, stream, 2)) as [string, string];
    await fixture.putRecord(stream, first);
    expect(await fixture.topology.probe(stream, first, null)).toBe('recordsWaiting');
    expect(await fixture.topology.probe(stream, second, null)).toBe('caughtUp');
  });

  // The index is of an event in a record that was read to its end: events of one record are no records of their own.
  check('looks for the next record, whatever the index in the last one', async (fixture, stream) => {
    const [shard] = (await makeShards(fixture, stream, 1)) as [string];
    const { sequence } = await fixture.putRecord(stream, shard);
    expect(await fixture.topology.probe(stream, shard, { sequence, index: 41 })).toBe('caughtUp');
    await fixture.putRecord(stream, shard);
    expect(await fixture.topology.probe(stream, shard, { sequence, index: 41 })).toBe('recordsWaiting');
  });
}

function declareReshardTests(check: Check): void {
  check('by a split lists two children with one parent, and the parent still', async (fixture, stream) => {
    const [parent] = (await makeShards(fixture, stream, 1)) as [string];
    await resharder(fixture).split(stream, parent);
    const shards = await fixture.topology.shards(stream);
    expect(shards.filter((shard) => shard.id === parent)).toEqual([{ id: parent, parents: [] }]);
    expect(shards.filter((shard) => shard.id !== parent).map((shard) => shard.parents)).toEqual([[parent], [parent]]);
  });

  check('by a merge lists one child with two parents, and the parents still', async (fixture, stream) => {
    const parents = (await makeShards(fixture, stream, 2)) as [string, string];
    await resharder(fixture).merge(stream, ...parents);
    const shards = await fixture.topology.shards(stream);
    expect(shards).toHaveLength(3);
    const child = shards.filter((shard) => !parents.includes(shard.id));
    expect(child.map((shard) => [...shard.parents].sort())).toEqual([parents]);
  });

  check('ends a shard that held nothing', async (fixture, stream) => {
    const [parent] = (await makeShards(fixture, stream, 1)) as [string];
    await resharder(fixture).split(stream, parent);
    expect(await fixture.topology.probe(stream, parent, null)).toBe('ended');
  });

  check('ends a shard only after its last record', async (fixture, stream) => {
    const [parent] = (await makeShards(fixture, stream, 1)) as [string];
    const first = await fixture.putRecord(stream, parent);
    const last = await fixture.putRecord(stream, parent);
    await resharder(fixture).split(stream, parent);
    expect(await fixture.topology.probe(stream, parent, null)).toBe('recordsWaiting');
    expect(await fixture.topology.probe(stream, parent, first)).toBe('recordsWaiting');
    expect(await fixture.topology.probe(stream, parent, last)).toBe('ended');
  });

  check('gives children that are open', async (fixture, stream) => {
    const [parent] = (await makeShards(fixture, stream, 1)) as [string];
    await resharder(fixture).split(stream, parent);
    const [first, second] = (await shardIds(fixture, stream)).filter((id) => id !== parent) as [string, string];
    const position = await fixture.putRecord(stream, second);
    expect(await fixture.topology.probe(stream, first, null)).toBe('caughtUp');
    expect(await fixture.topology.probe(stream, second, null)).toBe('recordsWaiting');
    expect(await fixture.topology.probe(stream, second, position)).toBe('caughtUp');
  });
}

async function makeShards(fixture: ShardTopologyFixture, stream: string, count: number): Promise<string[]> {
  await fixture.makeStream(stream, count);
  return shardIds(fixture, stream);
}

/** Sorted, for the port promises no order. Kinesis numbers shards in the order of their hash keys: neighbours stay so. */
async function shardIds(fixture: ShardTopologyFixture, stream: string): Promise<string[]> {
  return (await fixture.topology.shards(stream)).map((shard) => shard.id).sort();
}

function resharder({ split, merge }: ShardTopologyFixture) {
  if (split === undefined || merge === undefined) {
    throw new Error('`reshards` is declared, and the fixture has no `split` or no `merge`.');
  }
  return { split, merge };
}
