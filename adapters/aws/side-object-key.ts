import { createHash } from 'node:crypto';
import type { SideRecord } from '../../engine/ports/dead-letter-sink.ts';
import { formatPosition, type Position } from '../../engine/ports/position.ts';
import { idPart, parseSideRecordId, type SideRecordName } from '../side-record-id.ts';

/**
 * Where an object of dead letters or late events lies:
 *
 *     dead/<stream>/<shard>/to-<position>-from-<position>-<hash>.jsonl.gz
 *
 * by the positions of its last and its first record and a hash of which records it has. An attempt that keeps the same records
 * aside writes over the object of the one before. An attempt that was cut elsewhere, or a container that was overtaken and
 * judges by an older watermark, writes an object beside it, so it cannot take anything away; readers show what several
 * objects hold once.
 *
 * Positions are written so that S3, which lists keys in the order of their text, lists objects in the order of `to`. So
 * the objects that may hold a position begin right where its own text would stand.
 */
export interface SideObjectKey {
  readonly key: string;
  readonly kind: SideRecord['kind'];
  readonly stream: string;
  readonly shard: string;
  readonly to: Position;
  readonly from: Position;
}

/** Everything kept of a stream of one kind lies under this prefix. */
export function sideRecordPrefix(kind: SideRecord['kind'], stream: string): string {
  return `${kind}/${idPart(stream)}/`;
}

export function shardPrefix({ kind, stream, shard }: Pick<SideRecordName, 'kind' | 'stream' | 'shard'>): string {
  return `${sideRecordPrefix(kind, stream)}${idPart(shard)}/`;
}

/** `names` of one kind, stream and shard, in the order of their positions; at least one. */
export function sideObjectKey(names: readonly SideRecordName[]): string {
  const [first] = names as [SideRecordName];
  const last = names.at(-1) as SideRecordName;
  const records = names.map(({ position, view }) => `${formatPosition(position)}.${view}`).join('\n');
  const hash = createHash('sha256').update(records).digest('hex').slice(0, 16);
  return `${keysEndingAt(last)}-from-${sortable(first.position)}-${hash}.jsonl.gz`;
}

/** All keys of objects that end at a position begin so; those of later ends come after it. */
export function keysEndingAt(name: Pick<SideRecordName, 'kind' | 'stream' | 'shard' | 'position'>): string {
  return `${shardPrefix(name)}to-${sortable(name.position)}`;
}

const KEY =
  /^((?:dead|late)\/[^/]+\/[^/]+)\/to-\d{3}-(\d+)-\d{2}-(\d+)-from-\d{3}-(\d+)-\d{2}-(\d+)-[0-9a-f]{16}\.jsonl\.gz$/;

/** Null for any other key. */
export function parseSideObjectKey(key: string): SideObjectKey | null {
  const match = KEY.exec(key);
  if (match === null) return null;
  const [, place, toSequence, toIndex, fromSequence, fromIndex] = match as unknown as string[];
  // Late events have a view in their names; which one does not matter for the place.
  const ending = place?.startsWith('late') ? '0.0.v' : '0.0';
  const { kind, stream, shard } = parseSideRecordId(`${place}/${ending}`) as SideRecordName;
  return {
    ...{ key, kind, stream, shard },
    to: { sequence: toSequence as string, index: Number(toIndex) },
    from: { sequence: fromSequence as string, index: Number(fromIndex) },
  };
}

/** Digits with their number before them: text that sorts as the numbers do, without a width that is outgrown some day. */
function sortable({ sequence, index }: Position): string {
  return `${counted(sequence, 3)}-${counted(String(index), 2)}`;
}

function counted(digits: string, width: number): string {
  return `${String(digits.length).padStart(width, '0')}-${digits}`;
}
