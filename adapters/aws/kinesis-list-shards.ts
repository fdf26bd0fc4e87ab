import {
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandInput,
  type ListShardsOutput,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { sentence } from './aws-errors.ts';
import { AwsCallError } from './errors.ts';

/** All shards of a stream, open and closed, by name. `stream` names it in the error. */
export async function listShards(
  client: KinesisClient,
  streamName: string,
  stream: string = streamName,
): Promise<Map<string, Shard>> {
  const shards = new Map<string, Shard>();
  let input: ListShardsCommandInput | null = { StreamName: streamName };
  while (input !== null) {
    const output: ListShardsOutput = await client.send(new ListShardsCommand(input)).catch((error: unknown) => {
      throw new AwsCallError(`Listing the shards of stream "${stream}" failed with ${sentence(error)}`, {
        cause: error,
      });
    });
    for (const shard of output.Shards ?? []) shards.set(shard.ShardId as string, shard);
    // A request for another page must not name the stream.
    input = output.NextToken === undefined ? null : { NextToken: output.NextToken };
  }
  return shards;
}
