import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  ExpiredIteratorException,
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  ProvisionedThroughputExceededException,
  PutRecordCommand,
  ResourceNotFoundException,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { splitShardId } from '../../adapters/aws/kinesis-shard-id.ts';
import { KinesisShardTopology } from '../../adapters/aws/kinesis-shard-topology.ts';
import { shardTopologyConformance } from '../conformance/shard-topology.ts';
import { clientSettings, describeWithKinesis } from './emulators.ts';
import { recordedBackoff } from './recorded-backoff.ts';
import { type ScriptedCall, scriptedKinesis } from './scripted-client.ts';

describeWithKinesis('KinesisShardTopology', (endpoint) => {
  let client: KinesisClient;
  beforeAll(() => {
    client = new KinesisClient({ ...clientSettings(endpoint()), requestHandler: new NodeHttpHandler() });
  });
  afterAll(() => client.destroy());

  shardTopologyConformance(
    'as a shard topology',
    async () => ({
      topology: new KinesisShardTopology({ client }),
      makeStream: async (StreamName, ShardCount) => {
        await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
        await untilActive(client, StreamName);
      },
      putRecord: async (StreamName, id) => {
        const { StartingHashKey } = (await shardOf(client, StreamName, id)).HashKeyRange ?? {};
        const record = { StreamName, PartitionKey: 'any', ExplicitHashKey: StartingHashKey, Data: Buffer.from('{}') };
        const { SequenceNumber } = await client.send(new PutRecordCommand(record));
        return { sequence: SequenceNumber as string, index: 0 };
      },
      split: async (StreamName, id) => {
        const { ShardId, HashKeyRange } = await shardOf(client, StreamName, id);
        const middle = (BigInt(HashKeyRange?.StartingHashKey ?? 0) + BigInt(HashKeyRange?.EndingHashKey ?? 0)) / 2n;
        await client.send(
          new SplitShardCommand({ StreamName, ShardToSplit: ShardId, NewStartingHashKey: String(middle) }),
        );
        await untilActive(client, StreamName);
      },
      merge: async (StreamName, first, second) => {
        const [ShardToMerge, AdjacentShardToMerge] = [first, second].map((id) => splitShardId(id).shardId);
        await client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
        await untilActive(client, StreamName);
      },
    }),
    { reshards: true },
  );
});

const CREATED = new Date('2015-05-17T10:00:00.700Z');
const SHARD = '1431856800:shardId-000000000000';

test('a shard of which nothing is read yet is looked at from where reading begins', async () => {
  const startsAtMs = Date.parse('2026-03-01T00:00:00Z');
  for (const [settings, begins] of [
    [{}, { ShardIteratorType: 'TRIM_HORIZON' }],
    [{ startsAtMs }, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(startsAtMs) }],
  ] as const) {
    const { client, calls } = scriptedKinesis(({ operation }) => {
      if (operation === 'DescribeStreamSummary') return description();
      if (operation === 'ListShards') return { Shards: [shard(0)] };
      if (operation === 'GetShardIterator') return { ShardIterator: '0' };
      return { Records: [], MillisBehindLatest: 0, NextShardIterator: '1' };
    });
    const topology = new KinesisShardTopology({ client, ...settings });
    expect(await topology.probe('clicks', SHARD, null)).toBe('caughtUp');
    const [asked] = calls.filter(({ operation }) => operation === 'GetShardIterator');
    expect(asked?.input).toMatchObject(begins);
  }
});

