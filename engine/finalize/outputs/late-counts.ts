import { groupText } from '../../codec/group.ts';
import { Type } from '../../ir/type.ts';
import { append } from '../../lists/append.ts';
import type { RowKey, StoredRow } from '../../ports/result-store.ts';
import type { Item } from '../../ports/state-store.ts';
import { pagePartition } from '../../state/keys.ts';
import { type LateCount, parseLateCounts } from '../../state/late-counts.ts';
import { NO_PAGES, ViewPages } from '../../state/pages.ts';
import { storedJson } from '../../state/stored-json.ts';
import { TABLE_GROUP } from '../drafts.ts';
import type { OpenFrom } from '../kinds/kind-run.ts';
import type { FinalizeRun } from '../run.ts';
import { lateRange } from '../work.ts';
import { changeRows } from '../write-rows.ts';

/** Items that one transaction deletes, beside progress. */
const ITEMS_PER_ROUND = 90;
const KEYS_PER_READ = 1000;

/** What a row's count of late events is to be: which row, and the count. */
type Patch = readonly [group: string, windowStartMs: number, lateEvents: number];

/**
 * Brings the counts of events that missed a window to the window's rows, once the window can no longer change.
 *
 * Adding to a stored number is not safe to do twice, so what the numbers are to become is written down first, in the
 * commit that takes the counts away; whoever comes after a crash writes these numbers again, and adds nothing:
 *
 *   row says 3 late events | count of 2 more | note: row is to say 5, count deleted | row says 5 | note deleted
 *                                             ^ from here on every finalizer writes 5
 */
export class LateCountsOutput {
  readonly #run: FinalizeRun;
  readonly #notes: ViewPages;

  constructor(run: FinalizeRun) {
    this.#run = run;
    this.#notes = new ViewPages(run.ports.pages, 'patch', run.view.key, run.bucket);
  }

  /** Writes again what a finalizer wrote down and may not have finished. */
  async resume(): Promise<void> {
    const { view, bucket, fence } = this.#run;
    const { patch } = fence.progress;
    const key = { partition: pagePartition('patch', view.key, bucket), sort: String(patch.version) };
    for (const part of await this.#notes.load(patch)) {
      await this.#apply(readPatches({ key, data: Buffer.from(part).toString() }));
    }
  }

  /**
   * Brings to their rows the counts of windows that change no more. False where time was up before all was done. The
   * first round is done whatever the clock says: the next call begins with a pass, which may take all of its time.
   */
  async work(openFrom: OpenFrom): Promise<boolean> {
    const ready = (await this.#items()).filter((item) =>
      item.counts.every((count) => this.#isSettled(count, openFrom)),
    );
    for (let from = 0; from < ready.length; from += ITEMS_PER_ROUND) {
      if (from > 0 && this.#run.mustPause()) return false;
      const round = ready.slice(from, from + ITEMS_PER_ROUND);
      await this.#round(
        round.map(({ item }) => item),
        round.flatMap(({ counts }) => counts),
      );
    }
    const { fence } = this.#run;
    const { patch } = fence.progress;
    if (patch.pages === 0) return true;
    await fence.commit({ patch: NO_PAGES });
    return true;
  }

  async #round(items: readonly Item[], counts: readonly LateCount[]): Promise<void> {
    const { fence } = this.#run;
    const rows = await this.#rowsThatMissed(counts);
    const patches = rows.map(({ row, events }): Patch => [row.group, row.windowStartMs, row.lateEvents + events]);
    const note = patches.length === 0 ? NO_PAGES : await this.#notes.save(fence.nextVersion, [formatPatches(patches)]);
    await fence.commit(
      { patch: note },
      items.map(({ key, version }) => ({ kind: 'delete', key, condition: { kind: 'version', is: version } })),
    );
    await this.#apply(patches);
  }

