import { unpack } from './compression.ts';
import { withoutByteOrderMark } from './line-event.ts';
import { SingleReader } from './single-reader.ts';

/** The bytes of a record as they were before it was packed; of one that cannot be unpacked, the reader of its dead letter. */
export function unpackRecord(data: Uint8Array): Buffer | SingleReader {
  const unpacked = unpack(data);
  if (unpacked.kind !== 'failed') return withoutByteOrderMark(unpacked.bytes);
  const { reason, message } = unpacked;
  return new SingleReader({ kind: 'unreadable', reason, message, bytes: data });
}
