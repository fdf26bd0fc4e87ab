import { crc32 } from 'node:zlib';
import { CodecError } from '../bytes/errors.ts';
import type { ItemKey } from '../ports/state-store.ts';

/** What stands in an item in the place of bytes that are an object. Only this makes an object count. */
export interface ObjectReference {
  readonly object: ItemKey;
  readonly bytes: number;
  /** CRC-32 of the object. */
  readonly checksum: number;
}

/**
 * A reference as it is stored:
 *
 * ```
 * byte 0    0xA7: segments begin with 0xA5, ids with 0xA6
 * byte 1    version of this layout: 1
 * then      [partition, sort, bytes, checksum] as JSON
 * ```
 */
export function formatReference({ object, bytes, checksum }: ObjectReference): Uint8Array {
  const text = JSON.stringify([object.partition, object.sort, bytes, checksum]);
  return Buffer.concat([Uint8Array.of(MAGIC, REFERENCE_VERSION), Buffer.from(text)]);
}

/** Null of data that is no reference. @throws CodecError of one that cannot be read. */
export function parseReference(data: string | Uint8Array): ObjectReference | null {
  if (typeof data === 'string' || data[0] !== MAGIC) return null;
  if (data[1] !== REFERENCE_VERSION) {
    throw new CodecError(
      `The reference to an object has layout version ${data[1]}, and this code reads version ${REFERENCE_VERSION}. Deploy newer code.`,
    );
  }
  const parts: unknown = parse(Buffer.from(data.subarray(2)).toString());
  if (!Array.isArray(parts)) throw new CodecError('The reference to an object is damaged: it is no list.');
  const [partition, sort, bytes, checksum] = parts as readonly unknown[];
  if (
    typeof partition !== 'string' ||
    typeof sort !== 'string' ||
    typeof bytes !== 'number' ||
    typeof checksum !== 'number'
  ) {
    throw new CodecError('The reference to an object is damaged: it lacks a key, a size or a checksum.');
  }
  return { object: { partition, sort }, bytes, checksum };
}

export function checksumOf(bytes: Uint8Array): number {
  return crc32(bytes);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const MAGIC = 0xa7;
/** Of the layout. A new one needs a sample of the old one in test/upgrade/. */
const REFERENCE_VERSION = 1;
