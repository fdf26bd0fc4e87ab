import { groupText } from '../codec/group.ts';
import type { PackedGroups } from '../codec/packed-groups.ts';
import type { EventColumns } from '../columns/event-columns.ts';
import { truthOf } from '../expression/vector.ts';
import { hash32 } from '../hash/hash64.ts';
import type { Value } from '../ir/node.ts';
import type { BundledView, BundlePlan } from '../plan/column-plan.ts';
import type { Pane, PaneBuffer } from '../protocol/pane-buffer.ts';
import { BundleGroups } from './bundle-groups.ts';

/** Collects what one commit adds to the views of a bundle from events in columns. What a pane is the views' buffers say. */
export class BundleBuffer {
  readonly #bundle: BundlePlan;
  readonly #buffers: readonly PaneBuffer[];
  readonly #first: PaneBuffer;
  readonly #paneMs: number;
  readonly #numbers = new Map<Pane, number>();
  readonly #panes: BundlePane[] = [];
  readonly #generations: BundleGroups[] = [];
  #groups = new Int32Array(0);
  #passes = new Uint8Array(0);
  #late = new Uint8Array(0);
  #last: BundlePane | null = null;
  #revising = new Uint8Array(0);
  /** How many of the rows that were added last have missed windows. */
  lateRows = 0;
  /** How many of them count in a revision. */
  revisingRows = 0;

  /** `buffers`: of all views of the stream. */
  constructor(bundle: BundlePlan, buffers: readonly PaneBuffer[]) {
    this.#bundle = bundle;
    this.#buffers = bundle.views.map(({ index }) => buffers[index] as PaneBuffer);
    this.#first = this.#buffers[0] as PaneBuffer;
    this.#paneMs = this.#first.paneMs;
  }

  get views(): readonly BundledView[] {
    return this.#bundle.views;
  }

  /** Whether a row that was added last is in a group. */
  isAdded(row: number): boolean {
    return (this.#groups[row] as number) >= 0;
  }

  /** Whether a row that was added last has missed windows. */
  isLate(row: number): boolean {
    return this.lateRows > 0 && this.#late[row] === 1;
  }

  /** Whether a row that was added last counts in a revision: rows may have been made already of where it went. */
  isRevising(row: number): boolean {
    return this.revisingRows > 0 && this.#revising[row] === 1;
  }

  /** Adds rows of the stretch that began last. Of `live` those with 1 count; null: all do. */
  add(events: EventColumns, from: number, to: number, live: Uint8Array | null): void {
    this.#reserve(events.length);
    this.lateRows = 0;
    this.revisingRows = 0;
    const { of, keys } = this.#bundle.grouping.keysOf();
    let groups = this.#generations.at(-1);
    if (groups?.keys !== keys) {
      groups = new BundleGroups(this.#bundle, keys);
      this.#generations.push(groups);
    }
    const passes = this.#filter(from, to, live);
    this.#assign(groups, { of, timesMs: events.timesMs, passes, from, to });
    const rows = { groups: this.#groups, from, to, timesMs: events.timesMs, groupCount: groups.size };
    groups.add(rows, { kind: 'number', values: events.timesMs, present: null });
  }

  /** Hands all groups over to the views' buffers. */
  finish(): void {
    for (const groups of this.#generations) {
      for (const { pane, bucket, numbers } of this.#byPane(groups)) {
        const packed = groups.packed(numbers);
        this.#buffers.forEach((buffer, view) => {
          buffer.addPacked(pane.pane.startMs, bucket, pane.earliestMs, packed[view] as PackedGroups);
        });
      }
    }
  }

  #filter(from: number, to: number, live: Uint8Array | null): Uint8Array | null {
    const masks = this.#bundle.conditions.map(truthOf);
    if (live !== null) masks.push(live);
    const [first, ...others] = masks;
    if (first === undefined) return null;
    if (others.length === 0) return first;
    const passes = this.#passes;
    for (let i = from; i < to; i++) passes[i] = first[i] === 1 ? 1 : 0;
    for (const mask of others) for (let i = from; i < to; i++) if (mask[i] !== 1) passes[i] = 0;
    return passes;
  }

