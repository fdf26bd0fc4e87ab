import { createHash } from 'node:crypto';
import { ProtobufError, type ProtobufField, protobufFields } from './protobuf-reader.ts';

/**
 * Records that the Kinesis Producer Library (KPL) packed into one:
 *
 *     F3 89 9A C2 | message AggregatedRecord { 1: partition keys, 2: explicit hash keys, 3: records } | MD5 of the message
 *
 * and in it, for each record: 1: index of its partition key, 2: index of its explicit hash key, 3: data, 4: tags.
 *
 * The magic bytes cannot begin an event: they are neither UTF-8 nor the beginning of gzip or zstd.
 */
export interface KplRecord {
  readonly partitionKey: Uint8Array;
  /** Decimal digits; null where the partition key decides. */
  readonly explicitHashKey: string | null;
  readonly data: Uint8Array;
}

export type KplAggregate =
  | { readonly kind: 'records'; readonly records: readonly KplRecord[] }
  /** What is wrong, as part of a sentence in brackets. */
  | { readonly kind: 'damaged'; readonly what: string };

const MAGIC = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2);
const MD5_BYTES = 16;

export function isKplAggregate(data: Uint8Array): boolean {
  return MAGIC.every((byte, index) => data[index] === byte);
}

/** Reads data for which `isKplAggregate` is true. Either all of it is good, or none. */
export function readKplAggregate(data: Uint8Array): KplAggregate {
  if (data.length < MAGIC.length + MD5_BYTES) return damaged('it ends before its checksum');
  const message = data.subarray(MAGIC.length, -MD5_BYTES);
  const checksum = createHash('md5').update(message).digest();
  if (!checksum.equals(data.subarray(-MD5_BYTES))) return damaged('its checksum does not fit');
  try {
    return { kind: 'records', records: readMessage(message) };
  } catch (error) {
    return damaged((error as Error).message);
  }
}

function damaged(what: string): KplAggregate {
  return { kind: 'damaged', what };
}

function readMessage(message: Uint8Array): readonly KplRecord[] {
  const partitionKeys: Uint8Array[] = [];
  const explicitHashKeys: string[] = [];
  const records: Uint8Array[] = [];
  for (const field of protobufFields(message)) {
    if (field.number === 1) partitionKeys.push(bytesOf(field, 'a partition key'));
    if (field.number === 2) explicitHashKeys.push(hashKeyOf(bytesOf(field, 'an explicit hash key')));
    if (field.number === 3) records.push(bytesOf(field, 'a record'));
  }
  // Tables may come after the records that refer to them.
  return records.map((bytes) => readRecord(bytes, partitionKeys, explicitHashKeys));
}

function readRecord(
  bytes: Uint8Array,
  partitionKeys: readonly Uint8Array[],
  explicitHashKeys: readonly string[],
): KplRecord {
  let partitionKey: Uint8Array | null = null;
  let explicitHashKey: string | null = null;
  let data: Uint8Array | null = null;
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) partitionKey = entryOf(partitionKeys, field, 'partition key');
    if (field.number === 2) explicitHashKey = entryOf(explicitHashKeys, field, 'explicit hash key');
    if (field.number === 3) data = bytesOf(field, "a record's data");
  }
  if (partitionKey === null || data === null) {
    throw new ProtobufError(`a record in it has no ${data === null ? 'data' : 'partition key'}`);
  }
  return { partitionKey, explicitHashKey, data };
}

function entryOf<T>(table: readonly T[], field: ProtobufField, what: string): T {
  const entry = field.kind === 'varint' ? table[field.value] : undefined;
  if (entry === undefined)
    throw new ProtobufError(`a record in it names a ${what} that is not in its table of ${table.length}`);
  return entry;
}

function bytesOf(field: ProtobufField, what: string): Uint8Array {
  if (field.kind === 'bytes') return field.value;
  throw new ProtobufError(`${what} is of the wrong kind`);
}

function hashKeyOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  if (/^\d{1,39}$/.test(text)) return text;
  throw new ProtobufError('an explicit hash key in it is no decimal number');
}
