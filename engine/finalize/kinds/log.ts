import type { Group, Groups } from '../../codec/group.ts';
import { wholeGroupsCodec } from '../../codec/segment.ts';
import { BugError } from '../../ir/bug-error.ts';
import type { Value } from '../../ir/node.ts';
import { cutLogs } from '../../joins/limits.ts';
import type { LogOperator, LogResult } from '../../joins/log-operator.ts';
import { append } from '../../lists/append.ts';
import type { LogPlan } from '../../plan/log.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { PageMap } from '../../state/page-map.ts';
import type { Row } from '../drafts.ts';
import { DueStates } from '../due-states.ts';
import { isWorthFolding } from '../folding.ts';
import { GroupStates, type StateFormat } from '../group-states.ts';
import { RowsAhead } from '../rows-ahead.ts';
import type { FinalizeRun } from '../run.ts';
import { sortedGroups } from '../sort-rows.ts';
import { SpanReader } from '../span-reader.ts';
import type { KindOutcome } from './kind-run.ts';

/** Panes between two commits of progress: what a crash makes the next finalizer do again. */
const PANES_PER_COMMIT = 50;

/**
 * The event log of a join or pattern: makes the rows whose times lie in a pane, pane by pane. It holds the panes that the operator looks
 * ahead to, and carries what it remembers of those that are behind.
 *
 *   panes     ┃ gone │ gone ┃ this one │ ahead │ ahead ┃ …
 *   state  ◄──┘ of these    └ rows ────┘  looked at only
 *
 * A log takes no late events, so a pane is gone through once: again only from the cutoff, to have the states again.
 */
export async function runLog(run: FinalizeRun): Promise<KindOutcome> {
  const { view, pass, fence, carriedPages } = run;
  const log = logOf(view);
  const states = await GroupStates.load(carriedPages, formatOf(view, log), pass.state ?? fence.progress.carried);
  return new LogRun(run, log, states).run();
}

class LogRun {
  readonly #run: FinalizeRun;
  readonly #operator: LogOperator<unknown, LogResult>;
  readonly #log: LogPlan;
  readonly #states: GroupStates;
  readonly #paneMs: number;
  readonly #spans: SpanReader;
  /** Panes that are read, by start, with the keys in them: the one that is gone through, and those ahead of it. */
  readonly #panes = new Map<number, Groups>();
  /** Of panes that are read: how many events were cut. */
  readonly #cut = new Map<number, number>();
  /** The rows of these panes. */
  readonly #ahead = new RowsAhead();
  #readToMs: number;
  readonly #due: DueStates;
  #atCutoff: PageMap | null;

  constructor(run: FinalizeRun, log: LogPlan, states: GroupStates) {
    this.#run = run;
    this.#log = log;
    this.#operator = log.operator;
    this.#states = states;
    this.#paneMs = run.view.window.panes.paneMs;
    this.#spans = new SpanReader(run.snapshot, this.#paneMs, []);
    this.#readToMs = run.pass.cursor.fromMs;
    const dueMsOf = (state: unknown) => log.operator.dueMs(state);
    this.#due = new DueStates(this.#paneMs, dueMsOf, states.groups.values());
    this.#atCutoff = run.pass.atCutoff;
  }

