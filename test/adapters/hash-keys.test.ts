import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { HASH_KEYS, hashKeyOf, hashKeyRangeOf, shardIndexOfHashKey } from '../../adapters/hash-keys.ts';
import { shardIndexOf } from '../../adapters/shard-of.ts';

const SHARDS = fc.integer({ min: 1, max: 64 });
const HASH_KEY = fc.bigInt({ min: 0n, max: HASH_KEYS - 1n });

test('the hash key of a partition key is its MD5', () => {
  // RFC 1321, A.5.
  expect(hashKeyOf('message digest')).toBe(0xf96b697d7cb7938d525a2f31aaf161d0n);
  expect(hashKeyOf(Buffer.from('äöü'))).toBe(BigInt(`0x${createHash('md5').update('äöü').digest('hex')}`));
});

test('three shards have the ranges that Kinesis gives them', () => {
  expect([0, 1, 2].map((index) => hashKeyRangeOf(index, 3))).toEqual([
    { first: 0n, last: 113427455640312821154458202477256070484n },
    { first: 113427455640312821154458202477256070485n, last: 226854911280625642308916404954512140969n },
    { first: 226854911280625642308916404954512140970n, last: 340282366920938463463374607431768211455n },
  ]);
});

test('a hash key goes to the one shard in whose range it lies, the ends included', () => {
  const inside = (hashKey: bigint, index: number, shards: number) => {
    const { first, last } = hashKeyRangeOf(index, shards);
    return first <= hashKey && hashKey <= last;
  };
  const expectOne = (hashKey: bigint, shards: number) => {
    const indexes = Array.from({ length: shards }, (_, index) => index);
    expect(indexes.filter((index) => inside(hashKey, index, shards))).toEqual([shardIndexOfHashKey(hashKey, shards)]);
  };
  fc.assert(fc.property(HASH_KEY, SHARDS, expectOne));
  for (let shards = 1; shards <= 64; shards++) {
    for (let index = 0; index < shards; index++) {
      const { first, last } = hashKeyRangeOf(index, shards);
      expectOne(first, shards);
      expectOne(last, shards);
    }
  }
});

test('a key that Kinesis would not take goes by what it is given instead', () => {
  const long = 'x'.repeat(257);
  const key = `sha256:${createHash('sha256').update(long).digest('hex')}`;
  for (const shards of [2, 3, 7, 64]) expect(shardIndexOf(long, shards)).toBe(shardIndexOf(key, shards));
});
