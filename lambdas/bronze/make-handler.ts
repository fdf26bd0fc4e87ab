import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import { type BronzeWriter, bronzeWriter } from '../../engine/bronze/bronze-record.ts';
import type { PipelinePlan } from '../../engine/plan/plan.ts';
import { ConfigError } from '../shared/config.ts';
import type { Log } from '../shared/log.ts';
import { answersFor } from './answers.ts';

export interface BronzeDeps {
  readonly plan: PipelinePlan;
  /** The pipeline's name for a Kinesis stream. */
  readonly streamOf: (streamArn: string) => string;
  readonly log: Log;
}

export type BronzeHandler = (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult>;

/** Lambda answers a synchronous call with 6 MB at most; a little is left free. */
const MAX_RESPONSE_BYTES = 6_000_000;

/**
 * Turns the records of a Kinesis stream into lines of bronze, as Firehose hands them over.
 *
 * @throws ConfigError where the records are of no stream of the pipeline. Firehose tries again and keeps them with its errors.
 */
export function makeHandler({ plan, streamOf, log }: BronzeDeps): BronzeHandler {
  const writers = new Map<string, BronzeWriter>(plan.streams.map((stream) => [stream.name, bronzeWriter(stream)]));
  return async ({ records, sourceKinesisStreamArn: streamArn, invocationId, deliveryStreamArn }) => {
    if (records.length === 0) return { records: [] };
    const stream = streamArn === undefined ? 'none' : streamOf(streamArn);
    const writer = writers.get(stream);
    if (writer === undefined) {
      throw new ConfigError(
        `The delivery stream ${deliveryStreamArn} reads from ${streamArn ?? 'no Kinesis stream'}, and pipeline '${plan.name}' has no such stream. Deploy the stack again.`,
      );
    }
    const { records: answers, ...counts } = answersFor(records, writer, MAX_RESPONSE_BYTES);
    const fields = { stream, invocationId, records: records.length, ...counts };
    if (counts.failed > 0) log.error('Records cannot become bronze. Firehose keeps them with its errors.', fields);
    else if (counts.folded > 0)
      log.warn('Records that unfold to too much are kept as they are: no query finds their events.', fields);
    else log.info('Records became bronze.', fields);
    return { records: answers };
  };
}
