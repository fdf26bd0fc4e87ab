import { type Groups, groupText } from '../codec/group.ts';
import type { GroupParts, PackedGroups } from '../codec/packed-groups.ts';
import type { Value } from '../ir/node.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import type { PaneSelector } from '../plan/accumulator.ts';
import type { LateCount } from '../state/late-counts.ts';
import { floorTo } from '../time/floor-to.ts';
import { windowOf } from '../windows/registry.ts';
import type { Placement } from '../windows/window-kind.ts';

/** What one commit adds to one pane of a view. */
export interface PaneDelta {
  readonly startMs: number;
  readonly bucket: number;
  /** How many of the windows that hold the pane its events have missed. */
  readonly missed: number;
  /** Rows may have been made of the pane already: whoever finalizes must look at it again. */
  readonly revises: boolean;
  readonly groups: GroupParts;
}

/** A pane as events of one commit find it. */
export interface Pane {
  readonly startMs: number;
  readonly missed: number;
  /** By bucket; null where the events are in no window any more, or in none at all. */
  readonly groups: (Groups | undefined)[] | null;
  /** A window that holds it, and that its events have not missed, has ended. */
  readonly isOfEnded: boolean;
  /** Groups in columns that go into the pane as well. */
  readonly packed: { readonly bucket: number; readonly groups: PackedGroups }[];
  earliestMs: number;
}

/** Collects one commit's groups by pane, and counts what is too late for the watermark that it builds on. */
export class PaneBuffer implements PaneSelector {
  missed = 0;
  readonly #placement: Placement;
  readonly #buckets: number;
  readonly #paneMs: number;
  readonly #offsetMs: number;
  readonly #earliestMs: number;
  readonly #lateBeforeMs: number;
  readonly #panes = new Map<number, Pane>();
  readonly #late = new Map<string, { readonly bucket: number; readonly entry: LateCount; events: number }>();
  // Events come almost in order: most fall into the pane of the event before.
  #last: Pane = { startMs: Number.NaN, missed: 0, groups: null, isOfEnded: false, packed: [], earliestMs: 0 };

  constructor(view: Pick<ViewDefinition, 'window' | 'allowedLatenessMs' | 'buckets'>, watermarkMs: number) {
    const window = windowOf(view.window);
    this.#placement = window.placement(watermarkMs, view.allowedLatenessMs);
    this.#buckets = view.buckets;
    this.#paneMs = window.panes.paneMs;
    this.#offsetMs = window.panes.offsetMs;
    this.#earliestMs = this.#placement.earliestPaneMs;
    this.#lateBeforeMs = this.#placement.lateBeforeMs;
  }

  /** The pane that an event goes into. */
  paneStartOf(timeMs: number): number {
    const startMs = floorTo(this.#paneMs, timeMs, this.#offsetMs);
    return startMs < this.#earliestMs ? this.#earliestMs : startMs;
  }

  get paneMs(): number {
    return this.#paneMs;
  }

  /** Events before this are late whatever their pane. */
  get lateBeforeMs(): number {
    return this.#lateBeforeMs;
  }

  /** Rows may have been made already of events before this, whatever their pane. */
  get revisesBeforeMs(): number {
    return this.#placement.revisesBeforeMs;
  }

  /** The pane of an event, which `missed` and `noteMissed` then go by. */
  paneOf(timeMs: number): Pane {
    const startMs = this.paneStartOf(timeMs);
    if (startMs !== this.#last.startMs) this.#last = this.#paneAt(startMs);
    this.missed = timeMs < this.#lateBeforeMs ? 1 : this.#last.missed;
    return this.#last;
  }

  groupsAt(timeMs: number, bucket: number): Groups | null {
    const pane = this.paneOf(timeMs);
    if (pane.groups === null || timeMs < this.#lateBeforeMs) return null;
    if (timeMs < pane.earliestMs) pane.earliestMs = timeMs;
    const groups = pane.groups[bucket];
    if (groups !== undefined) return groups;
    const fresh: Groups = new Map();
    pane.groups[bucket] = fresh;
    return fresh;
  }

  /** Whether rows may have been made already of where the last event of `groupsAt` went: a revision counts it. */
  lastRevises(timeMs: number): boolean {
    return this.#last.isOfEnded || timeMs < this.revisesBeforeMs;
  }

  /** Adds groups that are kept in columns. `earliestMs`: of their events. */
  addPacked(startMs: number, bucket: number, earliestMs: number, groups: PackedGroups): void {
    const pane = this.#paneAt(startMs);
    pane.packed.push({ bucket, groups });
    pane.earliestMs = Math.min(pane.earliestMs, earliestMs);
  }

  noteMissed(timeMs: number, bucket: number, values: readonly Value[]): void {
    const { missed } = this;
    // Which session an event missed goes by its own time; which windows, by its pane.
    const atMs = this.#last.missed > 0 ? this.#last.startMs : timeMs;
    const key = `${bucket} ${atMs} ${groupText(values)}`;
    const known = this.#late.get(key);
    if (known === undefined) this.#late.set(key, { bucket, entry: { atMs, missed, values, events: 1 }, events: 1 });
    else known.events++;
  }

  /** What was added, in the order of panes and buckets. */
  deltas(): PaneDelta[] {
    return [...this.#panes.values()]
      .sort((a, b) => a.startMs - b.startMs)
      .flatMap((pane) => {
        const { startMs, missed, isOfEnded, earliestMs } = pane;
        const revises = isOfEnded || earliestMs < this.#placement.revisesBeforeMs;
        return (pane.groups ?? []).flatMap((ofBucket, bucket) => {
          const groups = partsOf(ofBucket, pane, bucket);
          return groups === null ? [] : [{ startMs, missed, bucket, revises, groups }];
        });
      });
  }

  /** Events that missed windows, by bucket, pane and group. */
  lateCounts(bucket: number): LateCount[] {
    return [...this.#late.values()]
      .filter((late) => late.bucket === bucket)
      .map(({ entry, events }) => ({ ...entry, events }));
  }

  #paneAt(startMs: number): Pane {
    const known = this.#panes.get(startMs);
    if (known !== undefined) return known;
    const missed = this.#placement.missedBy(startMs);
    const groups =
      missed < this.#placement.windowsOf(startMs) ? new Array<Groups | undefined>(this.#buckets).fill(undefined) : null;
    const isOfEnded = this.#placement.endedBy(startMs) > missed;
    const pane: Pane = { startMs, missed, groups, isOfEnded, packed: [], earliestMs: Number.POSITIVE_INFINITY };
    this.#panes.set(startMs, pane);
    return pane;
  }
}

/** All groups of a bucket; null where there are none. */
function partsOf(objects: Groups | undefined, { packed }: Pane, bucket: number): GroupParts | null {
  const ofBucket = packed.flatMap((each) => (each.bucket === bucket ? [each.groups] : []));
  return objects === undefined && ofBucket.length === 0 ? null : { objects: objects ?? null, packed: ofBucket };
}
