import { hash } from 'node:crypto';
import { HASH_KEYS } from '../adapters/hash-keys.ts';

export interface LaneKey {
  readonly partitionKey: string;
  /** Decimal digits of 128 bits: which shard takes the record in. */
  readonly explicitHashKey: string;
}

/**
 * The keys of the records of N lanes. Kinesis gives each shard a range of 128-bit hash keys; lane *i* stands for the i-th
 * part of N of that range, and its records aim at the middle of it.
 */
export function laneKeys(lanes: number): readonly LaneKey[] {
  return Array.from({ length: lanes }, (_, lane) => ({
    partitionKey: `lane-${lane}`,
    explicitHashKey: String((HASH_KEYS * (2n * BigInt(lane) + 1n)) / BigInt(2 * lanes)),
  }));
}

/**
 * The lane of a partition key: the one whose range holds the key's MD5, which is how Kinesis itself finds a key's shard.
 * So an event goes to the shard that it would go to if it was sent alone, wherever shards begin and end between lanes.
 */
export function laneOf(partitionKey: string, lanes: number): number {
  // As text: for so few bytes, a Buffer costs more than the hash.
  const first32Bits = Number.parseInt(hash('md5', partitionKey).slice(0, 8), 16);
  return Math.floor((first32Bits * lanes) / 2 ** 32);
}
