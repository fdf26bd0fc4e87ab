import { Buffer } from 'node:buffer';
import { type Groups, groupKey } from '../../codec/group.ts';
import { inObjects, NO_GROUPS } from '../../codec/packed-groups.ts';
import { handsOf } from '../../ir/view-definition.ts';
import { type EventLog, eventLogOperator } from '../../joins/event-log.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { FinalizeQueue, StateStore } from '../../ports/index.ts';
import { COMMIT_LIMITS, type Item, type ItemKey, type ItemWrite } from '../../ports/state-store.ts';
import { PaneBuffer } from '../../protocol/pane-buffer.ts';
import { wakesOf } from '../../protocol/wakes.ts';
import { downstreamOrigin, handedUpToMs, isSettledByPasses, rowTimeMs } from '../../sources/view-source.ts';
import type { ManifestEntry } from '../../state/checkpoint.ts';
import { StateFormatError } from '../../state/errors.ts';
import { handedSegmentKey, markerKey, type PaneAddress, tombstoneKey } from '../../state/keys.ts';
import type { Progress } from '../../state/progress.ts';
import { formatInstant, START_OF_TIME_MS } from '../../time/instant.ts';
import type { Row } from '../drafts.ts';
import type { Emission, Output } from './output.ts';

/** What one commit may hold besides progress: with room for markers that it deletes. */
const MAX_ITEMS = 60;
const MAX_BYTES = COMMIT_LIMITS.bytes / 2;
/** A segment is cut in two where it is larger. */
const MAX_SEGMENT_BYTES = 300_000;

/**
 * Hands a view's rows to the views that take them: as segments, as a shard hands over its events.
 *
 * The segments of a window hold all of its rows, and replace those of its earlier revision; they go with the commit of
 * progress that makes the window final. So each row counts once, and in its last revision, whoever dies in between.
 *
 * A set that replaces another names the groups that the other had and it has not: *tombstones*. Without them a view that
 * takes the rows would keep its row of a group that the revision took out.
 */
export class DownstreamOutput implements Output {
  readonly #view: ViewPlan;
  readonly #bucket: number;
  readonly #state: StateStore;
  readonly #handedUpToMs: number;
  #pending: Pending[] = [];
  #items = 0;
  #bytes = 0;

  constructor(view: ViewPlan, bucket: number, state: StateStore, seen: Progress) {
    this.#view = view;
    this.#bucket = bucket;
    this.#state = state;
    this.#handedUpToMs = isSettledByPasses(view) ? seen.settledToMs : Number.NEGATIVE_INFINITY;
  }

  /** Has enough for a commit. */
  get isFull(): boolean {
    return this.#items >= MAX_ITEMS || this.#bytes >= MAX_BYTES;
  }

