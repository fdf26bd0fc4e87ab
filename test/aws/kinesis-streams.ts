import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';
import type { Payload } from '../../engine/ports/dead-letter-store.ts';
import { fresh } from '../conformance/fresh.ts';

/** Makes a stream, waits until it can be used, and gives its name. */
export async function makeStream(client: KinesisClient, ShardCount = 1): Promise<string> {
  const StreamName = fresh('stream');
  await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  for (;;) {
    const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (summary.StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return StreamName;
  }
}

/** The first records of each shard of a stream. */
export async function readStream(client: KinesisClient, StreamName: string): Promise<Payload[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
  const payloads: Payload[] = [];
  for (const { ShardId } of Shards) {
    const start = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    payloads.push(
      ...Records.map(({ PartitionKey, Data }) => ({ partitionKey: PartitionKey ?? '', data: Data ?? Buffer.of() })),
    );
  }
  return payloads;
}
