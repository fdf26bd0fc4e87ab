import type { Groups } from '../codec/group.ts';
import { Type } from '../ir/type.ts';
import type { ViewPlan } from '../plan/plan.ts';
import { Again, type Pause, type SharedState, withRetries } from '../ports/retry.ts';
import type { Item, ItemKey, StateStore } from '../ports/state-store.ts';
import { FencedError } from '../protocol/errors.ts';
import type { Origin, SourceSnapshot } from '../sources/source-kind.ts';
import { MANIFEST_ENTRY, type ManifestEntry } from '../state/checkpoint.ts';
import { StaleReadError, StateFormatError } from '../state/errors.ts';
import { isTombstones, markerPartition, missedOf, paneOf, paneRange } from '../state/keys.ts';
import { loadProgress } from '../state/progress.ts';
import { storedJson } from '../state/stored-json.ts';

/** Reads of panes before a segment that must be there is given up on, with a pause between two. */
const MAX_READS = 100;

/** What a pane holds, not yet unpacked. */
export interface Pane {
  /** Segments, by how many of the pane's windows their events missed. */
  readonly segments: ReadonlyMap<number, readonly Uint8Array[]>;
  /** Groups that a revision of the rows below has taken out. */
  readonly tombstones: readonly Uint8Array[];
  /** Bytes of the segments. */
  readonly bytes: number;
}

/** Segments whose events are in the window which is the `index`-th of the pane's. */
export function segmentsOf({ segments }: Pane, index = 0): Uint8Array[] {
  return [...segments].flatMap(([missed, bytes]) => (missed <= index ? bytes : []));
}

/**
 * What a (view, bucket) looks like to a finalizer that has read where its source stands: the watermark, and panes whose
 * segments are at least as new as that.
 *
 *   transaction T:   writes checkpoint (watermark 12:05) ......... writes segment of pane 12:00
 *   finalizer:                                 reads checkpoint, reads segments ^ T's is not there yet
 *
 * The checkpoint lists what T wrote, so the finalizer sees that a segment is missing or old, and reads again.
 */
export class ViewSnapshot {
  readonly source: SourceSnapshot;
  readonly #view: ViewPlan;
  readonly #bucket: number;
  readonly #state: StateStore;
  readonly #pause: Pause;
  readonly #listedMarkers: readonly ManifestEntry[];
  #markers: readonly Item[] = [];