  /** First window from which each downstream view has all rows. Of a pass that has paused, it was not there for all. */
  handedFrom({ version, closedUpToMs, pass, handedFrom }: Progress): Readonly<Record<string, number>> {
    const isFinal = handsOf(this.#view.definition) === 'final';
    const fromMs = version === 0 ? START_OF_TIME_MS : isFinal ? closedUpToMs : (pass?.closeUpToMs ?? closedUpToMs);
    return Object.fromEntries(this.#view.downstream.map(({ key }) => [key, handedFrom[key] ?? fromMs]));
  }

  /**
   * Adds all rows of a window. A pass that goes through rows again from the state cutoff passes over those that had changed for
   * the last time before it: whoever takes them may have dropped them, and they would be there for ever.
   */
  async emit({ rows, windowStartMs, isNew, isCareful }: Emission): Promise<void> {
    if (windowStartMs === null || windowStartMs < this.#handedUpToMs) return;
    for (const view of this.#view.downstream) {
      for (const { bucket, paneStartMs, groups } of this.#handedTo(view, rows, windowStartMs)) {
        const handed = { view, bucket, paneStartMs, windowName: formatInstant(windowStartMs), isRevised: !isNew };
        if (isNew && !isCareful) this.#add(handed, groups);
        else await this.#replace(handed, groups);
      }
    }
  }

  /**
   * Adds rows that change no more, each at a time of its own, for all views that take them or for some.
   *
   * @param set names them, the same for whoever makes them once more.
   */
  async add(
    rows: readonly TimedRow[],
    set: HandedSet,
    views: readonly ViewPlan[] = this.#view.downstream,
  ): Promise<void> {
    for (const view of views) {
      for (const { bucket, paneStartMs, groups } of atOwnTimes(view, rows)) {
        const handed = { view, bucket, paneStartMs, windowName: formatInstant(set.startMs), isRevised: false };
        if (set.isCareful) await this.#replace(handed, groups);
        else this.#add(handed, groups);
      }
    }
  }

  /** Where a window's rows go. Those of a window count at one instant, and those of a join or of single events at their own. */
  #handedTo(view: ViewPlan, rows: Emission['rows'], windowStartMs: number): readonly HandedGroups[] {
    if (this.#view.log !== null || this.#view.select !== null) {
      return atOwnTimes(
        view,
        rows.map(({ values, window }) => ({ values, timeMs: window.startMs })),
      );
    }
    const buffer = new PaneBuffer(view.definition, START_OF_TIME_MS);
    const timeMs = rowTimeMs(this.#view, windowStartMs);
    for (const { values } of rows) view.accumulate(values, timeMs, buffer);
    const deltas = new Map(buffer.deltas().map((delta) => [delta.bucket, delta]));
    const paneStartMs = buffer.paneStartOf(timeMs);
    // Also where there is nothing: an earlier revision may have had something.
    return Array.from({ length: view.definition.buckets }, (_, bucket) => {
      return { bucket, paneStartMs, groups: inObjects(deltas.get(bucket)?.groups ?? NO_GROUPS) };
    });
  }

  /**
   * What goes with the next commits, the first of which has this version: all of it, in parts that each fit into one. Until
   * progress passes the window the others do not count on it, so its segments may come one after the other.
   */
  take(firstVersion: number): ItemWrite[][] {
    const parts: ItemWrite[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const { write, marker } of this.#pending) {
      if (bytes + write.data.length > MAX_BYTES || (parts.at(-1)?.length ?? 0) >= MAX_ITEMS) {
        parts.push([]);
        bytes = 0;
      }
      const part = parts.at(-1) as ItemWrite[];
      part.push(write);
      bytes += write.data.length;
      if (marker === null) continue;
      // In the version of its own commit: the view that reads it takes no marker of a later commit for dealt with.
      const segment = { key: write.key, version: write.version };
      part.push(this.#marker(marker, firstVersion + parts.length - 1, marker.name, segment));
    }
    this.#pending = [];
    this.#items = 0;
    this.#bytes = 0;
    return parts;
  }

  /** Wakes the views that can go on: from where progress was to where it is. */
  async wake(queue: FinalizeQueue, before: Progress, after: Progress, revised: boolean): Promise<void> {
    const woken = this.#view.downstream.filter(({ window }) => {
      const [from, to] = [before, after].map((progress) => handedUpToMs(this.#view, progress)) as [number, number];
      return revised || window.closedUpTo(to) > window.closedUpTo(from);
    });
    const deduplicationId = `${this.#view.key}#${this.#bucket}#${after.version}`;
    await queue.send(woken.flatMap((view) => wakesOf(view, deduplicationId)));
  }

  /** Markers that a finalizer which died wrote, and of which nobody can tell whether they were dealt with: once more. */
  remark(panes: readonly PaneAddress[], version: number): ItemWrite[] {
    const distinct = new Map(panes.map((pane) => [`${pane.view}#${pane.bucket}#${pane.paneStartMs}`, pane]));
    return [...distinct.values()].flatMap(({ view: key, bucket, paneStartMs }) => {
      const view = this.#view.downstream.find((candidate) => candidate.key === key);
      return view === undefined ? [] : [this.#marker({ view, bucket, paneStartMs }, version, 'again', null)];
    });
  }

  /** Segments of a window that was never handed down before. */
  #add(handed: HandedWindow, groups: Groups): void {
    for (const [index, data] of encodeChunks(handed.view, groups).entries()) {
      this.#put(handed, this.#chunkKey(handed, index), null, data, `${index}`);
    }
  }

  /** Segments in place of those that are there, and the groups that they had and these have not. */
  async #replace(handed: HandedWindow, groups: Groups): Promise<void> {
    const { view } = handed;
    const chunks = encodeChunks(view, groups);
    const gone: Groups = new Map();
    for (let index = 0; ; index++) {
      const key = this.#chunkKey(handed, index);
      const stored = await this.#state.get(key);
      // An earlier revision may have had more chunks.
      if (index >= chunks.length && stored === null) break;
      if (stored !== null) view.segments.mergeInto(gone, bytesOf(stored));
      const data = chunks[index] ?? view.segments.encode(new Map());
      // A window that is gone through again and comes out the same is none of the others' business.
      if (stored !== null && Buffer.compare(bytesOf(stored), data) === 0) continue;
      this.#put(handed, key, stored, data, `${index}`);
    }
    await this.#replaceTombstones(handed, groups, gone);
  }

  async #replaceTombstones(handed: HandedWindow, groups: Groups, before: Groups): Promise<void> {
    const { view, bucket, paneStartMs, windowName } = handed;
    const key = tombstoneKey(view.key, bucket, this.#origin, paneStartMs, windowName);
    const stored = await this.#state.get(key);
    const gone: Groups = new Map();
    if (stored !== null) view.tombstones.mergeInto(gone, bytesOf(stored));
    for (const { values } of before.values()) gone.set(groupKey(values), { values, states: [] });
    for (const name of groups.keys()) gone.delete(name);
    if (gone.size === 0 && stored === null) return;
    const data = view.tombstones.encode(gone);
    if (stored !== null && Buffer.compare(bytesOf(stored), data) === 0) return;
    this.#put(handed, key, stored, data, 'gone');
  }

  #put(handed: HandedWindow, key: ItemKey, stored: Item | null, data: Uint8Array, name: string): void {
    const condition = stored === null ? { kind: 'absent' as const } : { kind: 'version' as const, is: stored.version };
    const write = { kind: 'put' as const, key, version: (stored?.version ?? 0) + 1, data, condition };
    const marker = handed.isRevised ? { ...handed, name: `${handed.windowName}#${name}` } : null;
    this.#pending.push({ write, marker });
    this.#items += marker === null ? 1 : 2;
    this.#bytes += data.length;
  }

  #chunkKey({ view, bucket, paneStartMs, windowName }: HandedWindow, chunk: number): ItemKey {
    return handedSegmentKey(view.key, bucket, this.#origin, paneStartMs, windowName, chunk);
  }

  #marker(target: Target, version: number, name: string, segment: ManifestEntry | null): ItemWrite {
    const { view, bucket, paneStartMs } = target;
    return {
      kind: 'put',
      key: markerKey(view.key, bucket, `${this.#origin}#${name}`, paneStartMs, version),
      version: 1,
      data: JSON.stringify(segment),
      condition: { kind: 'absent' },
    };
  }

  get #origin(): string {
    return downstreamOrigin(this.#view, this.#bucket);
  }
}

function bytesOf({ key, data }: Item): Uint8Array {
  if (typeof data === 'string') throw new StateFormatError(key, 'a segment is bytes');
  return data;
}

/** A row as what other views take of it. */
export interface TimedRow {
  readonly values: Row['values'];
  readonly timeMs: number;
}

/** Rows that are handed down together. */
export interface HandedSet {
  readonly startMs: number;
  /** A finalizer that never finished may have handed them down. */
  readonly isCareful: boolean;
}

function atOwnTimes(view: ViewPlan, rows: readonly TimedRow[]): readonly HandedGroups[] {
  const buffer = new PaneBuffer(view.definition, START_OF_TIME_MS);
  for (const { values, timeMs } of rows) view.accumulate(values, timeMs, buffer);
  return buffer.deltas().map(({ bucket, startMs, groups }) => {
    return { bucket, paneStartMs: startMs, groups: inObjects(groups) };
  });
}

interface HandedGroups {
  readonly bucket: number;
  readonly paneStartMs: number;
  readonly groups: Groups;
}

/** Where rows go to. */
interface Target {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly paneStartMs: number;
}

/** A window whose rows are handed down to one bucket of a view. */
interface HandedWindow extends Target {
  readonly windowName: string;
  /** It was final before: whoever takes the rows has to look at them again. */
  readonly isRevised: boolean;
}

interface Pending {
  readonly write: ItemWrite & { readonly kind: 'put' };
  /** Null where nobody has looked at the window yet. */
  readonly marker: (Target & { readonly name: string }) | null;
}

/** Groups as segments that each fit into an item. */
export function encodeChunks(
  view: Pick<ViewPlan, 'segments'> & Partial<Pick<ViewPlan, 'operators'>>,
  groups: Groups,
): Uint8Array[] {
  if (groups.size === 0) return [];
  const bytes = view.segments.encode(groups);
  if (bytes.length <= MAX_SEGMENT_BYTES) return [bytes];
  const halves = groups.size > 1 ? halvesOf([...groups]).map((half) => new Map(half)) : halvesOfLog(view, groups);
  return halves === null ? [bytes] : halves.flatMap((half) => encodeChunks(view, half));
}

/** The events of one key, half of them in each. Null where a group keeps no events, or a single one. */
function halvesOfLog({ operators }: Partial<Pick<ViewPlan, 'operators'>>, groups: Groups): Groups[] | null {
  const [[key, group] = []] = groups;
  if (operators?.[0] !== eventLogOperator || key === undefined || group === undefined) return null;
  const log = group.states[0] as EventLog;
  if (log.length < 2) return null;
  return halvesOf(log).map((half) => new Map([[key, { values: group.values, states: [half] }]]));
}

function halvesOf<T>(all: readonly T[]): T[][] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}
