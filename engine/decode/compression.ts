import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { MAX_RECORD_BYTES } from './limits.ts';

export type Unpacked =
  | { readonly kind: 'plain'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: 'corrupt_compression' | 'oversized'; readonly message: string };

/** Undoes gzip or zstd where the first bytes tell of it (neither can begin JSON text); other bytes are as they are. */
export function unpack(bytes: Uint8Array): Unpacked {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return attempt('gzip', bytes, gunzipSync);
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) {
    return attempt('zstd', bytes, zstdDecompressSync);
  }
  return { kind: 'plain', bytes };
}

function attempt(
  format: string,
  bytes: Uint8Array,
  decompress: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array,
): Unpacked {
  try {
    return { kind: 'plain', bytes: decompress(bytes, { maxOutputLength: MAX_RECORD_BYTES }) };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return {
        kind: 'failed',
        reason: 'oversized',
        message: `The ${format} record unfolds to more than ${MAX_RECORD_BYTES} bytes. Pack fewer events in a record.`,
      };
    }
    return {
      kind: 'failed',
      reason: 'corrupt_compression',
      message: `The record begins like ${format} and cannot be decompressed (${message}): it is cut short or damaged.`,
    };
  }
}
