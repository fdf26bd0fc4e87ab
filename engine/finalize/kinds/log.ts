import { type Group, type Groups, groupKey } from '../../codec/group.ts';
import { wholeGroupsCodec } from '../../codec/segment.ts';
import { BugError } from '../../ir/bug-error.ts';
import type { Value } from '../../ir/node.ts';
import { compareLogRows, type EventLog, firstAt, type LogRow } from '../../joins/event-log.ts';
import type { LogOperator, LogPane } from '../../joins/log-operator.ts';
import { append } from '../../lists/append.ts';
import type { LogPlan } from '../../plan/log.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { PageMap } from '../../state/page-map.ts';
import { floorTo } from '../../time/floor-to.ts';
import type { Row } from '../drafts.ts';
import { isWorthFolding } from '../folding.ts';
import { GroupStates, type StateFormat } from '../group-states.ts';
import type { FinalizeRun } from '../run.ts';
import { sortedGroups } from '../sort-rows.ts';
import { SpanReader } from '../span-reader.ts';
import type { KindOutcome } from './kind-run.ts';

/** Panes between two commits of progress: what a crash makes the next finalizer do again. */
const PANES_PER_COMMIT = 50;

/**
 * The event log of a join: makes the rows whose times lie in a pane, pane by pane. It holds the panes that the operator looks
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
  readonly #operator: LogOperator;
  readonly #log: LogPlan;
  readonly #states: GroupStates;
  readonly #paneMs: number;
  readonly #spans: SpanReader;
  /** Panes that are read, by start, with the keys in them: the one that is gone through, and those ahead of it. */
  readonly #panes = new Map<number, Groups>();
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
    this.#due = new DueStates(log.operator, states);
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
    if (this.#due.firstMs < Math.min(first, closeUpToMs)) first = floorTo(this.#paneMs, this.#due.firstMs);
    return first < closeUpToMs ? Math.max(first, fromMs) : null;
  }

  /** Reads panes up to an instant; with `spans`, so many spans of them at most. */
  async #readTo(toMs: number, spans = Number.POSITIVE_INFINITY): Promise<void> {
    for (let read = 0; this.#readToMs < toMs && read < spans; read++) {
      const span = await this.#spans.next(this.#readToMs, toMs);
      const panes = [...span.panes].sort(([a], [b]) => a - b);
      for (const [startMs, pane] of panes) {
        const groups: Groups = new Map();
        this.#run.snapshot.mergePane(groups, pane);
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
    const rows: Row[] = [];
    for (const { values } of sortedGroups([...groups.values()])) {
      const rowsOfGroup = this.#step(values, startMs);
      append(rows, rowsOfGroup);
    }
    // Progress passes a pane once all its rows are handed down: those are whole, whoever died since, and the views that took them may
    // have let them go.
    if (startMs < this.#run.fence.progress.closedUpToMs) return;
    const isCareful = this.#run.isUnfinished(startMs);
    await this.#run.emit({ rows, gone: [], isNew: true, isFresh: !isCareful, isCareful, windowStartMs: startMs });
  }

  /** Takes one key's log a pane on, and returns its rows. */
  #step(values: Group['values'], fromMs: number): Row[] {
    const toMs = fromMs + this.#paneMs;
    const known = this.#states.get({ values });
    const group = known ?? { values, states: [this.#operator.create()] };
    const [state] = group.states;
    const { rows, ahead } = this.#ahead.take(values, toMs, this.#operator.aheadMs);
    const joined = this.#operator.step(state, { fromMs, toMs, rows, ahead, hasNullKey: values.includes(null) });
    if (!this.#operator.isEmpty(state)) {
      this.#states.set(group);
      this.#due.set(group, toMs);
    } else if (known !== undefined) {
      this.#states.delete(group);
      this.#due.delete(group);
    }
    return joined.map((row) => ({
      group,
      window: { startMs: row.timeMs, endMs: row.timeMs },
      values: this.#log.valuesOf(row),
    }));
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

interface KeyRows {
  readonly rows: LogRow[];
  /** Those before are taken. */
  from: number;
}

/** The rows of panes that are read, by key and in order: one look tells those of a pane, and those after it. */
class RowsAhead {
  readonly #keys = new Map<Value, KeyRows>();

  /** Adds a pane that is later than those before. */
  add(pane: Groups): void {
    for (const [key, { states }] of pane) {
      const rows = states[0] as EventLog;
      if (rows.length > 1) rows.sort(compareLogRows);
      const before = this.#keys.get(key);
      if (before === undefined) this.#keys.set(key, { rows, from: 0 });
      else for (const row of rows) before.rows.push(row);
    }
  }

  /** Takes the rows of a key before an instant out, and looks at those that come so much later at most. */
  take(values: Group['values'], toMs: number, aheadMs: number): Pick<LogPane, 'rows' | 'ahead'> {
    const key = groupKey(values);
    const known = this.#keys.get(key);
    if (known === undefined) return { rows: NO_ROWS, ahead: NO_ROWS };
    const { rows, from } = known;
    const end = firstAt(rows, toMs, from);
    const ahead = aheadMs === 0 ? NO_ROWS : rows.slice(end, firstAt(rows, toMs + aheadMs, end));
    if (end === rows.length) {
      this.#keys.delete(key);
      return { rows: from === 0 ? rows : rows.slice(from), ahead };
    }
    const taken = rows.slice(from, end);
    known.from = end;
    // What is taken goes once it is the greater part.
    if (end > rows.length / 2) this.#keys.set(key, { rows: rows.slice(end), from: 0 });
    return { rows: taken, ahead };
  }
}

const NO_ROWS: readonly LogRow[] = [];

/** Which states are due, without a look at all of them in each pane. */
class DueStates {
  readonly #operator: LogOperator;
  readonly #dueMs = new Map<Value, { readonly group: Group; readonly dueMs: number }>();
  #firstMs = Number.POSITIVE_INFINITY;

  constructor(operator: LogOperator, states: GroupStates) {
    this.#operator = operator;
    for (const group of states.groups.values()) this.set(group);
  }

  /** No state is due before this. */
  get firstMs(): number {
    return this.#firstMs;
  }

  /** @param pastMs up to where the state's key has been gone through. */
  set(group: Group, pastMs = Number.NEGATIVE_INFINITY): void {
    const dueMs = this.#operator.dueMs(group.states[0]);
    if (dueMs < pastMs)
      throw new BugError(`A state of a log is due at ${dueMs}, and its panes are done up to ${pastMs}.`);
    if (dueMs === Number.POSITIVE_INFINITY) {
      this.delete(group);
      return;
    }
    this.#dueMs.set(groupKey(group.values), { group, dueMs });
    if (dueMs < this.#firstMs) this.#firstMs = dueMs;
  }

  delete({ values }: Pick<Group, 'values'>): void {
    this.#dueMs.delete(groupKey(values));
  }

  /** Groups whose states are due before an instant. */
  before(endMs: number): [Value, Group][] {
    if (this.#firstMs >= endMs) return [];
    const found: [Value, Group][] = [];
    let firstMs = Number.POSITIVE_INFINITY;
    for (const [key, { group, dueMs }] of this.#dueMs) {
      if (dueMs < endMs) found.push([key, group]);
      else if (dueMs < firstMs) firstMs = dueMs;
    }
    this.#firstMs = firstMs;
    return found;
  }
}

function ceilTo(stepMs: number, ms: number): number {
  return Math.ceil(ms / stepMs) * stepMs;
}

function logOf({ name, log }: ViewPlan): LogPlan {
  if (log !== null) return log;
  throw new BugError(`View '${name}' is no join, and has no log.`);
}

/** How states lie in pages. */
function formatOf({ key, definition }: ViewPlan, { operator }: LogPlan): StateFormat {
  const [, fingerprint = ''] = key.split('@');
  const codec = wholeGroupsCodec(fingerprint, definition.groupBy.length, [operator]);
  return { codec, former: (into, bytes) => codec.mergeInto(into, bytes) };
}
