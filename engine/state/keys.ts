import type { ItemKey } from '../ports/state-store.ts';
import { END_OF_TIME_MS, formatInstant } from '../time/instant.ts';

/**
 * Where everything lies in the state store, and pages in the page store.
 *
 * | item       | partition                              | sort                                             |
 * |------------|----------------------------------------|--------------------------------------------------|
 * | definitions| `definitions`                          | `views`                                          |
 * | generation | `generation`                           | `code`                                           |
 * | checkpoint | `checkpoint#stream`                    | `shard`                                          |
 * | roll-up    | `rollup#stream`                        | `shards`                                         |
 * | deployed   | `deployed#stream`                      | `views`                                          |
 * | observation| `observation#stream`                   | `shards`                                         |
 * | behind     | `observation#stream`                   | `behind`                                         |
 * | sizes      | `observation#stream`                   | `sizes`                                          |
 * | ids        | `ids#stream#shard`                     | `pane start, ISO-8601#commit version`            |
 * | discard    | `discard#stream#shard`                 | `sequence number of the first record`            |
 * | segment    | `segment#view@fingerprint#bucket#shard`| `pane start#windows missed#commit version`       |
 * | marker     | `marker#view@fingerprint#bucket`       | `pane start#shard#commit version`                |
 * | late       | `late#view@fingerprint#bucket`         | `latest event's pane start#shard#commit version` |
 * | progress   | `progress#view@fingerprint`            | `bucket`                                         |
 * | carried    | `carried#view@fingerprint#bucket`      | `progress version#page#serial`                   |
 * | ledger     | `ledger#view@fingerprint#bucket`       | `progress version#page`                          |
 * | patch      | `patch#view@fingerprint#bucket`        | `progress version#page`                          |
 * | alerts     | `alerts#view@fingerprint#bucket`       | `progress version#page#serial`                   |
 * | outbox     | `outbox#view@fingerprint#bucket`       | `progress version#page`                          |
 * | published  | `published#view@fingerprint`           | `bucket`                                         |
 * | early      | `early#view@fingerprint`               | `bucket`                                         |
 * | looks      | `looks#view@fingerprint`               | `bucket`                                         |
 * | silences   | `silences`                             | `silence's name`                                 |
 * | alerted    | `alerted`                              | `views`                                          |
 * | handover   | `handover#view`                        | `incidents`                                      |
 *
 * Those from `carried` to `outbox` are pages.
 *
 * Segments of one shard share a partition, so that the heat of many shards spreads, and a finalizer finds the next pane
 * that holds anything with one query. All checkpoints of a stream share one: the watermark needs them all. What a
 * view takes of another view's rows lies under the other view's key in place of a shard's.
 */
export function checkpointKey(stream: string, shard: string): ItemKey {
  return { partition: checkpointPartition(stream), sort: shard };
}

/** How often the code that runs on the store was started or reloaded: the item's version. */
export const GENERATION_KEY: ItemKey = { partition: 'generation', sort: 'code' };

export function checkpointPartition(stream: string): string {
  return `checkpoint#${stream}`;
}

/** Which views a stream has state of. */
export function deployedStateKey(stream: string): ItemKey {
  return { partition: `deployed#${stream}`, sort: 'views' };
}

/** What the last sweep of a stream found, for the next one to compare with. */
export function observationKey(stream: string): ItemKey {
  return { partition: `observation#${stream}`, sort: 'shards' };
}

/** Which views the last sweep of a stream found behind, for people. */
export function behindKey(stream: string): ItemKey {
  return { partition: `observation#${stream}`, sort: 'behind' };
}

/** How much state the views of a stream had when a sweep looked last, for people. */
export function sizesKey(stream: string): ItemKey {
  return { partition: `observation#${stream}`, sort: 'sizes' };
}

/** What is kept of shards whose checkpoints are gone. */
export function rollupKey(stream: string): ItemKey {
  return { partition: `rollup#${stream}`, sort: 'shards' };
}

export function segmentPartition(view: string, bucket: number, shard: string): string {
  return `segment#${view}#${bucket}#${shard}`;
}

/**
 * `missed` is how many of the windows that hold the pane its events came too late for; `version` that of the checkpoint
 * which the segment is committed with: unique, and rising.
 */
export function segmentKey(
  view: string,
  bucket: number,
  shard: string,
  paneStartMs: number,
  missed: number,
  version: number,
): ItemKey {
  const sort = `${formatInstant(paneStartMs)}#${missed}#${pad(version)}`;
  return { partition: segmentPartition(view, bucket, shard), sort };
}

/**
 * A segment of rows that one view hands to another, in chunks. The key holds the window and no version, so a revision
 * replaces what it revises. `origin` stands in place of a shard; nothing that is handed on has missed a window.
 */
export function handedSegmentKey(
  view: string,
  bucket: number,
  origin: string,
  paneStartMs: number,
  windowName: string,
  chunk: number,
): ItemKey {
  const sort = `${formatInstant(paneStartMs)}#0#${windowName}#${chunk}`;
  return { partition: segmentPartition(view, bucket, origin), sort };
}

