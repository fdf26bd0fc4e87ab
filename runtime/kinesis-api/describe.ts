import { KinesisApiError } from './errors.ts';
import { optionalText, optionalWhole } from './input.ts';
import { arnOf, type KinesisContext, shardList, streamNames, streamOf } from './streams.ts';
import type { Input, Output } from './wire.ts';

const PAGE = 1000;
const STREAM_PAGE = 100;
const MAX_PAGE = 10_000;

export function describeStreamSummary(input: Input, context: KinesisContext): Output {
  const stream = streamOf(input, context);
  const OpenShardCount = context.intake.shardsOf(stream).length;
  return { StreamDescriptionSummary: { ...description(stream, context), OpenShardCount, ConsumerCount: 0 } };
}

/** Some clients, such as Vector, ask so whether the stream is there. */
export function describeStream(input: Input, context: KinesisContext): Output {
  const stream = streamOf(input, context);
  const { page, hasMore } = pageOf(
    shardList(stream, context),
    ({ ShardId }) => String(ShardId),
    optionalText(input, 'ExclusiveStartShardId'),
    optionalWhole(input, 'Limit', 1, MAX_PAGE) ?? STREAM_PAGE,
  );
  return { StreamDescription: { ...description(stream, context), Shards: page, HasMoreShards: hasMore } };
}

function description(stream: string, { wire, sinceMs }: KinesisContext): Output {
  return {
    StreamName: stream,
    StreamARN: arnOf(stream),
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    StreamCreationTimestamp: wire.instant(sinceMs),
    RetentionPeriodHours: 24,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
  };
}

/** A token is the stream and the last shard of the page before, as `stream/shard`. */
export function listShards(input: Input, context: KinesisContext): Output {
  const token = optionalText(input, 'NextToken');
  const [, named, after] = token === undefined ? [] : (/^([^/]+)\/([^/]+)$/.exec(token) ?? []);
  if (token !== undefined && named === undefined) {
    throw new KinesisApiError('InvalidArgumentException', 'NextToken is none that ListShards gave.');
  }
  const stream = streamOf(named === undefined ? input : { StreamName: named }, context);
  const { page, hasMore } = pageOf(
    shardList(stream, context),
    ({ ShardId }) => String(ShardId),
    after ?? optionalText(input, 'ExclusiveStartShardId'),
    optionalWhole(input, 'MaxResults', 1, MAX_PAGE) ?? PAGE,
  );
  return { Shards: page, NextToken: hasMore ? `${stream}/${page.at(-1)?.ShardId}` : undefined };
}

export function listStreams(input: Input, context: KinesisContext): Output {
  const { page, hasMore } = pageOf(
    streamNames(context),
    (name) => name,
    optionalText(input, 'NextToken') ?? optionalText(input, 'ExclusiveStartStreamName'),
    optionalWhole(input, 'Limit', 1, MAX_PAGE) ?? STREAM_PAGE,
  );
  return {
    StreamNames: page,
    HasMoreStreams: hasMore,
    NextToken: hasMore ? page.at(-1) : undefined,
    StreamSummaries: page.map((stream) => {
      const { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp } = description(
        stream,
        context,
      );
      return { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp };
    }),
  };
}

/** What comes behind a name in a list that is sorted by names. */
function pageOf<T>(all: readonly T[], nameOf: (each: T) => string, after: string | undefined, limit: number) {
  const left = after === undefined ? all : all.filter((each) => nameOf(each) > after);
  return { page: left.slice(0, limit), hasMore: left.length > limit };
}
