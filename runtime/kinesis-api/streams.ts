import { hashKeyRangeOf } from '../../adapters/hash-keys.ts';
import type { StreamIntake } from '../stream-intake.ts';
import { KinesisApiError } from './errors.ts';
import { optionalText } from './input.ts';
import type { Input, Output, Wire } from './wire.ts';

/** Stands where AWS has the number of an account. */
const ACCOUNT = '000000000000';
const ARN = /^arn:[^:]+:kinesis:[^:]*:\d{12}:stream\/([^/]+)$/;

/** What the operations work on. */
export interface KinesisContext {
  readonly intake: StreamIntake;
  readonly wire: Wire;
  /** When the API was opened, in milliseconds since 1970: a stream does not know when it was made. */
  readonly sinceMs: number;
}

export function streamNames({ intake }: KinesisContext): readonly string[] {
  return intake.plan.streams.map(({ name }) => name).sort();
}

/**
 * The name of the stream that a request is for, by StreamName or StreamARN.
 *
 * @throws KinesisApiError
 */
export function streamOf(input: Input, context: KinesisContext): string {
  const arn = optionalText(input, 'StreamARN');
  const name = optionalText(input, 'StreamName') ?? (arn === undefined ? undefined : (ARN.exec(arn)?.[1] ?? arn));
  if (name === undefined) {
    throw new KinesisApiError('ValidationException', 'The request names no stream: give StreamName or StreamARN.');
  }
  const names = streamNames(context);
  if (names.includes(name)) return name;
  throw new KinesisApiError(
    'ResourceNotFoundException',
    `Stream ${name} under account ${ACCOUNT} not found. The pipeline '${context.intake.plan.name}' has ${names.join(', ')}.`,
  );
}

export function arnOf(stream: string): string {
  return `arn:aws:kinesis:local:${ACCOUNT}:stream/${stream}`;
}

/** The shards of a stream as Kinesis lists them. Sequence numbers begin at 1 in each. */
export function shardList(stream: string, { intake }: KinesisContext): readonly Output[] {
  const shards = intake.shardsOf(stream);
  return shards.map((id, index) => {
    const { first, last } = hashKeyRangeOf(index, shards.length);
    return {
      ShardId: id,
      HashKeyRange: { StartingHashKey: String(first), EndingHashKey: String(last) },
      SequenceNumberRange: { StartingSequenceNumber: '1' },
    };
  });
}
