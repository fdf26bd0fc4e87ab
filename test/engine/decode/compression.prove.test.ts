import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MAX_RECORD_BYTES } from '../../../engine/decode/limits.ts';
import { decoded, outcomes } from './decoded.ts';

describe.each<[string, (bytes: Uint8Array) => Buffer]>([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('%s', (format, compress) => {
  test('in parts that only together unfold to more than 64 MB is too large', () => {
    const half = compress(Buffer.alloc(MAX_RECORD_BYTES / 2 + 1, ' '));
    expect(outcomes(Buffer.concat([half, half]))).toEqual(['oversized']);
  });

  test('that unfolds to more than 64 MB is too large', () => {
    const bomb = compress(Buffer.alloc(MAX_RECORD_BYTES + 1, ' '));
    expect(bomb.length).toBeLessThan(MAX_RECORD_BYTES / 500);
    expect(decoded(bomb)).toEqual([
      {
        kind: 'unreadable',
        reason: 'oversized',
        message: `The ${format} record unfolds to more than 67108864 bytes. Pack fewer events in a record.`,
        bytes: bomb,
      },
    ]);
  });
});
