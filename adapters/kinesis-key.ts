import { createHash } from 'node:crypto';
import { KINESIS_LIMITS } from '../contracts/kinesis-limits.ts';

/** A partition key as Kinesis takes it, which is text of 1 to 256 characters; of any other text, a hash. */
export function kinesisKey(partitionKey: string): string {
  const { length } = partitionKey;
  if (length >= 1 && length <= KINESIS_LIMITS.keyCharacters) return partitionKey.toWellFormed();
  return `sha256:${createHash('sha256').update(partitionKey).digest('hex')}`;
}
