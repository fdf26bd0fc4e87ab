import type { Groups } from '../codec/group.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Clock, FinalizeQueue, StateStore } from '../ports/index.ts';
import { COMMIT_LIMITS, type ItemWrite } from '../ports/state-store.ts';
import { PaneBuffer } from '../protocol/pane-buffer.ts';
import { wakesOf } from '../protocol/wakes.ts';
import { downstreamOrigin, rowTimeMs } from '../sources/source.ts';
import type { ManifestEntry } from '../state/checkpoint.ts';
import { handedSegmentKey, markerKey, type PaneAddress } from '../state/keys.ts';
import type { Progress } from '../state/progress.ts';
import { formatInstant, START_OF_TIME_MS } from '../time/instant.ts';
import { closedUpTo, windowSpanMs } from '../windows/boundaries.ts';
import type { Row } from './drafts.ts';

const GRACE_MS = 30 * 86_400_000;
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
 */
export class DownstreamOutput {
  readonly #view: ViewPlan;
  readonly #bucket: number;
  readonly #state: StateStore;
  readonly #clock: Clock;
  #writes: ItemWrite[] = [];
  #bytes = 0;

  constructor(view: ViewPlan, bucket: number, state: StateStore, clock: Clock) {
    this.#view = view;
    this.#bucket = bucket;
    this.#state = state;
    this.#clock = clock;
  }

  /** Has enough for a commit. */
  get isFull(): boolean {
    return this.#writes.length >= MAX_ITEMS || this.#bytes >= MAX_BYTES;
  }

  get isEmpty(): boolean {
    return this.#writes.length === 0;
  }

  /** From where on the views that take these rows have all of them. */
  handedFrom({ version, closedUpToMs, handedFrom }: Progress): Readonly<Record<string, number>> {
    const fromMs = version === 0 ? START_OF_TIME_MS : closedUpToMs;
    return Object.fromEntries(this.#view.downstream.map(({ key }) => [key, handedFrom[key] ?? fromMs]));
  }

  /**
   * Adds all rows of a window. `revised`: it was final before, so the others have to look at its rows again. `careful`: a
   * finalizer that died may have added them already.
   */
  async add(window: HandedWindow, rows: readonly Row[]): Promise<void> {
    for (const view of this.#view.downstream) {
      const buffer = new PaneBuffer(view.definition, START_OF_TIME_MS);
      const timeMs = rowTimeMs(this.#view, window.startMs);
      for (const { values } of rows) view.accumulate(values, timeMs, buffer);
      const deltas = new Map(buffer.deltas().map((delta) => [delta.bucket, delta]));
      const paneStartMs = buffer.paneStartOf(timeMs);
      for (let bucket = 0; bucket < view.definition.buckets; bucket++) {
        const groups = deltas.get(bucket)?.groups ?? new Map();
        if (groups.size > 0 || window.revised || window.careful) {
          await this.#segments({ view, bucket, paneStartMs }, window, groups);
        }
      }
    }
  }

  /**
   * What goes with the next commits: all of it, in parts that each fit into one. Until progress passes the window the
   * others do not count on it, so its segments may come one after the other.
   */
  take(): ItemWrite[][] {
    const parts: ItemWrite[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const write of this.#writes) {
      const size = write.kind === 'put' ? write.data.length : 0;
      if (bytes + size > MAX_BYTES || (parts.at(-1)?.length ?? 0) >= MAX_ITEMS) {
        parts.push([]);
        bytes = 0;
      }
      parts.at(-1)?.push(write);
      bytes += size;
    }
    this.#writes = [];
    this.#bytes = 0;
    return parts;
  }

  /** Wakes the views that can go on: from where progress was to where it is. */
  async wake(queue: FinalizeQueue, before: Progress, after: Progress, revised: boolean): Promise<void> {
    const woken = this.#view.downstream.filter(({ definition: { window } }) => {
      const [from, to] = [before, after].map(({ closedUpToMs }) => rowTimeMs(this.#view, closedUpToMs)) as [
        number,
        number,
      ];
      return revised || closedUpTo(window, to) > closedUpTo(window, from);
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

  async #segments(target: Target, window: HandedWindow, groups: Groups): Promise<void> {
    const { view, bucket, paneStartMs } = target;
    const windowName = formatInstant(window.startMs);
    const chunks = encodeChunks(view, groups);
    for (let chunk = 0; ; chunk++) {
      const key = handedSegmentKey(view.key, bucket, this.#origin, paneStartMs, window.startMs, chunk);
      const stored = window.revised || window.careful ? await this.#state.get(key) : null;
      // An earlier revision may have had more chunks.
      if (chunk >= chunks.length && stored === null) break;
      const segment = { key, version: (stored?.version ?? 0) + 1 };
      const condition =
        stored === null ? { kind: 'absent' as const } : { kind: 'version' as const, is: stored.version };
      const data = chunks[chunk] ?? view.segments.encode(new Map());
      this.#push({ kind: 'put', ...segment, data, condition, expiresAtSeconds: this.#expiry(view) });
      if (window.revised) this.#push(this.#marker(target, window.version, `${windowName}#${chunk}`, segment));
    }
  }

  #marker(target: Target, version: number, name: string, segment: ManifestEntry | null): ItemWrite {
    const { view, bucket, paneStartMs } = target;
    return {
      kind: 'put',
      key: markerKey(view.key, bucket, `${this.#origin}:${name}`, paneStartMs, version),
      version: 1,
      data: JSON.stringify(segment),
      condition: { kind: 'absent' },
      expiresAtSeconds: this.#expiry(view),
    };
  }

  get #origin(): string {
    return downstreamOrigin(this.#view, this.#bucket);
  }

  #expiry(view: ViewPlan): number {
    return Math.ceil((this.#clock.nowMs() + windowSpanMs(view.definition) + GRACE_MS) / 1000);
  }

  #push(write: ItemWrite): void {
    this.#writes.push(write);
    if (write.kind === 'put') this.#bytes += write.data.length;
  }
}

/** A window whose rows are handed down. */
interface HandedWindow {
  readonly startMs: number;
  readonly revised: boolean;
  readonly careful: boolean;
  /** Of the commit that its segments go with, or of the first of several: makes markers unique. */
  readonly version: number;
}

/** Where rows go to. */
interface Target {
  readonly view: ViewPlan;
  readonly bucket: number;
  readonly paneStartMs: number;
}

/** Groups as segments that each fit into an item. */
export function encodeChunks(view: Pick<ViewPlan, 'segments'>, groups: Groups): Uint8Array[] {
  if (groups.size === 0) return [];
  const bytes = view.segments.encode(groups);
  if (bytes.length <= MAX_SEGMENT_BYTES || groups.size === 1) return [bytes];
  const all = [...groups];
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)].flatMap((half) => encodeChunks(view, new Map(half)));
}
