import type { SideRecord } from '../engine/ports/dead-letter-sink.ts';
import { comparePositions, formatPosition, type Position } from '../engine/ports/position.ts';
import { compareText } from '../engine/text/compare-text.ts';

/**
 * What names a dead letter or a late event, in every store: `dead/<stream>/<shard>/<sequence>.<index>` or
 * `late/…/<sequence>.<index>.<view>`. Made of the position and the view that was missed alone, so that a retry gives the
 * same. Characters that S3 lists as needing care are written as `!` and their bytes in hexadecimal.
 */
export interface SideRecordName {
  readonly kind: SideRecord['kind'];
  readonly stream: string;
  readonly shard: string;
  readonly position: Position;
  /** Empty for a dead letter. */
  readonly view: string;
}

export function sideRecordName(record: SideRecord): SideRecordName {
  const { kind, stream, shard, position } = record;
  return { kind, stream, shard, position, view: record.kind === 'late' ? record.missed.view : '' };
}

export function formatSideRecordId(name: SideRecordName): string {
  return name.kind === 'late' ? `${eventId(name)}.${idPart(name.view)}` : eventId(name);
}

/** The same for what is kept of one event for several views. */
export function eventId({ kind, stream, shard, position }: SideRecordName): string {
  return `${kind}/${idPart(stream)}/${idPart(shard)}/${formatPosition(position)}`;
}

/** Null for text that `formatSideRecordId` cannot have made. */
export function parseSideRecordId(id: string): SideRecordName | null {
  const match = /^(dead|late)\/([^/]+)\/([^/]+)\/(\d+)\.(\d+)(?:\.([^/]+))?$/.exec(id);
  if (match === null) return null;
  const [, kind, stream, shard, sequence, index, view] = match as unknown as string[];
  if ((kind === 'late') !== (view !== undefined)) return null;
  return {
    kind: kind as SideRecord['kind'],
    stream: plainText(stream as string),
    shard: plainText(shard as string),
    position: { sequence: sequence as string, index: Number(index) },
    view: plainText(view ?? ''),
  };
}

/** The order of what is kept of one shard: by position, and then by view. */
export function compareInShard(a: SideRecordName, b: SideRecordName): number {
  return comparePositions(a.position, b.position) || compareText(a.view, b.view);
}

export function idPart(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

function plainText(part: string): string {
  return part.replace(/(?:![0-9a-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('!', ''), 'hex').toString('utf8'));
}
