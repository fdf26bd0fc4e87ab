import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { CodecError } from '../bytes/errors.ts';
import { MAX_RECORD_BYTES } from './limits.ts';

export type Unpacked =
  | { readonly kind: 'plain'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: 'corrupt_compression' | 'oversized'; readonly message: string };

/**
 * Decompresses gzip and zstd, which it knows by the first bytes: neither can begin JSON. Other bytes stay as they are.
 */
export function unpack(bytes: Uint8Array): Unpacked {
  if (isGzip(bytes)) return attempt('gzip', () => gunzip(bytes));
  if (isZstd(bytes)) return attempt('zstd', () => unzstd(bytes));
  return { kind: 'plain', bytes };
}

/** So many bytes tell. */
export const MAGIC_BYTES = 4;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export function isZstd(bytes: Uint8Array): boolean {
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
}

/** The most zstd frames in one record: a packer that appends makes a few. */
const MAX_FRAMES = 1000;

/** With the option `info`, Node's synchronous functions also return the stream that they used. */
interface Decompressed {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** All members, and zeros after the last. Node's function ignores whatever follows a zero. */
function gunzip(bytes: Uint8Array): Uint8Array {
  const options = { maxOutputLength: MAX_RECORD_BYTES, info: true };
  const { buffer, engine } = gunzipSync(bytes, options) as unknown as Decompressed;
  if (bytes.subarray(engine.bytesWritten).some((byte) => byte !== 0))
    throw new CodecError('other bytes follow its end');
  return buffer;
}

/** All frames. Unlike gunzip, Node's function stops after the first and ignores the rest. */
function unzstd(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  // Even an empty frame costs time, so their number has a limit too.
  let room = MAX_RECORD_BYTES;
  for (let at = 0; at < bytes.length; ) {
    if (parts.length === MAX_FRAMES) throw new CodecError(`it has more than ${MAX_FRAMES} zstd frames`);
    // Node takes no limit of 0, and a frame can be empty.
    const options = { maxOutputLength: Math.max(room, 1), info: true };
    const frame = zstdDecompressSync(bytes.subarray(at), options) as unknown as Decompressed;
    parts.push(frame.buffer);
    room -= frame.buffer.length;
    at += frame.engine.bytesWritten;
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

function attempt(format: string, decompress: () => Uint8Array): Unpacked {
  try {
    return { kind: 'plain', bytes: decompress() };
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
