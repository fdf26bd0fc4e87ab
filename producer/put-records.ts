import type { KinesisClient, PutRecordsInput, PutRecordsOutput, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { errorName, isRefusal, isThrottle } from '../adapters/aws/aws-errors.ts';
import { RecordNotPutError } from './errors.ts';
import type { LaneKey } from './lane-keys.ts';

/** What is asked of Kinesis: a single operation. */
export type PutRecords = (input: PutRecordsInput, signal: AbortSignal) => Promise<PutRecordsOutput>;

/** Loads the SDK at the first request: a program that only packs does without it. Whoever has a client has the SDK. */
export function putRecordsWith(client: Pick<KinesisClient, 'send'>): PutRecords {
  return async (input, abortSignal) => {
    const { PutRecordsCommand } = await import('@aws-sdk/client-kinesis');
    return client.send(new PutRecordsCommand(input), { abortSignal });
  };
}

/** What became of one record of a request. */
export type Outcome =
  | { readonly kind: 'sent' }
  /** It was not taken in, or nobody knows: send it again. */
  | { readonly kind: 'again'; readonly error: Error }
  /** Sending it again would be refused again. */
  | { readonly kind: 'refused'; readonly error: Error };

export interface OutgoingRecord {
  readonly key: LaneKey;
  readonly data: Uint8Array;
}

/** Sends records in one request. Never throws: the outcomes, one a record, tell what went wrong. */
export async function sendRecords(
  putRecords: PutRecords,
  streamName: string,
  records: readonly OutgoingRecord[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const Records = records.map(({ key: { partitionKey, explicitHashKey }, data }) => ({
    PartitionKey: partitionKey,
    ExplicitHashKey: explicitHashKey,
    Data: data,
  }));
  try {
    const output = await putRecords({ StreamName: streamName, Records }, signal);
    return records.map((_, index) => outcomeOf(output.Records?.[index]));
  } catch (error) {
    const kind = isLasting(error) ? 'refused' : 'again';
    const outcome: Outcome = {
      kind,
      error: error instanceof Error ? error : new RecordNotPutError(typeof error, String(error)),
    };
    return records.map(() => outcome);
  }
}

/** Single records fail by throttling or faults inside Kinesis. Neither lasts. */
function outcomeOf(entry: PutRecordsResultEntry | undefined): Outcome {
  if (entry?.SequenceNumber !== undefined && entry.ErrorCode === undefined) return { kind: 'sent' };
  const message = entry?.ErrorMessage ?? 'The reply of PutRecords does not tell what became of the record.';
  return { kind: 'again', error: new RecordNotPutError(entry?.ErrorCode ?? 'IncompleteReply', message) };
}

/** Refusals that pass: throttling, of Kinesis or of KMS, and credentials between two renewals. */
const PASSING: ReadonlySet<string> = new Set([
  'LimitExceededException',
  'KMSThrottlingException',
  'ExpiredTokenException',
  'ExpiredToken',
  'RequestExpired',
]);

function isLasting(error: unknown): boolean {
  const name = errorName(error);
  return isRefusal(error) && !isThrottle(name) && !PASSING.has(name);
}
