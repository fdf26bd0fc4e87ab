import { groupText } from '../../codec/group.ts';
import type { GroupTable } from '../../codec/group-table.ts';
import { BugError } from '../../ir/bug-error.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { RowWindow } from '../../plan/row.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ResultStore } from '../../ports/result-store.ts';
import type { Fence } from '../../protocol/fence.ts';
import { draftRetraction, draftRows, type Row, TABLE_GROUP } from '../drafts.ts';
import { rowExpirySeconds } from '../row-expiry.ts';
import { SessionRows } from '../session-rows.ts';
import type { SessionTable } from '../session-table.ts';
import type { ViewSnapshot } from '../snapshot.ts';
import { TableRows } from '../table-rows.ts';
import { ValueRows } from '../value-rows.ts';
import { type RowCounts, type RowDraft, type WriteMode, writeRows } from '../write-rows.ts';
import type { Emission, Output } from './output.ts';

interface ResultPorts {
  readonly results: ResultStore;
  readonly clock: Clock;
}

/** Brings rows to the result store, in the epoch of the finalizer. */
export class ResultsOutput implements Output {
  written = 0;
  /** Of these, rows that took the place of one that said something else. */
  revised = 0;
  readonly #view: ViewPlan;
  readonly #ports: ResultPorts;
  readonly #fence: Fence;
  readonly #snapshot: Pick<ViewSnapshot, 'isPartial'>;

  constructor(view: ViewPlan, ports: ResultPorts, fence: Fence, snapshot: Pick<ViewSnapshot, 'isPartial'>) {
    this.#view = view;
    this.#ports = ports;
    this.#fence = fence;
    this.#snapshot = snapshot;
  }

  async emit({ rows, gone, isFresh, isCareful }: Emission): Promise<void> {
    const left = isFresh ? await this.#append(rows) : { rows, isFresh };
    await this.#write(draftRows(this.#view, left.rows, this.#isPartial), left.isFresh, isCareful);
    await this.#write(this.#retractions(rows.length, gone), false, isCareful);
  }

  /** Whether new rows of a table can go to the store as they lie there. */
  get takesTables(): boolean {
    return this.#ports.results.append !== undefined && this.#view.rows.plain !== null;
  }

  /** Puts the rows of all groups of a window, which are new, as they lie in their table. */
  async appendTable(table: GroupTable, window: RowWindow): Promise<void> {
    const [view, mode] = [this.#view, this.writeMode(true)];
    await this.#appendAsTheyLie(
      new TableRows({ view, table, window, mode, isPartial: this.#isPartial(window.startMs) }),
    );
  }

  /** The same of sessions. */
  async appendSessions(table: SessionTable, sessions: readonly number[]): Promise<void> {
    const [view, mode] = [this.#view, this.writeMode(true)];
    await this.#appendAsTheyLie(new SessionRows({ view, table, sessions, mode, isPartial: this.#isPartial }));
  }

  async #appendAsTheyLie(rows: TableRows | SessionRows): Promise<void> {
    const refused = await this.#ports.results.append?.(rows);
    if (refused === undefined) throw new BugError(`The store of view '${this.#view.name}' takes no rows as bytes.`);
    this.written += rows.count - refused.length;
    const left = refused.map((row) => rows.rowAt(row));
    await this.#write(draftRows(this.#view, left, this.#isPartial), false, false);
  }

  readonly #isPartial = (startMs: number) => this.#snapshot.isPartial(startMs);

  /** Puts new rows in their places, and tells which are left to be put: those in whose places others are, or all of them. */
  async #append(rows: readonly Row[]): Promise<{ readonly rows: readonly Row[]; readonly isFresh: boolean }> {
    const { results } = this.#ports;
    if (results.append === undefined || this.#view.definition.emit === 'complete') return { rows, isFresh: true };
    const refused = await results.append(new ValueRows(this.#view, rows, this.writeMode(true), this.#isPartial));
    this.written += rows.length - refused.length;
    return { rows: refused.map((row) => rows[row] as Row), isFresh: false };
  }

  /** How rows are written now. `fresh`: as a rule nobody has written them before. */
  writeMode(fresh: boolean): WriteMode {
    const { version: epoch, unfinishedEpoch } = this.#fence.progress;
    const nowMs = this.#ports.clock.nowMs();
    const expiresAtSeconds = (windowEndMs: number) => rowExpirySeconds(this.#view, windowEndMs, nowMs);
    return { epoch, fresh, unfinishedEpoch, expiresAtSeconds };
  }

  count({ written, revised }: RowCounts): void {
    this.written += written;
    this.revised += revised;
  }

  /** A whole table is taken back only where none of its rows is left: it is one stored row. */
  #retractions(rowsLeft: number, gone: Emission['gone']): RowDraft[] {
    if (this.#view.definition.emit !== 'complete') {
      return gone.map(({ group, window }) => draftRetraction(this.#view, groupText(group.values), window));
    }
    const [first] = gone;
    return rowsLeft > 0 || first === undefined ? [] : [draftRetraction(this.#view, TABLE_GROUP, first.window)];
  }

  async #write(drafts: readonly RowDraft[], fresh: boolean, careful: boolean): Promise<void> {
    this.count(await writeRows(this.#ports.results, drafts, { ...this.writeMode(fresh), careful }));
  }
}
