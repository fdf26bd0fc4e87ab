import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { AggregateOperator } from '../aggregates/operator.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import { type Group, type Groups, groupKey } from './group.ts';

/**
 * A segment: the groups of one (view, bucket, shard, pane) with the states of their aggregates, packed.
 *
 * ```
 * byte  0      0xA5, so that other bytes are told at once
 * byte  1      version of this layout: 1
 * byte  2      0 plain, 1 the body is zstd
 * bytes 3–8    the view's fingerprint: state of another definition is refused, not misread
 * bytes 9–12   CRC-32 of the body as it stands here, little-endian
 * body         number of groups; then column by column: the values of each group field, the states of each aggregate
 * ```
 * Columns lie together because like bytes compress better. A reader of version n + 1 is released before its writer.
 */
export interface SegmentCodec {
  encode(groups: Groups): Uint8Array;
  /** Merges a segment into `into`. Throws a `CodecError` on bytes that are damaged or not of this view. */
  mergeInto(into: Groups, bytes: Uint8Array): void;
}

const MAGIC = 0xa5;
/** Of the layout below. A new one needs a sample of the old one in test/upgrade/. */
export const SEGMENT_VERSION = 1;
const HEADER_BYTES = 13;
/** Below this size a zstd frame's own header eats what it saves. */
const COMPRESS_FROM_BYTES = 256;
/** A body may unfold to this many bytes: well above what one commit can hold, below what would exhaust a Lambda. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export function segmentCodec(
  fingerprint: string,
  groupFields: number,
  operators: readonly AggregateOperator[],
): SegmentCodec {
  const fingerprintBytes = Buffer.from(fingerprint, 'hex');
  return {
    encode: (groups) => seal(fingerprintBytes, encodeBody([...groups.values()], groupFields, operators)),
    mergeInto: (into, bytes) => mergeBody(into, open(fingerprintBytes, bytes), groupFields, operators),
  };
}

function encodeBody(
  groups: readonly Group[],
  groupFields: number,
  operators: readonly AggregateOperator[],
): Uint8Array {
  const out = new ByteWriter(groups.length * 64 + 64);
  out.varint(groups.length);
  for (let field = 0; field < groupFields; field++) {
    for (const group of groups) writeValue(out, group.values[field] ?? null);
  }
  operators.forEach((operator, index) => {
    for (const group of groups) operator.encode(group.states[index], out);
  });
  return out.finish();
}

function mergeBody(into: Groups, body: Uint8Array, groupFields: number, operators: readonly AggregateOperator[]): void {
  const input = new ByteReader(body);
  const count = readGroupCount(input, groupFields);
  const columns = Array.from({ length: groupFields }, () => Array.from({ length: count }, () => readValue(input)));
  const states = operators.map((operator) => Array.from({ length: count }, () => operator.decode(input)));
  input.end();
  const rows = Array.from({ length: count }, (_, i) => columns.map((column) => column[i] ?? null));
  const keys = rows.map(groupKey);
  if (new Set(keys).size < count) throw new CodecError('The segment names one of its groups twice.');
  // Nothing is merged before all is read: damaged bytes leave `into` as it was.
  for (const [i, key] of keys.entries()) {
    const values = rows[i] ?? [];
    const group = into.get(key);
    if (group === undefined) {
      into.set(key, { values, states: states.map((column) => column[i]) });
    } else {
      operators.forEach((operator, index) => {
        operator.merge(group.states[index], states[index]?.[i]);
      });
    }
  }
}

/**
 * Without group fields there is at most one group. It may take no bytes, so the length of the input does not limit how
 * many.
 */
function readGroupCount(input: ByteReader, groupFields: number): number {
  if (groupFields > 0) return input.count();
  const count = input.varint();
  if (count > 1) throw new CodecError(`The segment announces ${count} groups, and its view has no group fields.`);
  return count;
}

function seal(fingerprint: Uint8Array, plain: Uint8Array): Uint8Array {
  const packed = plain.length >= COMPRESS_FROM_BYTES ? zstdCompressSync(plain) : plain;
  const pays = packed.length < plain.length;
  const body = pays ? packed : plain;
  const sealed = new Uint8Array(HEADER_BYTES + body.length);
  sealed.set([MAGIC, SEGMENT_VERSION, pays ? 1 : 0]);
  sealed.set(fingerprint, 3);
  new DataView(sealed.buffer).setUint32(9, crc32(body), true);
  sealed.set(body, HEADER_BYTES);
  return sealed;
}

function open(fingerprint: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (sealed.length < HEADER_BYTES || sealed[0] !== MAGIC) throw new CodecError('The bytes are not a segment.');
  if (sealed[1] !== SEGMENT_VERSION) {
    throw new CodecError(
      `The segment has layout version ${sealed[1]}, and this code reads version ${SEGMENT_VERSION}. Deploy newer code.`,
    );
  }
  if (Buffer.compare(sealed.subarray(3, 9), fingerprint) !== 0) {
    throw new CodecError('The segment belongs to another definition of the view.');
  }
  const body = sealed.subarray(HEADER_BYTES);
  const checksum = new DataView(sealed.buffer, sealed.byteOffset).getUint32(9, true);
  if (crc32(body) !== checksum) throw new CodecError('The segment is damaged: its checksum does not match.');
  if (sealed[2] === 0) return body;
  if (sealed[2] !== 1)
    throw new CodecError(`The segment names compression ${sealed[2]}, which this code does not know.`);
  try {
    return zstdDecompressSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    throw new CodecError('The segment is damaged: it cannot be decompressed.', { cause: error });
  }
}
