import type { Group, Groups } from '../../codec/group.ts';
import { mergeStates } from '../../codec/merge-groups.ts';
import { wholeGroupsCodec } from '../../codec/segment.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { RowWindow } from '../../plan/row.ts';
import type { PageMap } from '../../state/page-map.ts';
import type { Row } from '../drafts.ts';
import { isWorthFolding } from '../folding.ts';
import { GroupStates, type StateFormat } from '../group-states.ts';
import { HandedTotals } from '../handed-totals.ts';
import { hashRounds, inHashOrder } from '../hash-order.ts';
import type { FinalizeRun } from '../run.ts';
import { sortedRows } from '../sort-rows.ts';
import { type Span, SpanReader } from '../span-reader.ts';
import { type Change, changeCodec, noChange } from '../total-codec.ts';
import { type KindOutcome, NOTHING_OPEN } from './kind-run.ts';

/** Where the rows of a global window lie: it has no start. */
export const GLOBAL_START_MS = 0;
/** Rows that are written between two looks at the clock. */
const ROWS_PER_ROUND = 500;

/**
 * A global window: adds up what came since the cutoff to the totals there, span by span, and then replaces the rows of
 * groups that changed in an interval which the watermark has passed.
 */
export async function runGlobal(run: FinalizeRun): Promise<KindOutcome> {
  const { view, pass, fence, carriedPages } = run;
  const states = await GroupStates.load(carriedPages, totalFormat(view), pass.state ?? fence.progress.carried);
  // What the last pass found.
  if (pass.state === null) for (const group of states.groups.values()) changeOf(view, group).isRevised = false;
  return new GlobalRun(run, states).run();
}

/** How totals lie in pages. */
export function totalFormat(view: ViewPlan): StateFormat {
  const [, fingerprint = ''] = view.key.split('@');
  const codec = wholeGroupsCodec(fingerprint, view.definition.groupBy.length, [...view.operators, changeCodec]);
  const former = (into: Groups, bytes: Uint8Array) => {
    const totals: Groups = new Map();
    view.segments.mergeInto(totals, bytes);
    for (const [key, { values, states }] of totals) {
      into.set(key, { values, states: [...states, noChange()] });
    }
  };
  return { codec, former };
}

class GlobalRun {
  readonly #run: FinalizeRun;
  readonly #states: GroupStates;
  readonly #paneMs: number;
  readonly #spans: SpanReader;
  readonly #handed: HandedTotals;
  #atCutoff: PageMap | null;

  constructor(run: FinalizeRun, states: GroupStates) {
    this.#run = run;
    this.#states = states;
    this.#paneMs = run.view.window.panes.paneMs;
    this.#spans = new SpanReader(run.snapshot, this.#paneMs, [run.pass.settledMs]);
    this.#handed = new HandedTotals(run);
    for (const group of states.groups.values()) this.#handed.noteChange(changeOf(run.view, group).lastMs);
    this.#atCutoff = run.pass.atCutoff;
  }

  async run(): Promise<KindOutcome> {
    const { pass } = this.#run;
    let cursorMs = pass.cursor.fromMs;
    for (;;) {
      if (cursorMs === pass.settledMs) await this.#reachCutoff();
      if (cursorMs >= pass.closeUpToMs) break;
      if (this.#run.mustPause()) return this.#pause(cursorMs, 0);
      const span = await this.#spans.next(cursorMs, await this.#handed.edgeAfter(cursorMs, pass.closeUpToMs));
      this.#add(span);
      cursorMs = span.toMs;
      await this.#handed.handDown(cursorMs, (sinceMs) => this.#rowsSince(sinceMs));
    }
    const leftFrom = await this.#writeRows(pass.cursor.fromMs >= pass.closeUpToMs ? pass.cursor.hash : 0);
    if (leftFrom !== null) return this.#pause(cursorMs, leftFrom);
    return { kind: 'done', atCutoff: this.#atCutoff, movesCutoff: this.#atCutoff !== null, openFrom: NOTHING_OPEN };
  }

  #add(span: Span): void {
    const { snapshot } = this.#run;
    for (const [startMs, pane] of span.panes) {
      const groups: Groups = new Map();
      snapshot.mergePane(groups, pane);
      for (const group of groups.values()) this.#addGroup(group, startMs);
      const gone: Groups = new Map();
      snapshot.addTombstones(gone, pane);
      for (const [key, { values }] of gone) if (!groups.has(key)) this.#noteGone(values, startMs);
      this.#run.panes++;
      this.#run.countRows(startMs, groups.size, pane.bytes);
    }
  }

  #addGroup(group: Group, startMs: number): void {
    const { view } = this.#run;
    const known = this.#states.get(group);
    const isNew = known === undefined || changeOf(view, known).isGone;
    const total = isNew ? { values: group.values, states: [...group.states, noChange()] } : known;
    if (!isNew) mergeStates(total, group, view.operators);
    else if (known !== undefined) changeOf(view, total).isRevised = true;
    changeOf(view, total).lastMs = startMs;
    this.#handed.noteChange(startMs);
    this.#states.set(total);
  }

