import type { Groups } from '../plan/group.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Item, ItemKey, StateStore } from '../ports/state-store.ts';
import type { Checkpoint, ManifestEntry } from '../state/checkpoint.ts';
import { StaleReadError, StateFormatError } from '../state/errors.ts';
import { markerPartition, paneOf, paneRange, segmentPartition } from '../state/keys.ts';
import { globalWatermark } from '../time/watermark.ts';

/** Reads of one pane before a segment that must be there is given up on. Each is a round trip, so this is seconds. */
const MAX_READS = 100;

/**
 * What a (view, bucket) looks like to a finalizer that has read the checkpoints: the watermark, and panes whose
 * segments are at least as new as these checkpoints.
 *
 *   transaction T:   writes checkpoint (watermark 12:05) ......... writes segment of pane 12:00
 *   finalizer:                                 reads checkpoint, reads segments ^ T's is not there yet
 *
 * The checkpoint lists what T wrote, so the finalizer sees that a segment is missing or old, and reads again.
 */
export class ViewSnapshot {
  readonly watermarkMs: number;
  readonly #view: ViewPlan;
  readonly #bucket: number;
  readonly #state: StateStore;
  readonly #shards: readonly ShardView[];
  #markers: readonly Item[] = [];

  constructor(view: ViewPlan, bucket: number, state: StateStore, checkpoints: readonly Checkpoint[]) {
    this.#view = view;
    this.#bucket = bucket;
    this.#state = state;
    this.watermarkMs = globalWatermark(checkpoints);
    this.#shards = checkpoints.map((checkpoint) => shardView(view, bucket, checkpoint));
  }

  /** Windows that began before this were not seen from their beginning by the view on every shard. */
  get completeFromMs(): number {
    return Math.max(...this.#shards.map((shard) => shard.completeFromMs), Number.NEGATIVE_INFINITY);
  }

  /** The start of the first pane with `fromMs` ≤ start < `toMs` that holds anything, or null. */
  async nextPane(fromMs: number, toMs: number): Promise<number | null> {
    const starts = await Promise.all(
      this.#shardsWithDataFrom(fromMs).map(async (shard) => {
        const [first] = await this.#state.query({ ...paneRange(shard.partition, fromMs, toMs), limit: 1 });
        const listed = shard.listedSegments
          .map(({ key }) => paneOf(key))
          .filter((start) => start >= fromMs && start < toMs);
        return [...listed, ...(first ? [paneOf(first.key)] : [])];
      }),
    );
    const marked = this.#markers.map(({ key }) => paneOf(key)).filter((start) => start >= fromMs && start < toMs);
    const all = [...starts.flat(), ...marked];
    return all.length === 0 ? null : Math.min(...all);
  }

  /** All groups of a pane, merged over shards, with the segments at least that checkpoints and markers list. */
  async readPane(startMs: number): Promise<Groups> {
    const groups: Groups = new Map();
    const marked = this.#markers.filter(({ key }) => paneOf(key) === startMs).flatMap(markedSegment);
    const listed = this.#shards.flatMap((shard) => shard.listedSegments.filter(({ key }) => paneOf(key) === startMs));
    // A marker can tell of a shard that was registered after the checkpoints were read.
    const partitions = new Set([
      ...this.#shardsWithDataFrom(startMs).map(({ partition }) => partition),
      ...marked.map(({ key }) => key.partition),
    ]);
    const segments = await Promise.all(
      [...partitions].map((partition) => {
        const expected = [...listed, ...marked].filter(({ key }) => key.partition === partition);
        return this.#readPartition(partition, startMs, expected);
      }),
    );
    for (const item of segments.flat()) {
      if (typeof item.data === 'string') throw new StateFormatError(item.key, 'a segment is bytes');
      this.#view.segments.mergeInto(groups, item.data);
    }
    return groups;
  }

  /**
   * Reads the markers of late events, in the order of their panes. A marker may be newer than the checkpoints: from here
   * on its pane is known to hold something, and its segment is looked for.
   */
  async readMarkers(): Promise<readonly Item[]> {
    this.#markers = await this.#state.query({ partition: markerPartition(this.#view.key, this.#bucket) });
    return this.#markers;
  }

  /**
   * Panes with `fromMs` ≤ start < `toMs` whose marker a checkpoint lists. Such a marker may not be visible yet, or it
   * was dealt with long ago; before a pane is dropped, the first must be taken for granted.
   */
  listedMarkerPanes(fromMs: number, toMs: number): number[] {
    return this.#shards
      .flatMap((shard) => shard.listedMarkers)
      .map(({ key }) => paneOf(key))
      .filter((start) => start >= fromMs && start < toMs);
  }

  /** Keys of all segments with `fromMs` ≤ pane start < `toMs`. */
  async segmentKeys(fromMs: number, toMs: number): Promise<readonly ItemKey[]> {
    const items = await Promise.all(
      this.#shardsWithDataFrom(fromMs).map((shard) => this.#state.query(paneRange(shard.partition, fromMs, toMs))),
    );
    return items.flat().map((item) => item.key);
  }

  async #readPartition(
    partition: string,
    startMs: number,
    expected: readonly ManifestEntry[],
  ): Promise<readonly Item[]> {
    for (let read = 0; read < MAX_READS; read++) {
      const items = await this.#state.query(paneRange(partition, startMs, startMs + 1));
      const versions = new Map(items.map((item) => [item.key.sort, item.version]));
      if (expected.every(({ key, version }) => (versions.get(key.sort) ?? 0) >= version)) return items;
    }
    const shard = partition.slice(segmentPartition(this.#view.key, this.#bucket, '').length);
    throw new StaleReadError(
      `View '${this.#view.name}', shard ${shard}: the checkpoint lists a segment that ${MAX_READS} reads did not find. The state table lost an item, or its reads are not consistent.`,
    );
  }

  #shardsWithDataFrom(startMs: number): readonly ShardView[] {
    return this.#shards.filter((shard) => shard.latestEventMs >= startMs);
  }
}

/** The segment that a late event went into. A marker that was only written again names none. */
function markedSegment(marker: Item): ManifestEntry[] {
  const segment = JSON.parse(String(marker.data)) as ManifestEntry | null;
  return segment === null ? [] : [segment];
}

interface ShardView {
  readonly partition: string;
  readonly latestEventMs: number;
  readonly completeFromMs: number;
  readonly listedSegments: readonly ManifestEntry[];
  readonly listedMarkers: readonly ManifestEntry[];
}

function shardView(view: ViewPlan, bucket: number, checkpoint: Checkpoint): ShardView {
  const partition = segmentPartition(view.key, bucket, checkpoint.shard);
  const markers = markerPartition(view.key, bucket);
  const latestEventMs = checkpoint.latestEventMs ?? Number.NEGATIVE_INFINITY;
  return {
    partition,
    latestEventMs,
    // A shard that was read before the view was deployed, and not since: what it has seen, the view has not.
    completeFromMs: checkpoint.views[view.key] ?? latestEventMs + 1,
    listedSegments: checkpoint.manifest.filter(({ key }) => key.partition === partition),
    listedMarkers: checkpoint.manifest.filter(({ key }) => key.partition === markers),
  };
}
