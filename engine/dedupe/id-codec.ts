import { crc32 } from 'node:zlib';
import { CodecError } from '../bytes/errors.ts';
import type { IdSet } from './id-set.ts';

/**
 * Ids of one pane that one commit took in, as stored:
 *
 * ```
 * byte  0      0xA6
 * byte  1      version of this layout: 1
 * bytes 2–5    CRC-32 of what follows, little-endian
 * then         8 bytes an id: the high half of its hash, the low half, little-endian
 * ```
 * Hashes do not compress.
 */
export function encodeIds(ids: IdSet): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + ids.size * ID_BYTES);
  const view = new DataView(bytes.buffer);
  let at = HEADER_BYTES;
  ids.forEach((high, low) => {
    view.setUint32(at, high, true);
    view.setUint32(at + 4, low, true);
    at += ID_BYTES;
  });
  bytes[0] = MAGIC;
  bytes[1] = IDS_VERSION;
  view.setUint32(2, crc32(bytes.subarray(HEADER_BYTES)), true);
  return bytes;
}

/** Adds stored ids to a set. Throws a `CodecError` on bytes that `encodeIds` cannot have written. */
export function addStoredIds(into: IdSet, bytes: Uint8Array): void {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) throw new CodecError('The bytes are no ids of events.');
  if (bytes[1] !== IDS_VERSION) {
    throw new CodecError(
      `The ids of events have layout version ${bytes[1]}, and this code reads version ${IDS_VERSION}.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (
    (bytes.length - HEADER_BYTES) % ID_BYTES !== 0 ||
    view.getUint32(2, true) !== crc32(bytes.subarray(HEADER_BYTES))
  ) {
    throw new CodecError('The ids of events are damaged: their checksum does not match.');
  }
  for (let at = HEADER_BYTES; at < bytes.length; at += ID_BYTES) {
    into.add(view.getUint32(at, true), view.getUint32(at + 4, true));
  }
}

const MAGIC = 0xa6;
/** Of the layout. A new one needs a sample of the old one in test/upgrade/. */
export const IDS_VERSION = 1;
const HEADER_BYTES = 6;
const ID_BYTES = 8;
