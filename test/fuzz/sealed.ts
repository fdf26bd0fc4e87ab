import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Random } from '../simulation/random.ts';
import { mutate } from './mutate.ts';

const HEADER_BYTES = 13;

/** Both of a segment that is right: the whole of it, and what it holds before it was compressed. */
interface Opened {
  readonly header: Buffer;
  readonly plain: Buffer;
}

/** Damage to what a segment holds, behind compression and checksum that are right: only the codec can refuse it. */
export function damagedBehindSeal(segment: Buffer, other: Buffer, random: Random): Buffer {
  const { header, plain } = opened(segment);
  const body = mutate(plain, opened(other).plain, random);
  const isPacked = random.chance(30);
  header[2] = isPacked ? 1 : 0;
  return sealed(header, isPacked ? zstdCompressSync(body) : body);
}

/** Damage to the body as it is stored, compressed or not, with a checksum that is right for it. */
export function damagedBehindChecksum(segment: Buffer, other: Buffer, random: Random): Buffer {
  const body = mutate(segment.subarray(HEADER_BYTES), other.subarray(HEADER_BYTES), random);
  return sealed(Buffer.from(segment.subarray(0, HEADER_BYTES)), body);
}

/** How many bytes a segment unfolds to, which bounds the work that reading it may be. */
export function plainBytes(segment: Buffer): number {
  return opened(segment).plain.length;
}

function opened(segment: Buffer): Opened {
  const body = segment.subarray(HEADER_BYTES);
  return {
    header: Buffer.from(segment.subarray(0, HEADER_BYTES)),
    plain: segment[2] === 1 ? zstdDecompressSync(body) : body,
  };
}

function sealed(header: Buffer, body: Buffer): Buffer {
  header.writeUInt32LE(crc32(body), 9);
  return Buffer.concat([header, body]);
}