  async #items(): Promise<{ readonly item: Item; readonly counts: readonly LateCount[] }[]> {
    const { view, bucket, pass, ports } = this.#run;
    const items = await ports.state.query(lateRange(view, bucket, pass.settledMs));
    return items.map((item) => ({ item, counts: parseLateCounts(item) }));
  }

  /** An event that missed its session lies before all that can still change, but for the session that is open there. */
  #isSettled(count: LateCount, openFrom: OpenFrom): boolean {
    const { pass, view } = this.#run;
    const missed = view.window.missedStarts(count.atMs, count.missed);
    if (missed !== null) return missed.every((startMs) => startMs < pass.settledMs);
    const firstMs = openFrom(count.values);
    return firstMs === null || count.atMs < firstMs - view.window.missedReachMs;
  }

  /** The rows of the windows that were missed, with how many events did. Some windows have no row for the group. */
  async #rowsThatMissed(counts: readonly LateCount[]): Promise<{ readonly row: StoredRow; readonly events: number }[]> {
    const found = [...(await this.#windowsThatMissed(counts)), ...(await this.#sessionsThatMissed(counts))];
    const joined = new Map<string, { readonly row: StoredRow; readonly events: number }>();
    for (const { row, events } of found) {
      const name = `${row.windowStartMs} ${row.group}`;
      joined.set(name, { row, events: events + (joined.get(name)?.events ?? 0) });
    }
    return [...joined.values()];
  }

  async #windowsThatMissed(counts: readonly LateCount[]) {
    const { view } = this.#run;
    const missed = new Map<string, { key: RowKey; events: number }>();
    for (const { atMs, missed: windows, values, events } of counts) {
      const group = view.definition.emit === 'complete' ? TABLE_GROUP : groupText(values);
      for (const windowStartMs of view.window.missedStarts(atMs, windows) ?? []) {
        const key: RowKey = { view: view.key, group, windowStartMs };
        const name = `${windowStartMs} ${group}`;
        missed.set(name, { key, events: events + (missed.get(name)?.events ?? 0) });
      }
    }
    const all = [...missed.values()];
    const rows: (StoredRow | null)[] = [];
    for (let from = 0; from < all.length; from += KEYS_PER_READ) {
      const keys = all.slice(from, from + KEYS_PER_READ).map(({ key }) => key);
      append(rows, await this.#run.ports.results.get(keys));
    }
    return all.flatMap(({ events }, index) => {
      const row = rows[index] ?? null;
      return row === null || row.retracted ? [] : [{ row, events }];
    });
  }

  /** The session of a group that an event would have been in: the last that began at most a gap after it. */
  async #sessionsThatMissed(counts: readonly LateCount[]) {
    const { view, ports } = this.#run;
    const found: { row: StoredRow; events: number }[] = [];
    for (const { atMs, missed, values, events } of counts) {
      if (view.window.missedStarts(atMs, missed) !== null) continue;
      const row = await ports.results.latest(view.key, groupText(values), atMs + view.window.missedReachMs);
      if (row !== null && row.windowEndMs >= atMs) found.push({ row, events });
    }
    return found;
  }

  async #apply(patches: readonly Patch[]): Promise<void> {
    const { view, ports } = this.#run;
    const keys = patches.map(([group, windowStartMs, lateEvents]) => ({
      view: view.key,
      group,
      windowStartMs,
      lateEvents,
    }));
    const counts = await changeRows(ports.results, keys, this.#run.results.writeMode(false), (key, row) =>
      row === null ? null : { ...row, lateEvents: Math.max(row.lateEvents, key.lateEvents) },
    );
    this.#run.results.count(counts);
  }
}

function formatPatches(patches: readonly Patch[]): Uint8Array {
  return Buffer.from(JSON.stringify(patches));
}

const readPatches = storedJson(
  'a note of counts of late events',
  Type.Array(Type.Tuple([Type.String(), Type.Number(), Type.Integer({ minimum: 0 })])),
);