  constructor(view: ViewPlan, bucket: number, { state, pause }: SharedState, source: SourceSnapshot) {
    this.#view = view;
    this.#bucket = bucket;
    this.#state = state;
    this.#pause = pause;
    this.source = source;
    const markers = markerPartition(view.key, bucket);
    this.#listedMarkers = source.origins.flatMap(({ manifest }) =>
      manifest.filter(({ key }) => key.partition === markers),
    );
  }

  /** Windows that began before this were not seen from their beginning by the view everywhere. */
  get completeFromMs(): number {
    return this.source.completeFromMs;
  }

  /**
   * Whether rows of windows that begin at an instant say that they are partial; those of sessions do so also where an event
   * that was missed before may belong to them.
   */
  isPartial(windowStartMs: number): boolean {
    return windowStartMs < this.firstWholeMs;
  }

  /** Rows of windows that begin at or after this say no more that they are partial. */
  get firstWholeMs(): number {
    return this.completeFromMs + this.#view.window.missedReachMs;
  }

  /** The start of the first pane with `fromMs` ≤ start < `toMs` that holds anything, or null. */
  async nextPane(fromMs: number, toMs: number): Promise<number | null> {
    const inRange = (startMs: number) => startMs >= fromMs && startMs < toMs;
    const starts = await Promise.all(
      this.#originsWithDataFrom(fromMs).map(async (origin) => {
        const [first] = await this.#state.query({
          ...paneRange(origin.partition, fromMs, toMs),
          limit: 1,
          asStored: true,
        });
        const listed = listedSegments(origin).map(({ key }) => paneOf(key));
        return [...listed.filter(inRange), ...(first ? [paneOf(first.key)] : [])];
      }),
    );
    const marked = this.#markers.map(({ key }) => paneOf(key)).filter(inRange);
    let first: number | null = null;
    for (const startMs of [...starts.flat(), ...marked]) if (first === null || startMs < first) first = startMs;
    return first;
  }

  /**
   * All panes with `fromMs` ≤ start < `toMs` that hold anything, in order, with the segments at least that the source and
   * the markers list.
   */
  async readPanes(fromMs: number, toMs: number): Promise<ReadonlyMap<number, Pane>> {
    const inRange = ({ key }: { readonly key: ItemKey }) => paneOf(key) >= fromMs && paneOf(key) < toMs;
    const marked = this.#markers.filter(inRange).flatMap((marker) => markedSegment(marker) ?? []);
    const listed = this.source.origins.flatMap(listedSegments).filter(inRange);
    const expected = [...listed, ...marked];
    // A marker can tell of a shard that was registered after the checkpoints were read.
    const partitions = new Set([
      ...this.#originsWithDataFrom(fromMs).map(({ partition }) => partition),
      ...expected.map(({ key }) => key.partition),
    ]);
    const items = await Promise.all(
      [...partitions].map((partition) => {
        const ofPartition = expected.filter(({ key }) => key.partition === partition);
        return this.#readPartition(partition, fromMs, toMs, ofPartition);
      }),
    );
    return toPanes(items.flat());
  }

  /** Adds the segments of a pane to groups: those whose events are in the window which is the `index`-th of the pane's. */
  mergePane(into: Groups, pane: Pane, index = 0): void {
    for (const bytes of segmentsOf(pane, index)) this.#view.segments.mergeInto(into, bytes);
  }

  /** Adds the groups that revisions have taken out of a pane. One origin may still have rows of a group that another lost. */
  addTombstones(into: Groups, pane: Pane): void {
    for (const bytes of pane.tombstones) this.#view.tombstones.mergeInto(into, bytes);
  }

  /**
   * Reads the markers of late events, in the order of their panes. A marker may be newer than the source: from here on
   * its pane is known to hold something, and its segment is looked for.
   */
  async readMarkers(): Promise<readonly Item[]> {
    this.#markers = await this.#state.query({ partition: markerPartition(this.#view.key, this.#bucket) });
    return this.#markers;
  }

  /**
   * Keys of the markers that the source lists. Such a marker may not be visible yet, or it was dealt with long ago; before
   * a pane is dropped, the first must be taken for granted.
   */
  get listedMarkers(): readonly ItemKey[] {
    return this.#listedMarkers.map(({ key }) => key);
  }

  /** What the source lists of a pane: segments of the last commit of each origin. */
  listedSegments(paneMs: number): readonly ManifestEntry[] {
    return this.source.origins.flatMap(listedSegments).filter(({ key }) => paneOf(key) === paneMs);
  }

  /** Keys of all segments with `fromMs` ≤ pane start < `toMs`. */
  async segmentKeys(fromMs: number, toMs: number): Promise<readonly ItemKey[]> {
    const items = await Promise.all(
      this.#originsWithDataFrom(fromMs).map((origin) =>
        this.#state.query({ ...paneRange(origin.partition, fromMs, toMs), asStored: true }),
      ),
    );
    return items.flat().map((item) => item.key);
  }

  async #readPartition(
    partition: string,
    fromMs: number,
    toMs: number,
    expected: readonly ManifestEntry[],
  ): Promise<readonly Item[]> {
    const notFound = () =>
      new StaleReadError(
        `View '${this.#view.name}', ${partition}: the checkpoint lists a segment that ${MAX_READS} reads did not find. The state table lost an item, or its reads are not consistent.`,
      );
    return withRetries<readonly Item[]>(MAX_READS, this.#pause, async () => {
      const items = await this.#state.query(paneRange(partition, fromMs, toMs));
      const versions = new Map(items.map((item) => [item.key.sort, item.version]));
      if (expected.every(({ key, version }) => (versions.get(key.sort) ?? 0) >= version)) return items;
      await this.#refuseIfGone(expected);
      return new Again(notFound);
    });
  }

  /** What another finalizer has made final and let go since is not waited for. */
  async #refuseIfGone(expected: readonly ManifestEntry[]): Promise<void> {
    const { stateCutoffMs } = await loadProgress(this.#state, this.#view.key, this.#bucket);
    if (expected.every(({ key }) => paneOf(key) >= stateCutoffMs)) return;
    throw new FencedError(
      `View '${this.#view.name}', bucket ${this.#bucket}: another finalizer has let go of panes that this one reads.`,
    );
  }

  #originsWithDataFrom(startMs: number): readonly Origin[] {
    return this.source.origins.filter((origin) => origin.latestMs >= startMs);
  }
}

function listedSegments({ manifest, partition }: Origin): readonly ManifestEntry[] {
  return manifest.filter(({ key }) => key.partition === partition);
}

/** The segment that a late event went into. Null for a marker that was only written again. */
export function markedSegment(marker: Item): ManifestEntry | null {
  return readMarker(marker);
}

const readMarker = storedJson('a marker of late events', Type.Union([MANIFEST_ENTRY, Type.Null()]));

interface PaneParts {
  readonly segments: Map<number, Uint8Array[]>;
  readonly tombstones: Uint8Array[];
  bytes: number;
}

function toPanes(items: readonly Item[]): ReadonlyMap<number, Pane> {
  const panes = new Map<number, PaneParts>();
  const sorted = [...items].sort((a, b) => paneOf(a.key) - paneOf(b.key));
  for (const { key, data } of sorted) {
    if (typeof data === 'string') throw new StateFormatError(key, 'a segment is bytes');
    const pane: PaneParts = panes.get(paneOf(key)) ?? { segments: new Map(), tombstones: [], bytes: 0 };
    panes.set(paneOf(key), pane);
    if (isTombstones(key)) {
      pane.tombstones.push(data);
      continue;
    }
    const segments = pane.segments.get(missedOf(key)) ?? [];
    segments.push(data);
    pane.segments.set(missedOf(key), segments);
    pane.bytes += data.length;
  }
  return panes;
}
