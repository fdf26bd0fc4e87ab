import { HASH_KEYS } from '../../adapters/hash-keys.ts';
import { KINESIS_LIMITS } from '../../contracts/kinesis-limits.ts';
import type { Placed, SentRecord } from '../stream-intake.ts';
import { KinesisApiError } from './errors.ts';
import { optionalText } from './input.ts';
import { type KinesisContext, streamOf } from './streams.ts';
import type { Input, Output, Wire } from './wire.ts';

export async function putRecord(input: Input, context: KinesisContext): Promise<Output> {
  const stream = streamOf(input, context);
  const [placed] = await context.intake.put(stream, [recordOf(input, '', context.wire)]);
  return { ...placedOutput(placed as Placed), EncryptionType: 'NONE' };
}

/** All records are written or none: one that is too large refuses the request, and nothing fails for single ones. */
export async function putRecords(input: Input, context: KinesisContext): Promise<Output> {
  const stream = streamOf(input, context);
  const { requestRecords, requestBytes } = KINESIS_LIMITS;
  const given = input.Records;
  if (!Array.isArray(given) || given.length === 0 || given.length > requestRecords) {
    const found = Array.isArray(given) ? `Records has ${given.length} members` : 'Records is no list';
    throw new KinesisApiError('ValidationException', `${found}, and must have from 1 to ${requestRecords}.`);
  }
  const records = given.map((each: unknown, index) => {
    const field = `Records[${index}]`;
    if (typeof each === 'object' && each !== null) return recordOf(each as Input, `${field}.`, context.wire);
    throw new KinesisApiError('ValidationException', `${field} is no record.`);
  });
  const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
  if (bytes > requestBytes) {
    const message = `The records have ${bytes} bytes with their partition keys, and a request takes at most ${requestBytes}.`;
    throw new KinesisApiError('InvalidArgumentException', message);
  }
  const placed = await context.intake.put(stream, records);
  return { FailedRecordCount: 0, EncryptionType: 'NONE', Records: placed.map(placedOutput) };
}

function placedOutput({ shard, sequence }: Placed): Output {
  return { ShardId: shard, SequenceNumber: sequence };
}

/** @param path of the record in the request, for messages. */
function recordOf(input: Input, path: string, wire: Wire): SentRecord {
  const { keyCharacters, recordBytes: most } = KINESIS_LIMITS;
  const partitionKey = optionalText(input, 'PartitionKey') ?? '';
  if (partitionKey.length === 0 || partitionKey.length > keyCharacters) {
    const message = `${path}PartitionKey has ${partitionKey.length} characters, and must have from 1 to ${keyCharacters}.`;
    throw new KinesisApiError('ValidationException', message);
  }
  if (input.Data === undefined || input.Data === null) {
    throw new KinesisApiError('ValidationException', `${path}Data is missing.`);
  }
  const hashKey = hashKeyOf(optionalText(input, 'ExplicitHashKey'), path);
  const record = { partitionKey, data: wire.bytes(input.Data, `${path}Data`), ...(hashKey !== null && { hashKey }) };
  if (recordBytes(record) <= most) return record;
  throw new KinesisApiError(
    'ValidationException',
    `${path}Data has ${record.data.length} bytes, and a record takes at most ${most} with its partition key.`,
  );
}

function recordBytes({ partitionKey, data }: SentRecord): number {
  return Buffer.byteLength(partitionKey) + data.length;
}

function hashKeyOf(text: string | undefined, path: string): bigint | null {
  if (text === undefined) return null;
  if (!/^(?:0|[1-9]\d{0,38})$/.test(text)) {
    throw new KinesisApiError(
      'ValidationException',
      `${path}ExplicitHashKey is '${text}', and must be decimal digits.`,
    );
  }
  const key = BigInt(text);
  if (key < HASH_KEYS) return key;
  throw new KinesisApiError(
    'InvalidArgumentException',
    `Invalid ExplicitHashKey. ${path}ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text}.`,
  );
}
