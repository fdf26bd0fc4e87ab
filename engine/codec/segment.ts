import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import type { MergeableCodec, StateCodec } from '../bytes/state-codec.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';
import { type Group, type Groups, groupKey } from './group.ts';
import type { GroupTable } from './group-table.ts';
import { TWICE } from './key-table.ts';
import { mergeStates } from './merge-groups.ts';
import { type ColumnGroups, isInColumns } from './packed-groups.ts';

/**
 * A segment: the groups of one (view, bucket, shard, pane) with the states of their aggregates, packed. Pages of what is
 * kept by group are laid out in the same way.
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
export interface GroupsCodec {
  encode(groups: Groups | ColumnGroups): Uint8Array;
  /** Merges a segment into `into`. On bytes that are damaged or not of this view it throws a `CodecError`. */
  mergeInto(into: Groups, bytes: Uint8Array): void;
}

/** A segment of which nothing but the number of its groups has been read. */
export interface OpenSegment {
  readonly size: number;
  readonly body: Uint8Array;
  /**
   * In the body, at the value of the first group field of the first group. Those of the others follow, then the next fields, and in the
   * same way the states of each aggregate. Who has read all asks for its end.
   */
  readonly input: ByteReader;
}

/** Of states that are merged where a group is in several segments. */
export interface SegmentCodec extends GroupsCodec {
  /** The same into a table, which is good for nothing after an error. */
  mergeIntoTable(into: GroupTable, bytes: Uint8Array): void;
  /** The groups of a segment. Throws as `mergeInto` does, but does not see whether one of them is there twice. */
  groupsOf(bytes: Uint8Array): readonly Group[];
  /** Opens a segment, for who makes no groups of it. Throws as `mergeInto` does. */
  open(bytes: Uint8Array): OpenSegment;
}

const MAGIC = 0xa5;
/** Of the layout below. A new one needs a sample of the old one in test/upgrade/. */
export const SEGMENT_VERSION = 1;
const HEADER_BYTES = 13;
/** Below this size a zstd frame's own header eats what it saves. */
const COMPRESS_FROM_BYTES = 256;
/** A group with a text and some counts. */
const USUAL_GROUP_BYTES = 24;
/** A body may unfold to this many bytes: well above what one commit can hold, below what would exhaust a Lambda. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export function segmentCodec(
  fingerprint: string,
  groupFields: number,
  states: readonly MergeableCodec[],
): SegmentCodec {
  const fingerprintBytes = Buffer.from(fingerprint, 'hex');
  return {
    encode: (groups) => seal(fingerprintBytes, encodeBody(groups, groupFields, states)),
    mergeInto(into, bytes) {
      const body = open(fingerprintBytes, bytes);
      // Most panes begin with one segment: its groups need no map of their own.
      if (into.size === 0) {
        decodeBody(body, groupFields, states, into);
        return;
      }
      for (const [key, group] of decodeBody(body, groupFields, states)) {
        const known = into.get(key);
        if (known === undefined) into.set(key, group);
        else mergeStates(known, group, states);
      }
    },
    groupsOf: (bytes) => readGroups(open(fingerprintBytes, bytes), groupFields, states),
    open: (bytes) => openBody(open(fingerprintBytes, bytes), groupFields),
    mergeIntoTable(into, bytes) {
      const { body, input, size } = openBody(open(fingerprintBytes, bytes), groupFields);
      into.merge(body, input, size);
    },
  };
}

/** Of states that are stored whole: a group that is there twice, in one page or in two, makes the bytes damaged ones. */
export function wholeGroupsCodec(fingerprint: string, groupFields: number, states: readonly StateCodec[]): GroupsCodec {
  const fingerprintBytes = Buffer.from(fingerprint, 'hex');
  return {
    encode: (groups) => seal(fingerprintBytes, encodeBody(groups, groupFields, states)),
    mergeInto(into, bytes) {
      const read = decodeBody(open(fingerprintBytes, bytes), groupFields, states);
      for (const key of read.keys()) {
        if (into.has(key)) throw new CodecError('Two of the pages hold the same group.');
      }
      for (const [key, group] of read) into.set(key, group);
    },
  };
}

function encodeBody(groups: Groups | ColumnGroups, groupFields: number, states: readonly StateCodec[]): Uint8Array {
  const out = new ByteWriter(groups.size * USUAL_GROUP_BYTES + 64);
  out.varint(groups.size);
  writeGroups(groups, groupFields, states, out);
  return out.finish();
}

/** Column by column: the values of each group field, the states of each aggregate. */
export function writeGroups(
  groups: Groups | ColumnGroups,
  groupFields: number,
  states: readonly StateCodec[],
  out: ByteWriter,
): void {
  if (isInColumns(groups)) {
    for (let field = 0; field < groupFields; field++) groups.writeValues(field, out);
    for (let index = 0; index < states.length; index++) groups.writeStates(index, out);
    return;
  }
  const all = [...groups.values()];
  for (let field = 0; field < groupFields; field++) {
    for (const group of all) writeValue(out, group.values[field] ?? null);
  }
  states.forEach((codec, index) => {
    for (const group of all) codec.encode(group.states[index], out);
  });
}

/** Adds the groups to none. Nothing is handed out before all is read, so that damaged bytes are never merged in part. */
function decodeBody(
  body: Uint8Array,
  groupFields: number,
  states: readonly StateCodec[],
  groups: Groups = new Map(),
): Groups {
  const read = readGroups(body, groupFields, states);
  for (const group of read) groups.set(groupKey(group.values), group);
  if (groups.size === read.length) return groups;
  groups.clear();
  throw new CodecError(TWICE);
}

function readGroups(body: Uint8Array, groupFields: number, states: readonly StateCodec[]): readonly Group[] {
  const { size, input } = openBody(body, groupFields);
  const groups: { readonly values: Value[]; readonly states: unknown[] }[] = [];
  for (let i = 0; i < size; i++) groups.push({ values: [], states: [] });
  for (let field = 0; field < groupFields; field++) for (const group of groups) group.values.push(readValue(input));
  for (const codec of states) for (const group of groups) group.states.push(codec.decode(input));
  input.end();
  return groups;
}

function openBody(body: Uint8Array, groupFields: number): OpenSegment {
  const input = new ByteReader(body);
  return { size: readGroupCount(input, groupFields), body, input };
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
