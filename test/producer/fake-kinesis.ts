import type { PutRecordsInput, PutRecordsOutput } from '@aws-sdk/client-kinesis';
import type { PutRecords } from '../../producer/index.ts';
import { outcomes } from '../engine/decode/decoded.ts';

/** What is done to a request: the codes of records that fail, by index, or an error instead of a reply. */
export type Reaction =
  | { readonly kind: 'take'; readonly failing?: Readonly<Record<number, string>> }
  /** Nothing is taken in. */
  | { readonly kind: 'throw'; readonly error: Error }
  /** All is taken in; the reply is lost. */
  | { readonly kind: 'loseReply' }
  /** Nothing is taken in, nor answered, until the request is given up. */
  | { readonly kind: 'hang' };

export interface FakeKinesis {
  readonly putRecords: PutRecords;
  readonly requests: PutRecordsInput[];
  /** Events taken in, by the partition key of their record, in order. */
  readonly events: ReadonlyMap<string, readonly unknown[]>;
  readonly records: readonly { readonly partitionKey: string; readonly data: Uint8Array }[];
}

const TAKE: Reaction = { kind: 'take' };

/** PutRecords, as far as a producer sees it. */
export function fakeKinesis(react: (input: PutRecordsInput, request: number) => Reaction = () => TAKE): FakeKinesis {
  const requests: PutRecordsInput[] = [];
  const records: { partitionKey: string; data: Uint8Array }[] = [];
  const events = new Map<string, unknown[]>();
  const take = (partitionKey: string, data: Uint8Array) => {
    records.push({ partitionKey, data });
    const taken = events.get(partitionKey) ?? [];
    taken.push(...outcomes(data));
    events.set(partitionKey, taken);
    return { SequenceNumber: String(records.length), ShardId: 'shardId-000000000000' };
  };
  const putRecords: PutRecords = async (input, signal): Promise<PutRecordsOutput> => {
    const reaction = react(input, requests.length);
    requests.push(input);
    if (reaction.kind === 'throw') throw reaction.error;
    if (reaction.kind === 'hang') return untilAborted(signal);
    const failing = reaction.kind === 'take' ? (reaction.failing ?? {}) : {};
    const entries = (input.Records ?? []).map(({ PartitionKey, Data }, index) => {
      const ErrorCode = failing[index];
      if (ErrorCode !== undefined) return { ErrorCode, ErrorMessage: 'As told.' };
      return take(PartitionKey as string, Data as Uint8Array);
    });
    if (reaction.kind === 'loseReply') throw named('ECONNRESET', 'socket hang up');
    return { Records: entries };
  };
  return { putRecords, requests, events, records };
}

/** An error as the SDK throws it; with a status, one that Kinesis answered. */
export function named(name: string, message = 'As told.', httpStatusCode?: number): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(named('AbortError', 'Request aborted')));
  });
}
