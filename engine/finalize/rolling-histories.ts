import { type Group, type Groups, groupText } from '../codec/group.ts';
import { type GroupsCodec, wholeGroupsCodec } from '../codec/segment.ts';
import { MAX_REMEMBERED_GROUPS } from '../plan/empty-windows.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RowState } from '../plan/row-state.ts';
import { listPages, mapOfPages, type Page, type PageMap } from '../state/page-map.ts';
import type { ViewPages } from '../state/pages.ts';
import { GroupStates } from './group-states.ts';
import type { FinalizeRun } from './run.ts';

/** What each group's last rows left for the next, while a view's windows are gone through in order. */
export class RollingHistories {
  readonly #view: ViewPlan;
  readonly #states: GroupStates;

  readonly #completeFromMs: number;
  /** Start of the last window in which some group has a row without events. */
  #emptyRowsToMs = Number.NEGATIVE_INFINITY;
  /** Groups that were let go, for more were silent than are remembered. */
  forgotten = 0;

  private constructor(view: ViewPlan, states: GroupStates, completeFromMs: number) {
    this.#view = view;
    this.#states = states;
    this.#completeFromMs = completeFromMs;
    for (const {
      states: [state],
    } of states.groups.values())
      this.noteFilled((state as RowState).lastFilledMs);
  }

  /** Rows from `completeFromMs` on do not go over rows before it, which may lack events: the view was not deployed then. */
  static async load(view: ViewPlan, store: ViewPages, map: PageMap, completeFromMs: number): Promise<RollingHistories> {
    return RollingHistories.ofPages(view, store, await listPages(store, map), completeFromMs);
  }

  /** Of the groups of some pages alone. */
  static async ofPages(
    view: ViewPlan,
    store: ViewPages,
    pages: readonly Page[],
    completeFromMs: number,
  ): Promise<RollingHistories> {
    const codec = historyCodec(view);
    const former = (into: Groups, bytes: Uint8Array) => codec.mergeInto(into, bytes);
    return new RollingHistories(view, await GroupStates.ofPages(store, { codec, former }, pages), completeFromMs);
  }

  /** A group's state, for its row in the window that starts at an instant. */
  of(group: Pick<Group, 'values'>, startMs: number): RowState {
    const known = this.#states.get(group)?.states[0] as RowState | undefined;
    if (known !== undefined && !this.#isAcrossHole(known, startMs)) {
      this.#states.touch(group);
      return known;
    }
    const state = this.#view.rows.newState();
    this.#states.set({ values: group.values, states: [state] });
    return state;
  }

  /** Puts a group's state among others in the place of the one here. */
  replace(group: Pick<Group, 'values'>, by: RollingHistories): void {
    const next = by.#states.get(group);
    if (next !== undefined) this.#states.set(next);
  }

  /** Whether a group may have a row without events in the window that starts at an instant. */
  hasEmptyRowsAt(startMs: number): boolean {
    return this.#view.rows.emptyWindows.hasRows && startMs <= this.#emptyRowsToMs;
  }

  /**
   * Groups that have a row in a window without events of theirs: those that are remembered, and not among `filled`. Of more
   * than are remembered, those that are silent longest are let go; groups of one silence go by the order of their texts.
   */
  silentGroups(filled: Groups, startMs: number): Pick<Group, 'values'>[] {
    if (!this.hasEmptyRowsAt(startMs)) return [];
    const { emptyWindows } = this.#view.rows;
    const silent: { readonly group: Group; readonly lastFilledMs: number }[] = [];
    for (const [key, group] of this.#states.groups) {
      const state = group.states[0] as RowState;
      if (filled.has(key) || this.#isAcrossHole(state, startMs) || !emptyWindows.hasRowAt(state, startMs)) continue;
      silent.push({ group, lastFilledMs: state.lastFilledMs });
    }
    const room = Math.max(0, MAX_REMEMBERED_GROUPS - filled.size);
    if (silent.length > room) this.#letGo(silent, room);
    return silent.slice(0, room).map(({ group: { values } }) => ({ values }));
  }

  #letGo(silent: { readonly group: Group; readonly lastFilledMs: number }[], room: number): void {
    const textOf = ({ group }: { readonly group: Group }) => groupText(group.values);
    silent.sort((a, b) => b.lastFilledMs - a.lastFilledMs || (textOf(a) < textOf(b) ? -1 : 1));
    for (const { group } of silent.slice(room)) this.#states.delete(group);
    this.forgotten += silent.length - room;
  }

  /** Notes that a group has events in a window: it has rows without events for some windows after it. */
  noteFilled(startMs: number): void {
    this.#emptyRowsToMs = Math.max(this.#emptyRowsToMs, startMs + this.#view.rows.emptyWindows.keptMs);
  }

  #isAcrossHole({ lastStartMs }: RowState, startMs: number): boolean {
    return lastStartMs < this.#completeFromMs && startMs >= this.#completeFromMs;
  }

  /** Writes the states of groups that are still remembered at an instant. */
  async save(run: FinalizeRun, atMs: number): Promise<PageMap> {
    const pages = await this.savePages(run, atMs);
    return mapOfPages(run.carriedPages, pages, run.fence.nextVersion, run.nextSerial);
  }

  /** The same, as pages in the order of their prefixes. */
  savePages(run: FinalizeRun, atMs: number): Promise<readonly Page[]> {
    const { emptyWindows } = this.#view.rows;
    const isForgotten = ({ states }: Group) => emptyWindows.isForgotten(states[0] as RowState, atMs);
    return this.#states.savePages(run.fence.nextVersion, run.nextSerial, isForgotten);
  }
}

/** How states lie in pages. */
export function historyCodec(view: ViewPlan): GroupsCodec {
  const [, fingerprint = ''] = view.key.split('@');
  return wholeGroupsCodec(fingerprint, view.definition.groupBy.length, [view.rows.stateCodec]);
}
