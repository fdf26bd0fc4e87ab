import { hash } from 'node:crypto';

/** Kinesis gives each shard a range of hash keys: numbers from 0 to 2^128 − 1, this one not included. */
export const HASH_KEYS = 1n << 128n;

/** A range of hash keys, both ends included. */
export interface HashKeyRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** The hash key of a partition key: its MD5, as in Kinesis. */
export function hashKeyOf(partitionKey: string | Uint8Array): bigint {
  return BigInt(`0x${hash('md5', partitionKey)}`);
}

/** The range of one of N shards that were made together: Kinesis gives each the same, and the last one what is left over. */
export function hashKeyRangeOf(index: number, shards: number): HashKeyRange {
  const part = HASH_KEYS / BigInt(shards);
  const first = part * BigInt(index);
  return { first, last: index === shards - 1 ? HASH_KEYS - 1n : first + part - 1n };
}

/** Which of N shards takes a hash key in: the one in whose range it lies. */
export function shardIndexOfHashKey(hashKey: bigint, shards: number): number {
  return Math.min(Number(hashKey / (HASH_KEYS / BigInt(shards))), shards - 1);
}
