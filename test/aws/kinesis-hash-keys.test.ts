import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { ShardHashKeys } from '../../adapters/aws/kinesis-hash-keys.ts';
import { fresh } from '../conformance/fresh.ts';
import { clientSettings, describeWithKinesis } from './emulators.ts';
import { scriptedKinesis } from './scripted-client.ts';

const shardId = (number: number) => `shardId-${String(number).padStart(12, '0')}`;

describe('the hash keys of a shard', () => {
  const listing = { Shards: [{ ShardId: shardId(0), HashKeyRange: { StartingHashKey: '0', EndingHashKey: '99' } }] };

  test('are asked for once, for a recreated stream again, and unknown where the shard is not listed any more', async () => {
    const { client, calls } = scriptedKinesis(() => listing);
    const hashKeys = new ShardHashKeys({ client });
    const range = { first: 0n, last: 99n };
    expect(await hashKeys.of('clicks', `1000:${shardId(0)}`)).toEqual(range);
    expect(await hashKeys.of('clicks', `1000:${shardId(0)}`)).toEqual(range);
    expect(calls).toHaveLength(1);
    expect(await hashKeys.of('clicks', `2000:${shardId(0)}`)).toEqual(range);
    expect(await hashKeys.of('clicks', `2000:${shardId(9)}`)).toBeNull();
    expect(await hashKeys.of('clicks', `2000:${shardId(9)}`)).toBeNull();
    expect(calls).toHaveLength(3);
  });

  test('that cannot be asked for are an error that names the stream, and asked for again', async () => {
    let failing = true;
    const { client } = scriptedKinesis(() => {
      if (failing) throw new Error('No route.');
      return listing;
    });
    const hashKeys = new ShardHashKeys({ client });
    await expect(hashKeys.of('clicks', `1000:${shardId(0)}`)).rejects.toThrow(
      'Listing the shards of stream "clicks" failed with Error: No route.',
    );
    failing = false;
    expect(await hashKeys.of('clicks', `1000:${shardId(0)}`)).not.toBeNull();
  });
});

describeWithKinesis('the hash keys of the shards of a stream', (endpoint) => {
  test('cover all there are, without a gap', async () => {
    const client = new KinesisClient({ ...clientSettings(endpoint()), requestHandler: new NodeHttpHandler() });
    const StreamName = fresh('stream');
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 3 }));
    const hashKeys = new ShardHashKeys({ client });
    const ranges = await Promise.all([0, 1, 2].map((number) => hashKeys.of(StreamName, `1:${shardId(number)}`)));
    expect(ranges[0]?.first).toBe(0n);
    expect(ranges[1]?.first).toBe((ranges[0]?.last ?? 0n) + 1n);
    expect(ranges[2]?.first).toBe((ranges[1]?.last ?? 0n) + 1n);
    expect(ranges[2]?.last).toBe((1n << 128n) - 1n);
    client.destroy();
  });
});