describe('the shards of a stream', () => {
  test('are listed to the last page, under ids that begin with the second in which the stream was made', async () => {
    const { client, calls } = scriptedKinesis(({ operation, input }) => {
      if (operation === 'DescribeStreamSummary') return description();
      if (input.NextToken === 'more') return { Shards: [shard(1, { ParentShardId: shardName(0) })] };
      return { Shards: [shard(0)], NextToken: 'more' };
    });
    const topology = new KinesisShardTopology({ client, streamNameOf: (stream) => `prod-${stream}` });
    expect(await topology.shards('clicks')).toEqual([
      { id: SHARD, parents: [] },
      { id: '1431856800:shardId-000000000001', parents: [SHARD] },
    ]);
    expect(calls.map(({ input }) => input)).toEqual([
      { StreamName: 'prod-clicks' },
      { StreamName: 'prod-clicks' },
      { NextToken: 'more' },
    ]);
  });

  test('name both parents of a merge, also where Kinesis has forgotten them', async () => {
    const merged = shard(7, { ParentShardId: shardName(2), AdjacentParentShardId: shardName(3) });
    const { client } = scriptedKinesis(({ operation }) =>
      operation === 'DescribeStreamSummary' ? description() : { Shards: [merged] },
    );
    const [only] = await new KinesisShardTopology({ client }).shards('clicks');
    expect(only?.parents).toEqual([`1431856800:${shardName(2)}`, `1431856800:${shardName(3)}`]);
  });

  test('have other ids once the stream was deleted and made again', async () => {
    let created = CREATED;
    const { client } = scriptedKinesis(({ operation }) =>
      operation === 'DescribeStreamSummary' ? description(created) : { Shards: [shard(0)] },
    );
    const topology = new KinesisShardTopology({ client });
    const [before] = await topology.shards('clicks');
    created = new Date(CREATED.getTime() + 60_000);
    const [after] = await topology.shards('clicks');
    expect([before?.id, after?.id]).toEqual([SHARD, '1431856860:shardId-000000000000']);
  });
});