/**
 * The groups that an earlier revision of a window's rows had and this one has not; see
 * `engine/finalize/outputs/downstream.ts`.
 */
export function tombstoneKey(view: string, bucket: number, origin: string, paneStartMs: number, name: string): ItemKey {
  const sort = `${formatInstant(paneStartMs)}#${TOMBSTONES}#${name}`;
  return { partition: segmentPartition(view, bucket, origin), sort };
}

const TOMBSTONES = 'gone';

export function isTombstones(key: ItemKey): boolean {
  return key.sort.split('#', 2)[1] === TOMBSTONES;
}

/** How many windows the events of a segment missed. */
export function missedOf(key: ItemKey): number {
  return Number(key.sort.split('#', 2)[1]);
}

export function markerPartition(view: string, bucket: number): string {
  return `marker#${view}#${bucket}`;
}

export function markerKey(view: string, bucket: number, shard: string, paneStartMs: number, version: number): ItemKey {
  return { partition: markerPartition(view, bucket), sort: `${formatInstant(paneStartMs)}#${shard}#${pad(version)}` };
}

export function latePartition(view: string, bucket: number): string {
  return `late#${view}#${bucket}`;
}

export function lateKey(view: string, bucket: number, shard: string, latestMs: number, version: number): ItemKey {
  return { partition: latePartition(view, bucket), sort: `${formatInstant(latestMs)}#${shard}#${pad(version)}` };
}

/** Kinds of pages that a finalizer writes for itself, under the version of the progress that they belong to. */
export type PageKind = 'carried' | 'ledger' | 'patch' | 'alerts' | 'outbox';

export function pagePartition(kind: PageKind, view: string, bucket: number): string {
  return `${kind}#${view}#${bucket}`;
}

export function pageKey(
  kind: PageKind,
  view: string,
  bucket: number,
  version: number,
  page: number,
  serial?: number,
): ItemKey {
  const sort = `${pad(version)}#${pad(page)}${serial === undefined ? '' : `#${serial}`}`;
  return { partition: pagePartition(kind, view, bucket), sort };
}

/** The name of the set that a page belongs to, as `pageSetName` makes it. */
export function pageSetOfKey(key: ItemKey): string {
  const [version, , serial] = key.sort.split('#');
  return serial === undefined ? `${Number(version)}` : `${Number(version)}.${serial}`;
}

/** The version of progress that a page belongs to. */
export function pageVersion(key: ItemKey): number {
  return Number(key.sort.split('#', 1)[0]);
}

export function idsPartition(stream: string, shard: string): string {
  return `ids#${stream}#${shard}`;
}

export function idsKey(stream: string, shard: string, paneStartMs: number, version: number): ItemKey {
  return { partition: idsPartition(stream, shard), sort: `${formatInstant(paneStartMs)}#${pad(version)}` };
}

export function progressKey(view: string, bucket: number): ItemKey {
  return { partition: `progress#${view}`, sort: String(bucket) };
}

/** The notes of incidents that were announced before their window was final. */
export function earlyKey(view: string, bucket: number): ItemKey {
  return { partition: `early#${view}`, sort: String(bucket) };
}

/** Which early look of a view's open windows is the next. */
export function looksKey(view: string, bucket: number): ItemKey {
  return { partition: `looks#${view}`, sort: String(bucket) };
}

/** All silences of a pipeline's alerts. */
export const SILENCES = 'silences';

/** Who has seen which incidents: by the incident's id. */
export const ACKNOWLEDGEMENTS = 'acknowledgements';

/** The views whose alerts somebody may have been told of. */
export const ALERTED_VIEWS: ItemKey = { partition: 'alerted', sort: 'views' };

/** Incidents that the key which a view had leaves to the next one. By the name of the view. */
export function handoverKey(view: string): ItemKey {
  return { partition: `handover#${view}`, sort: 'incidents' };
}

/** How far the messages about a view's alerts have been published. */
export function publishedKey(view: string, bucket: number): ItemKey {
  return { partition: `published#${view}`, sort: String(bucket) };
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

/** Which origin wrote a marker, and in which of its commits. */
export function markerOrigin(key: ItemKey): { readonly origin: string; readonly version: number } {
  const parts = key.sort.split('#');
  return { origin: parts[1] ?? '', version: Number(parts.at(-1)) };
}

/** The pane that a segment or a marker belongs to. */
export function paneOf(key: ItemKey): number {
  return Date.parse(key.sort.slice(0, ISO_LENGTH));
}

/** Sort keys of the panes with `fromMs` ≤ start < `toMs`. */
export function paneRange(partition: string, fromMs: number, toMs: number) {
  return {
    partition,
    from: formatInstant(Math.min(fromMs, END_OF_TIME_MS)),
    to: formatInstant(Math.min(toMs, END_OF_TIME_MS)),
  };
}

const ISO_LENGTH = 24;

/** Ten digits: at one commit a second, three centuries. */
function pad(version: number): string {
  return String(version).padStart(10, '0');
}