  /** A group that a revision took out has no total where nothing else is left of it. */
  #noteGone(values: Group['values'], startMs: number): void {
    const { view } = this.#run;
    const known = this.#states.get({ values });
    if (known !== undefined) {
      changeOf(view, known).isRevised = true;
      this.#states.touch({ values });
      return;
    }
    const states = [
      ...view.operators.map((operator) => operator.create()),
      { lastMs: startMs, isGone: true, isRevised: true },
    ];
    this.#states.set({ values, states });
  }

  /** Rows of the groups that changed, some at a time. Returns null, or the hash from which on groups are left. */
  async #writeRows(fromHash: number): Promise<number | null> {
    const { view } = this.#run;
    if (view.definition.emit === 'complete') return this.#writeTable();
    const sinceMs = this.#changedSince();
    const changed = [...this.#states.groups.values()].filter((group) => {
      const { lastMs, isRevised } = changeOf(view, group);
      return lastMs >= sinceMs || isRevised;
    });
    const hashed = inHashOrder(changed, fromHash);
    for (const { members, nextHash } of hashRounds(hashed, ROWS_PER_ROUND)) {
      await this.#emit(members);
      if (nextHash !== null && this.#run.mustPause()) return nextHash;
    }
    return null;
  }

  async #writeTable(): Promise<null> {
    const { view } = this.#run;
    const sinceMs = this.#changedSince();
    let asOfMs = Number.NEGATIVE_INFINITY;
    let isRevised = false;
    for (const group of this.#states.groups.values()) {
      const change = changeOf(view, group);
      if (!change.isGone) asOfMs = Math.max(asOfMs, change.lastMs);
      isRevised ||= change.isRevised;
    }
    if (asOfMs < sinceMs && !isRevised) return null;
    await this.#emit([...this.#states.groups.values()], asOfMs + this.#paneMs);
    return null;
  }

  async #emit(groups: readonly Group[], tableAsOfMs?: number): Promise<void> {
    const { view, fence } = this.#run;
    const { closedUpToMs } = fence.progress;
    const all = groups.map((group) => {
      const { lastMs, isGone } = changeOf(view, group);
      const window = { startMs: GLOBAL_START_MS, endMs: tableAsOfMs ?? lastMs + this.#paneMs };
      return { group, window, isGone };
    });
    const rows = sortedRows(all.filter(({ isGone }) => !isGone).map(({ group, window }) => this.#rowOf(group, window)));
    const isNew = (row: Row) => row.window.endMs > closedUpToMs;
    const common = { isFresh: false, isCareful: true, windowStartMs: null };
    const gone = all.filter(({ isGone }) => isGone);
    if (tableAsOfMs !== undefined) {
      await this.#run.emit({ ...common, rows, gone, isNew: tableAsOfMs > closedUpToMs });
      return;
    }
    await this.#run.emit({ ...common, rows: rows.filter(isNew), gone: [], isNew: true });
    await this.#run.emit({ ...common, rows: rows.filter((row) => !isNew(row)), gone, isNew: false });
  }

  /** The totals of groups that changed in an interval from an instant on. */
  #rowsSince(sinceMs: number): readonly Row[] {
    const { view } = this.#run;
    const rows: Row[] = [];
    for (const group of this.#states.groups.values()) {
      const { lastMs, isGone } = changeOf(view, group);
      if (lastMs < sinceMs || isGone) continue;
      rows.push(this.#rowOf(group, { startMs: GLOBAL_START_MS, endMs: lastMs + this.#paneMs }));
    }
    return rows;
  }

  #rowOf(group: Group, window: RowWindow): Row {
    return { group, window, values: this.#run.view.rows.values(group, window) };
  }

  /** Groups that changed at or after this have rows to write; others may be looked at, which changes nothing. */
  #changedSince(): number {
    const { fence, markedPanes } = this.#run;
    const { closedUpToMs, stateCutoffMs } = fence.progress;
    if (this.#run.isUnfinished(stateCutoffMs)) return stateCutoffMs;
    let sinceMs = closedUpToMs;
    for (const paneMs of markedPanes) if (paneMs >= stateCutoffMs) sinceMs = Math.min(sinceMs, paneMs);
    return sinceMs;
  }

  async #reachCutoff(): Promise<void> {
    if (this.#atCutoff !== null || !isWorthFolding(this.#run)) return;
    const { view, fence, nextSerial } = this.#run;
    this.#atCutoff = await this.#states.save(fence.nextVersion, nextSerial, (group) => changeOf(view, group).isGone);
  }

  async #pause(fromMs: number, hash: number): Promise<KindOutcome> {
    return {
      kind: 'paused',
      cursor: { fromMs, toMs: fromMs, hash },
      closedUpToMs: this.#run.fence.progress.closedUpToMs,
      state: await this.#states.save(this.#run.fence.nextVersion, this.#run.nextSerial),
      atCutoff: this.#atCutoff,
    };
  }
}

function changeOf(view: ViewPlan, group: Group): Change {
  return group.states[view.operators.length] as Change;
}
