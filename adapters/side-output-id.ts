import type { SideOutput } from '../engine/ports/dead-letter-sink.ts';
import { comparePositions, formatPosition, type Position } from '../engine/ports/position.ts';
import { compareText } from '../engine/text/compare-text.ts';

/**
 * What names a dead letter or a late event, in every store: `dead/<stream>/<shard>/<sequence>.<index>` or
 * `late/…/<sequence>.<index>.<view>`. Made of the position and the view that was missed alone, so that a retry gives the
 * same. Characters that S3 lists as needing care are written as `!` and their bytes in hexadecimal.
 */
export interface SideOutputName {
  readonly kind: SideOutput['kind'];
  readonly stream: string;
  readonly shard: string;
  readonly position: Position;
  /** Empty for a dead letter. */
  readonly view: string;
}

export function sideOutputName(record: SideOutput): SideOutputName {
  const { kind, stream, shard, position } = record;
  return { kind, stream, shard, position, view: record.kind === 'late' ? record.missed.view : '' };
}

export function formatSideOutputId(name: SideOutputName): string {
  return name.kind === 'late' ? `${eventId(name)}.${idPart(name.view)}` : eventId(name);
}

/** The same for what is kept of one event for several views. */
export function eventId({ kind, stream, shard, position }: SideOutputName): string {
  return `${kind}/${idPart(stream)}/${idPart(shard)}/${formatPosition(position)}`;
}

/** Null for text that `formatSideOutputId` cannot have made. */
export function parseSideOutputId(id: string): SideOutputName | null {
  const match = /^(dead|late)\/([^/]+)\/([^/]+)\/(\d+)\.(\d+)(?:\.([^/]+))?$/.exec(id);
  if (match === null) return null;
  const [, kind, stream, shard, sequence, index, view] = match as unknown as string[];
  if ((kind === 'late') !== (view !== undefined)) return null;
  return {
    kind: kind as SideOutput['kind'],
    stream: plainText(stream as string),
    shard: plainText(shard as string),
    position: { sequence: sequence as string, index: Number(index) },
    view: plainText(view ?? ''),
  };
}

/** The order of what is kept of one shard: by position, and then by view. */
export function compareInShard(a: SideOutputName, b: SideOutputName): number {
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
