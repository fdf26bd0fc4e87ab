import { DescribeStreamSummaryCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { sentence } from './aws-errors.ts';
import { AwsCallError, KinesisIdError } from './errors.ts';

/**
 * Kinesis numbers a stream's shards from 0, so a recreated stream has shards of the same names with other records. The
 * engine's ids begin with the second in which the stream was made: `1431856800:shardId-000000000003`.
 *
 * Seconds are the precision that every form of the API keeps, and recreating a stream takes longer.
 */
export function uniqueShardId(creationSeconds: number, shardId: string): string {
  return `${creationSeconds}:${shardId}`;
}

export function splitShardId(id: string): { creationSeconds: number; shardId: string } {
  const match = /^(\d+):(.+)$/.exec(id);
  if (match !== null) return { creationSeconds: Number(match[1]), shardId: match[2] as string };
  throw new KinesisIdError(
    `"${id}" is not the id of a Kinesis shard: it must be made of the stream's creation time and the shard's name, such as "1431856800:shardId-000000000000".`,
  );
}

/** When a stream was made, in seconds since 1970. DescribeStreamSummary allows 20 calls a second in an account. */
export async function describeCreationSeconds(client: KinesisClient, streamName: string): Promise<number> {
  const output = await client.send(new DescribeStreamSummaryCommand({ StreamName: streamName })).catch((error) => {
    throw new AwsCallError(
      `Describing the Kinesis stream "${streamName}" failed with ${sentence(error)} Check that it exists in this region and account.`,
      { cause: error },
    );
  });
  const created = output.StreamDescriptionSummary?.StreamCreationTimestamp;
  if (created === undefined) {
    throw new AwsCallError(
      `The description of the Kinesis stream "${streamName}" does not say when it was made. Try again later.`,
    );
  }
  return Math.floor(created.getTime() / 1000);
}