describe('a probe', () => {
  test('goes on over empty pages until one says that nothing is behind', async () => {
    const { topology, reads } = quietShard([5000, 300, 0]);
    expect(await topology.probe('clicks', SHARD, null)).toBe('caughtUp');
    expect(reads()).toHaveLength(3);
  });

  test('finds a record behind empty pages, and finds it again', async () => {
    const { topology } = quietShard([5000, 300, 'record', 0]);
    expect(await topology.probe('clicks', SHARD, null)).toBe('recordsWaiting');
    expect(await topology.probe('clicks', SHARD, null)).toBe('recordsWaiting');
  });

  test('that meets more empty pages than it may read takes records for waiting, and goes on from there next time', async () => {
    const { topology, reads } = quietShard([9, 8, 7, 6, 5, 4, 3, 0], { maxReads: 3 });
    const after = { sequence: '10', index: 0 };
    const found = [];
    for (let i = 0; i < 4; i++) found.push(await topology.probe('clicks', SHARD, after));
    expect(found).toEqual(['recordsWaiting', 'recordsWaiting', 'caughtUp', 'caughtUp']);
    expect(reads()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });

  test('after another position begins anew', async () => {
    const { topology, reads } = quietShard([9, 0, 0]);
    await topology.probe('clicks', SHARD, { sequence: '10', index: 0 });
    await topology.probe('clicks', SHARD, { sequence: '11', index: 0 });
    expect(reads()).toEqual(['0', '1', '0', '1']);
  });

  test('begins anew where the place that it remembers has expired', async () => {
    let expired = false;
    const { topology, reads } = quietShard([9, 0, 0], {
      read: () => {
        if (expired) {
          expired = false;
          throw new ExpiredIteratorException({ message: 'Old.', $metadata: {} });
        }
      },
    });
    await topology.probe('clicks', SHARD, null);
    expired = true;
    expect(await topology.probe('clicks', SHARD, null)).toBe('caughtUp');
    expect(reads()).toEqual(['0', '1', '2', '0', '1']);
  });

  test('asks again where it is throttled, after pauses of random length', async () => {
    const backoff = recordedBackoff();
    let throttles = 3;
    const read = () => {
      if (throttles-- > 0) throw new ProvisionedThroughputExceededException({ message: 'Slow.', $metadata: {} });
    };
    const { topology } = quietShard([0], { read, backoff });
    expect(await topology.probe('clicks', SHARD, null)).toBe('caughtUp');
    expect(backoff.pausesMs).toEqual([25, 50, 100]);
    throttles = Number.POSITIVE_INFINITY;
    await expect(topology.probe('clicks', SHARD, null)).rejects.toThrow(
      `Reading shard "${SHARD}" of stream "clicks" failed with ProvisionedThroughputExceededException: Slow.`,
    );
    expect(backoff.pausesMs).toHaveLength(8);
  });

  test('of a closed shard is not satisfied by "not behind", only by the end', async () => {
    const { topology } = quietShard([0, 0, 'end'], { closed: true });
    expect(await topology.probe('clicks', SHARD, null)).toBe('ended');
  });

  test('of a shard that closed after it was listed asks for the list again', async () => {
    const { topology, calls } = quietShard([0, 'end'], { closedFromListing: 2 });
    await topology.shards('clicks');
    expect(await topology.probe('clicks', SHARD, null)).toBe('ended');
    expect(calls.filter(({ operation }) => operation === 'ListShards')).toHaveLength(2);
  });

  test('of a shard of an earlier stream of that name, or one that is not listed any more, finds it ended', async () => {
    const { topology } = quietShard([0]);
    expect(await topology.probe('clicks', '1400000000:shardId-000000000000', null)).toBe('ended');
    expect(await topology.probe('clicks', '1431856800:shardId-000000000009', null)).toBe('ended');
  });

  test('of a shard that is gone since it was listed finds it ended', async () => {
    let gone = false;
    const { client } = scriptedKinesis(({ operation }) => {
      if (operation === 'DescribeStreamSummary') return description();
      if (operation === 'ListShards') return { Shards: gone ? [shard(1)] : [shard(0), shard(1)] };
      throw new ResourceNotFoundException({ message: 'No such shard.', $metadata: {} });
    });
    const topology = new KinesisShardTopology({ client });
    await topology.shards('clicks');
    await expect(topology.probe('clicks', SHARD, null)).rejects.toThrow(/ResourceNotFoundException: No such shard\./);
    gone = true;
    expect(await topology.probe('clicks', SHARD, null)).toBe('ended');
  });

  test('of something that is no id of a shard says so', async () => {
    const { topology } = quietShard([0]);
    await expect(topology.probe('clicks', 'shardId-000000000000', null)).rejects.toThrow(
      /is not the id of a Kinesis shard/,
    );
  });
});

interface QuietShardOptions {
  readonly maxReads?: number;
  readonly closed?: boolean;
  /** Closed from the n-th time on that the shards are listed. */
  readonly closedFromListing?: number;
  readonly backoff?: ReturnType<typeof recordedBackoff>;
  /** Called before each read; may throw. */
  readonly read?: () => void;
}

/** A shard of scripted pages: how far behind an empty page says it is, a page with a record, or the end of the shard. */
function quietShard(pages: readonly (number | 'record' | 'end')[], options: QuietShardOptions = {}) {
  const { closed = false, closedFromListing = closed ? 1 : Number.POSITIVE_INFINITY, read, ...rest } = options;
  let listings = 0;
  const { client, calls } = scriptedKinesis(({ operation, input }) => {
    if (operation === 'DescribeStreamSummary') return description();
    if (operation === 'ListShards') return { Shards: [shard(0, {}, ++listings >= closedFromListing)] };
    if (operation === 'GetShardIterator') return { ShardIterator: '0' };
    read?.();
    const at = Number(input.ShardIterator);
    const page = pages[Math.min(at, pages.length - 1)];
    if (page === 'end') return { Records: [] };
    const next = { NextShardIterator: String(at + 1) };
    return page === 'record'
      ? { Records: [{ SequenceNumber: '99' }], MillisBehindLatest: 0, ...next }
      : { Records: [], MillisBehindLatest: page, ...next };
  });
  const reads = () => calls.filter(({ operation }) => operation === 'GetRecords').map(iteratorOf);
  return { topology: new KinesisShardTopology({ client, ...rest }), calls, reads };
}

function iteratorOf({ input }: ScriptedCall): unknown {
  return input.ShardIterator;
}

function description(StreamCreationTimestamp = CREATED) {
  return { StreamDescriptionSummary: { StreamCreationTimestamp } };
}

function shardName(number: number): string {
  return `shardId-${String(number).padStart(12, '0')}`;
}

function shard(number: number, rest: Partial<Shard> = {}, closed = false) {
  const end = closed ? { EndingSequenceNumber: '100' } : {};
  return { ShardId: shardName(number), SequenceNumberRange: { StartingSequenceNumber: '1', ...end }, ...rest };
}

async function shardOf(client: KinesisClient, StreamName: string, id: string): Promise<Shard> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  return Shards.find(({ ShardId }) => ShardId === splitShardId(id).shardId) as Shard;
}

async function untilActive(client: KinesisClient, StreamName: string): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
  }
  throw new Error(`The stream "${StreamName}" does not become active.`);
}
