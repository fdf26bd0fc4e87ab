import { wholeGroupsCodec } from '../../codec/segment.ts';
import { BugError } from '../../ir/bug-error.ts';
import type { LogOperator, LogResult, SideOfPane } from '../../joins/log-operator.ts';
import type { LogPlan } from '../../plan/log.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { PageMap } from '../../state/page-map.ts';
import { floorTo } from '../../time/floor-to.ts';
import { DueStates } from '../due-states.ts';
import { isWorthFolding } from '../folding.ts';
import { GroupStates, type StateFormat } from '../group-states.ts';
import type { KeyLog } from '../key-log.ts';
import { LogKeys, type PaneOfLog } from '../log-keys.ts';
import type { TimedRow } from '../outputs/downstream.ts';
import type { FinalizeRun } from '../run.ts';
import { segmentsOf } from '../snapshot.ts';
import { SpanReader } from '../span-reader.ts';
import type { KindOutcome } from './kind-run.ts';

/** Panes between two commits of progress: what a crash makes the next finalizer do again. */
const PANES_PER_COMMIT = 50;
/**
 * Where many panes wait, some are gone through at once: a key is then looked at once for all of them. So many at most, of so many rows
 * as far as the last ones tell, for the rows that are made of them are held together.
 */
const [MAX_STRETCH_PANES, MAX_STRETCH_ROWS] = [64, 100_000];
/** Of the events of a key that is asked once for several panes, with those of its state: they make far fewer rows than a pane may. */
const FEW_ROWS = 64;

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
  readonly #panes = new Map<number, PaneOfLog>();
  readonly #keys: LogKeys;
  #readToMs: number;
  readonly #due: DueStates<KeyLog>;
  /** Of a key that is asked once for several panes. */
  readonly #fewRows: number;
  /** Panes that are gone through at once. */
  #stretchPanes = 1;
  #sinceCommit = 0;
  #atCutoff: PageMap | null;

  constructor(run: FinalizeRun, log: LogPlan, states: GroupStates) {
    this.#run = run;
    this.#log = log;
    this.#operator = log.operator;
    this.#states = states;
    this.#paneMs = run.view.window.panes.paneMs;
    this.#spans = new SpanReader(run.snapshot, this.#paneMs, []);
    this.#readToMs = run.pass.cursor.fromMs;
    this.#due = new DueStates(this.#paneMs);
    this.#keys = new LogKeys(run.view.definition.groupBy.length, log.maxPerKey, run.view.hashKey);
    this.#fewRows = Math.min(FEW_ROWS, log.maxPerKey - 1);
    for (const [key, group] of states.groups) {
      const keyLog = this.#keys.addState(group);
      states.groups.set(key, keyLog);
      this.#due.set(keyLog, log.operator.dueMs(group.states[0]));
    }
    this.#atCutoff = run.pass.atCutoff;
  }

  async run(): Promise<KindOutcome> {
    const { pass } = this.#run;
    let cursorMs = pass.cursor.fromMs;
    for (;;) {
      const startMs = await this.#next(cursorMs);
      if (startMs === null) break;
      this.#run.reachedMs = startMs;
      if (this.#run.mustPause()) return this.#pause(startMs);
      cursorMs = await this.#goThrough(startMs);
    }
    if (isWorthFolding(this.#run)) {
      this.#atCutoff = await this.#states.save(this.#run.fence.nextVersion, this.#run.nextSerial);
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
        const added = this.#keys.addPane(startMs, segmentsOf(pane), this.#run.view.segments);
        this.#panes.set(startMs, added);
        this.#run.panes++;
        this.#run.countRows(startMs, added.keys.length, pane.bytes);
      }
      this.#readToMs = span.toMs;
    }
  }

  /** Goes through panes from one on, and says where they end. */
  async #goThrough(startMs: number): Promise<number> {
    const { fence } = this.#run;
    const stretch = await this.#stretchFrom(startMs);
    // Panes may have been let go by a successor while they were read.
    await fence.verify();
    const isNew = startMs >= fence.progress.closedUpToMs;
    if (isNew) this.#run.droppedEvents += this.#cutIn(stretch);
    const panes = new Map<number, TimedRow[]>();
    for (const key of this.#keysOf(stretch)) {
      const dropped = this.#step(key, stretch, panes);
      if (isNew) this.#run.droppedMatches += dropped;
    }
    // Progress passes a pane once all its rows are handed down: those are whole, whoever died since, and the views that took them may
    // have let them go.
    if (isNew) for (const [at, rows] of [...panes].sort(([a], [b]) => a - b)) await this.#emit(at, rows);
    return stretch.toMs;
  }

  /** Reads the panes that are gone through at once: one at least, twice as many as before while they have few rows. */
  async #stretchFrom(fromMs: number): Promise<Stretch> {
    const { closeUpToMs } = this.#run.pass;
    const { closedUpToMs } = this.#run.fence.progress;
    // Either all of its panes are new, or none.
    const limitMs = fromMs < closedUpToMs ? Math.min(closeUpToMs, closedUpToMs) : closeUpToMs;
    let toMs = Math.min(limitMs, fromMs + this.#stretchPanes * this.#paneMs);
    await this.#readTo(toMs + ceilTo(this.#paneMs, this.#operator.aheadMs));
    let rows = 0;
    for (const [startMs, pane] of this.#panes) {
      if (startMs >= fromMs && startMs < toMs) rows += pane.rows;
      if (rows > MAX_STRETCH_ROWS && startMs > fromMs) toMs = Math.min(toMs, startMs);
    }
    if (rows > MAX_STRETCH_ROWS) this.#stretchPanes = Math.max(1, this.#stretchPanes >> 1);
    else if (rows * 2 <= MAX_STRETCH_ROWS) this.#stretchPanes = Math.min(MAX_STRETCH_PANES, this.#stretchPanes * 2);
    return { fromMs, toMs };
  }

  /** Keys with rows in some panes, or with a state that is due there, in order. */
  #keysOf({ fromMs, toMs }: Stretch): KeyLog[] {
    const keys = new Set<KeyLog>(this.#due.before(toMs));
    for (const [startMs, pane] of this.#panes) {
      if (startMs >= fromMs && startMs < toMs) for (const key of pane.keys) keys.add(key);
    }
    return this.#keys.inOrder(keys);
  }

  /** How many events were cut in some panes. */
  #cutIn({ fromMs, toMs }: Stretch): number {
    let cut = 0;
    for (const [startMs, pane] of this.#panes) if (startMs >= fromMs && startMs < toMs) cut += pane.cut;
    return cut;
  }

  async #emit(startMs: number, rows: readonly TimedRow[]): Promise<void> {
    const { fence, downstream } = this.#run;
    this.#run.reachedMs = startMs;
    if (this.#sinceCommit++ >= PANES_PER_COMMIT || downstream.isFull) {
      await this.#run.commit({ closedUpToMs: Math.max(fence.progress.closedUpToMs, startMs) });
      this.#sinceCommit = 0;
    }
    await this.#run.handDown(rows, startMs);
  }

  /**
   * Takes one key's log some panes on, and adds the rows that it makes to those of their panes: how much a bound on its state has
   * dropped. A key with few rows is asked once for all panes, which comes to the same, for bounds on the events and rows of a pane are
   * far off; one with many pane by pane.
   */
  #step(key: KeyLog, { fromMs, toMs }: Stretch, panes: Map<number, TimedRow[]>): number {
    const held = key.states.length === 0 ? 0 : (this.#operator.held?.(key.states[0]) ?? 0);
    if (key.rows + held <= this.#fewRows) return this.#stepOnce(key, fromMs, toMs, panes);
    let dropped = 0;
    for (let atMs = fromMs; atMs < toMs; atMs += this.#paneMs) {
      const endMs = atMs + this.#paneMs;
      if (!key.hasRowsBefore(endMs) && key.duePaneMs > atMs) continue;
      dropped += this.#stepOnce(key, atMs, endMs, panes);
    }
    return dropped;
  }

  #stepOnce(key: KeyLog, fromMs: number, toMs: number, panes: Map<number, TimedRow[]>): number {
    const { aheadMs } = this.#operator;
    const isKnown = key.states.length > 0;
    if (!isKnown) key.states.push(this.#operator.create());
    const [state] = key.states;
    const made = this.#operator.step(state, {
      fromMs,
      toMs,
      lefts: key.lefts?.show(toMs, aheadMs) ?? NO_ROWS,
      rights: key.rights?.show(toMs, aheadMs) ?? NO_ROWS,
      hasNullKey: key.hasNull,
    });
    key.pass();
    const dropped = this.#operator.takeDropped?.(state) ?? 0;
    this.#keep(key, isKnown, toMs);
    for (const row of made) {
      const { timeMs } = row;
      rowsAt(panes, floorTo(this.#paneMs, timeMs)).push({ timeMs, values: this.#log.valuesOf(row, key.values) });
    }
    return dropped;
  }

  /** Remembers the state of a key that has been gone through up to an instant, or forgets it. */
  #keep(key: KeyLog, isKnown: boolean, toMs: number): void {
    const [state] = key.states;
    if (!this.#operator.isEmpty(state)) {
      if (isKnown) this.#states.touch(key);
      else this.#states.set(key);
      this.#due.set(key, this.#operator.dueMs(state), toMs);
      return;
    }
    key.states.length = 0;
    if (isKnown) {
      this.#states.delete(key);
      this.#due.delete(key);
    }
    if (key.lefts === null && key.rights === null) this.#keys.delete(key);
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

/** Panes that are gone through at once. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

const NO_ROWS: SideOfPane = { rows: [], from: 0, to: 0, aheadTo: 0 };

function rowsAt(panes: Map<number, TimedRow[]>, startMs: number): TimedRow[] {
  const known = panes.get(startMs);
  if (known !== undefined) return known;
  const rows: TimedRow[] = [];
  panes.set(startMs, rows);
  return rows;
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