  /** Finds the group of each row. */
  #assign(groups: BundleGroups, { of, timesMs, passes, from, to }: Rows): void {
    const into = this.#groups;
    const usualFromMs = Math.max(this.#first.lateBeforeMs, this.#first.revisesBeforeMs);
    let pane = this.#last ?? this.#paneAt(timesMs[from] as number);
    for (let i = from; i < to; i++) {
      if (passes !== null && passes[i] !== 1) {
        into[i] = -1;
        continue;
      }
      const timeMs = timesMs[i] as number;
      if (!(timeMs >= pane.fromMs && timeMs < pane.toMs)) pane = this.#paneAt(timeMs);
      const key = of[i] as number;
      if (timeMs < usualFromMs || pane.isUnusual) {
        into[i] = this.#unusual(groups, pane, key, timeMs, i);
        continue;
      }
      if (timeMs < pane.earliestMs) pane.earliestMs = timeMs;
      into[i] = groups.groupOf(pane.number, key);
    }
    this.#last = pane;
  }

  /** The group of an event that is late, missed windows, or that no window holds; −1 where it is in none. */
  #unusual(groups: BundleGroups, pane: BundlePane, key: number, timeMs: number, row: number): number {
    const isOpen = pane.pane.groups !== null && timeMs >= this.#first.lateBeforeMs;
    const values = groups.values(key);
    const bucket = this.#bucketOf(values);
    for (const buffer of this.#buffers) {
      buffer.paneOf(timeMs);
      // Views of a bundle have the same panes and the same lateness.
      if (buffer.missed === 0) break;
      if (this.lateRows === 0) this.#late.fill(0);
      if (this.#late[row] === 0) this.lateRows++;
      this.#late[row] = 1;
      if (this.#bundle.notesMissed) buffer.noteMissed(timeMs, bucket, values);
    }
    if (!isOpen) return -1;
    if (this.#first.lastRevises(timeMs)) {
      if (this.revisingRows === 0) this.#revising.fill(0);
      this.#revising[row] = 1;
      this.revisingRows++;
    }
    if (timeMs < pane.earliestMs) pane.earliestMs = timeMs;
    return groups.groupOf(pane.number, key);
  }

  #paneAt(timeMs: number): BundlePane {
    const pane = this.#first.paneOf(timeMs);
    const number = this.#numbers.get(pane);
    if (number !== undefined) return this.#panes[number] as BundlePane;
    const { startMs } = pane;
    // Of global windows the first pane takes what is older as well.
    const isEarliest = timeMs < startMs || this.#first.paneStartOf(Number.NEGATIVE_INFINITY) === startMs;
    const fresh: BundlePane = {
      number: this.#panes.length,
      pane,
      isUnusual: pane.groups === null || pane.missed > 0 || pane.isOfEnded,
      fromMs: isEarliest ? Number.NEGATIVE_INFINITY : startMs,
      toMs: startMs + this.#paneMs,
      earliestMs: Number.POSITIVE_INFINITY,
    };
    this.#numbers.set(pane, fresh.number);
    this.#panes.push(fresh);
    return fresh;
  }

  #bucketOf(values: readonly Value[]): number {
    const { buckets } = (this.#bundle.views[0] as BundledView).definition;
    return buckets === 1 ? 0 : hash32(groupText(values)) % buckets;
  }

  /** A generation's groups by pane and bucket, in the order in which they came. */
  #byPane(groups: BundleGroups) {
    const { buckets } = (this.#bundle.views[0] as BundledView).definition;
    const lists = new Map<number, { readonly pane: BundlePane; readonly bucket: number; readonly numbers: number[] }>();
    for (let group = 0; group < groups.size; group++) {
      const number = groups.paneOf(group);
      const bucket = buckets === 1 ? 0 : this.#bucketOf(groups.valuesOf(group));
      const place = number * buckets + bucket;
      const list = lists.get(place);
      if (list !== undefined) list.numbers.push(group);
      else lists.set(place, { pane: this.#panes[number] as BundlePane, bucket, numbers: [group] });
    }
    return lists.values();
  }

  #reserve(length: number): void {
    if (length <= this.#groups.length) return;
    this.#groups = new Int32Array(length * 2);
    this.#passes = new Uint8Array(length * 2);
    this.#late = new Uint8Array(length * 2);
    this.#revising = new Uint8Array(length * 2);
  }
}

interface BundlePane {
  readonly number: number;
  readonly pane: Pane;
  /** Its events missed windows or are late for some, or no window holds them. */
  readonly isUnusual: boolean;
  /** Events of these times lie in it. */
  readonly fromMs: number;
  readonly toMs: number;
  earliestMs: number;
}

interface Rows {
  readonly of: Int32Array;
  readonly timesMs: Float64Array;
  readonly passes: Uint8Array | null;
  readonly from: number;
  readonly to: number;
}
