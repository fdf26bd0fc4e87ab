import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { StreamgaugeError } from '../../engine/ir/streamgauge-error.ts';

/** An object in the bucket is not what the event source mapping writes there. */
export class DiscardedBatchError extends StreamgaugeError {
  override readonly name = 'DiscardedBatchError';
  readonly code = 'discardedBatch';
}

/** The part that we use of what Lambda writes to an S3 destination when it gives up on a Kinesis batch. */
interface InvocationRecord {
  readonly requestContext?: { readonly condition?: string };
  readonly KinesisBatchInfo?: {
    readonly shardId?: string;
    readonly startSequenceNumber?: string;
    readonly batchSize?: number;
  };
  /** The event as the function would have got it. The manual shows text; we take an object too. */
  readonly payload?: string | { readonly Records?: readonly KinesisStreamRecord[] };
}

export interface DiscardedBatch {
  readonly event: KinesisStreamEvent;
  /** Why the event source gave up: `RetryAttemptsExhausted`, `RecordAgeExceeded`. */
  readonly condition: string;
}

/**
 * Reads an object that Lambda wrote under `aws/lambda/<event source mapping>/<shard>/…`: an invocation record whose
 * `payload` is the whole event. Only S3 destinations keep the payload; without it, nobody could count the events.
 *
 * @param source names the object in the error.
 */
export function parseDiscardedBatch(text: string, source: string): DiscardedBatch {
  const record = parseJson(text, source, 'The object') as InvocationRecord | null;
  const info = record?.KinesisBatchInfo;
  if (!info)
    throw new DiscardedBatchError(`${source} is not the record of a discarded Kinesis batch: ${text.slice(0, 200)}`);
  const { payload } = record;
  const event = typeof payload === 'string' ? parseJson(payload, source, 'Its payload') : payload;
  const records = (event as Partial<KinesisStreamEvent> | null | undefined)?.Records;
  if (!Array.isArray(records) || records.length !== (info.batchSize ?? records.length)) {
    const found = Array.isArray(records) ? `${records.length} records` : 'no records';
    throw new DiscardedBatchError(
      `${source} tells of a discarded batch of ${info.batchSize ?? 'unknown'} records of ${info.shardId} from ${info.startSequenceNumber}, and its payload has ${found}: they cannot be counted.`,
    );
  }
  return { event: { Records: records }, condition: record.requestContext?.condition ?? 'unknown' };
}

function parseJson(text: string, source: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DiscardedBatchError(`${source} cannot be read: ${what} is not JSON.`, { cause: error });
  }
}