  async run(): Promise<KindOutcome> {
    const { fence, downstream, pass } = this.#run;
    let cursorMs = pass.cursor.fromMs;
    let sinceCommit = 0;
    for (;;) {
      const startMs = await this.#next(cursorMs);
      if (startMs === null) break;
      this.#run.reachedMs = startMs;
      if (this.#run.mustPause()) return this.#pause(startMs);
      if (sinceCommit++ >= PANES_PER_COMMIT || downstream.isFull) {
        await this.#run.commit({ closedUpToMs: Math.max(fence.progress.closedUpToMs, startMs) });
        sinceCommit = 0;
      }
      await this.#goThrough(startMs);
      cursorMs = startMs + this.#paneMs;
    }
    if (isWorthFolding(this.#run)) {
      this.#atCutoff = await this.#states.save(fence.nextVersion, this.#run.nextSerial);
    }
    return { kind: 'done', atCutoff: this.#atCutoff, movesCutoff: this.#atCutoff !== null, openFrom: null };
  }

  /** The first pane from an instant on that has rows, or whose end a state is due at. */
  async #next(fromMs: number): Promise<number | null> {
    const { closeUpToMs } = this.#run.pass;
    await this.#readTo(Math.min(closeUpToMs, fromMs + this.#paneMs));
    let first = Number.POSITIVE_INFINITY;
    for (;;) {
      for (const startMs of this.#panes.keys()) {
        if (startMs < fromMs) this.#panes.delete(startMs);
        else first = Math.min(first, startMs);
      }
      if (first < closeUpToMs || this.#readToMs >= closeUpToMs) break;
      await this.#readTo(closeUpToMs, 1);
    }
    first = Math.min(first, this.#due.firstPaneMs);
    return first < closeUpToMs ? Math.max(first, fromMs) : null;
  }

  /** Reads panes up to an instant; with `spans`, so many spans of them at most. */
  async #readTo(toMs: number, spans = Number.POSITIVE_INFINITY): Promise<void> {
    for (let read = 0; this.#readToMs < toMs && read < spans; read++) {
      const span = await this.#spans.next(this.#readToMs, toMs);
      const panes = [...span.panes].sort(([a], [b]) => a - b);
      for (const [startMs, pane] of panes) {
        const groups: Groups = new Map();
        const { maxPerKey } = this.#log;
        let cut = 0;
        this.#run.snapshot.mergePane(groups, pane, 0, () => {
          cut += cutLogs(groups, maxPerKey, 3 * maxPerKey);
        });
        cut += cutLogs(groups, maxPerKey);
        if (cut > 0) this.#cut.set(startMs, cut);
        this.#ahead.add(groups);
        this.#panes.set(startMs, groups);
        this.#run.panes++;
        this.#run.countRows(startMs, groups.size, pane.bytes);
      }
      this.#readToMs = span.toMs;
    }
  }

  async #goThrough(startMs: number): Promise<void> {
    const endMs = startMs + this.#paneMs;
    await this.#readTo(endMs + ceilTo(this.#paneMs, this.#operator.aheadMs));
    // Panes may have been let go by a successor while they were read.
    await this.#run.fence.verify();
    const there = this.#panes.get(startMs) ?? new Map();
    const due = this.#due.before(endMs);
    let groups: ReadonlyMap<Value, Pick<Group, 'values'>> = there;
    if (due.length > 0) groups = new Map<Value, Pick<Group, 'values'>>([...due, ...there]);
    const isNew = startMs >= this.#run.fence.progress.closedUpToMs;
    if (isNew) this.#run.droppedEvents += this.#cut.get(startMs) ?? 0;
    this.#cut.delete(startMs);
    const rows: Row[] = [];
    for (const { values } of sortedGroups([...groups.values()])) {
      const { made, dropped } = this.#step(values, startMs);
      append(rows, made);
      if (isNew) this.#run.droppedMatches += dropped;
    }
    // Progress passes a pane once all its rows are handed down: those are whole, whoever died since, and the views that took them may
    // have let them go.
    if (!isNew) return;
    const isCareful = this.#run.isUnfinished(startMs);
    await this.#run.emit({ rows, gone: [], isNew: true, isFresh: !isCareful, isCareful, windowStartMs: startMs });
  }

  /** Takes one key's log a pane on: the rows that it makes, and how much a bound on its state has dropped. */
  #step(values: Group['values'], fromMs: number): { made: Row[]; dropped: number } {
    const toMs = fromMs + this.#paneMs;
    const known = this.#states.get({ values });
    const group = known ?? { values, states: [this.#operator.create()] };
    const [state] = group.states;
    const { rows, ahead } = this.#ahead.take(values, toMs, this.#operator.aheadMs);
    const made = this.#operator.step(state, { fromMs, toMs, rows, ahead, hasNullKey: values.includes(null) });
    const dropped = this.#operator.takeDropped?.(state) ?? 0;
    if (!this.#operator.isEmpty(state)) {
      this.#states.set(group);
      this.#due.set(group, toMs);
    } else if (known !== undefined) {
      this.#states.delete(group);
      this.#due.delete(group);
    }
    const toRow = (row: LogResult): Row => ({
      group,
      window: { startMs: row.timeMs, endMs: row.timeMs },
      values: this.#log.valuesOf(row, values),
    });
    return { made: made.map(toRow), dropped };
  }

  async #pause(startMs: number): Promise<KindOutcome> {
    return {
      kind: 'paused',
      cursor: { fromMs: startMs, toMs: startMs, hash: 0 },
      closedUpToMs: startMs,
      state: await this.#states.save(this.#run.fence.nextVersion, this.#run.nextSerial),
      atCutoff: this.#atCutoff,
    };
  }
}

function ceilTo(stepMs: number, ms: number): number {
  return Math.ceil(ms / stepMs) * stepMs;
}

function logOf({ name, log }: ViewPlan): LogPlan {
  if (log !== null) return log;
  throw new BugError(`View '${name}' is no join or pattern, and has no log.`);
}

/** How states lie in pages. */
function formatOf({ key, definition }: ViewPlan, { operator }: LogPlan): StateFormat {
  const [, fingerprint = ''] = key.split('@');
  const codec = wholeGroupsCodec(fingerprint, definition.groupBy.length, [operator]);
  return { codec, former: (into, bytes) => codec.mergeInto(into, bytes) };
}
