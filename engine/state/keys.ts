import type { ItemKey } from '../ports/state-store.ts';
import { formatInstant } from '../time/instant.ts';

/**
 * Where everything lies in the state store.
 *
 * | item       | partition                              | sort                                  |
 * |------------|----------------------------------------|---------------------------------------|
 * | checkpoint | `checkpoint#stream`                    | `shard`                               |
 * | segment    | `segment#view@fingerprint#bucket#shard`| `pane start, ISO-8601#commit version` |
 * | marker     | `marker#view@fingerprint#bucket`       | `pane start#shard#commit version`     |
 * | progress   | `progress#view@fingerprint`            | `bucket`                              |
 * | discard    | `discard#stream#shard`                 | `sequence number of the first record` |
 *
 * Segments of one shard share a partition, so that the heat of many shards spreads, and a finalizer finds the next pane
 * that holds anything with one query. All checkpoints of a stream share one, for the watermark needs them all.
 */
export function checkpointKey(stream: string, shard: string): ItemKey {
  return { partition: checkpointPartition(stream), sort: shard };
}

export function checkpointPartition(stream: string): string {
  return `checkpoint#${stream}`;
}

export function segmentPartition(view: string, bucket: number, shard: string): string {
  return `segment#${view}#${bucket}#${shard}`;
}

/** `version` is that of the checkpoint which the segment is committed with: unique, and rising. */
export function segmentKey(view: string, bucket: number, shard: string, paneStartMs: number, version: number): ItemKey {
  return { partition: segmentPartition(view, bucket, shard), sort: `${formatInstant(paneStartMs)}#${pad(version)}` };
}

export function markerPartition(view: string, bucket: number): string {
  return `marker#${view}#${bucket}`;
}

export function markerKey(view: string, bucket: number, shard: string, paneStartMs: number, version: number): ItemKey {
  return { partition: markerPartition(view, bucket), sort: `${formatInstant(paneStartMs)}#${shard}#${pad(version)}` };
}

export function progressKey(view: string, bucket: number): ItemKey {
  return { partition: `progress#${view}`, sort: String(bucket) };
}

/** The note that a batch which the event source gave up on has been counted. */
export function discardKey(stream: string, shard: string, firstSequence: string): ItemKey {
  return { partition: `discard#${stream}#${shard}`, sort: firstSequence };
}

/** Which view, bucket and pane a segment or a marker belongs to; null for other items. */
export function paneAddress(key: ItemKey): PaneAddress | null {
  const [kind, view = '', bucket = ''] = key.partition.split('#', 3);
  if (kind !== 'segment' && kind !== 'marker') return null;
  return { kind, view, bucket: Number(bucket), paneStartMs: paneOf(key) };
}

export interface PaneAddress {
  readonly kind: 'segment' | 'marker';
  readonly view: string;
  readonly bucket: number;
  readonly paneStartMs: number;
}

/** The pane that a segment or a marker belongs to. */
export function paneOf(key: ItemKey): number {
  return Date.parse(key.sort.slice(0, ISO_LENGTH));
}

/** Sort keys of the panes with `fromMs` ≤ start < `toMs`. */
export function paneRange(partition: string, fromMs: number, toMs: number) {
  return { partition, from: formatInstant(fromMs), to: formatInstant(toMs) };
}

const ISO_LENGTH = 24;

/** Ten digits: at one commit a second, three centuries. */
function pad(version: number): string {
  return String(version).padStart(10, '0');
}
